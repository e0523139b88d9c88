// From any pile of entries to a journal: each entry once, its chain checked, its form judged.
// See server/visits/folding/intake.py.

import { canonicalText, isPlain, isRecord, isText } from "../canonical.js";
import { problemOfBody } from "../schemas.js";
import { push } from "../roster.js";
import { byUtf8 } from "../sort.js";

const TEXTS = ["id", "visit", "device", "author", "at", "kind"];
const HASH = /^[0-9a-f]{64}$/;
const alreadyRead = new WeakMap();

/**
 * The entries of one visit, by hash in the order of the hashes. `accepted` are those that are not quarantined,
 * `fitting` those of them whose body fits its kind's schema.
 */
export class Journal {
  constructor(entries, quarantined) {
    const inOrder = [...entries].sort((a, b) => byUtf8(a.hash, b.hash));
    this.entries = new Map(inOrder.map((entry) => [entry.hash, entry]));
    this.quarantined = quarantined;
    this.accepted = inOrder.filter((entry) => !quarantined.has(entry.hash));
    this.fitting = this.accepted.filter((entry) => entry.unfit === null);
  }

  /** The entries at and before these heads in their chains, not going past what was missing. */
  closure(heads, missing = []) {
    const stop = new Set(missing);
    const found = new Set();
    for (const head of heads) {
      let entry = this.entries.get(head);
      while (entry && !found.has(entry.hash) && !stop.has(entry.hash)) {
        found.add(entry.hash);
        entry = this.entries.get(entry.prev);
      }
    }
    return found;
  }

  /** The closure of a body's `covers`. */
  covered(covers) {
    return this.closure(covers.heads, covers.missing || []);
  }

  /** The journal of these entries only. */
  part(hashes) {
    return new Journal([...hashes].map((hash) => this.entries.get(hash)), this.quarantined);
  }

  /** What is wrong with single entries and with the chains, whatever the entries mean. */
  problems(lost) {
    const problems = [];
    for (const entry of this.accepted) if (entry.unfit) problems.push({ problem: entry.unfit, hash: entry.hash });
    for (const hash of this.entries.keys()) if (this.quarantined.has(hash)) problems.push({ problem: "quarantined", hash });
    return problems.concat(this.#chainProblems(lost), this.#reusedIds());
  }

  #chainProblems(lost) {
    const problems = [];
    for (const { device, seq, hash } of lost) if (!this.entries.has(hash)) problems.push({ problem: "lost", device, seq, hash });
    const declared = new Set(lost.map(({ device, seq }) => `${seq} ${device}`));
    const branches = new Map();
    for (const entry of this.entries.values()) {
      push(branches, `${entry.seq} ${entry.prev} ${entry.device}`, entry);
      const before = this.entries.get(entry.prev);
      const isFirst = entry.seq === 1;
      if (isFirst !== (entry.prev === null) || (before && (before.device !== entry.device || before.seq !== entry.seq - 1))) {
        problems.push({ problem: "bad-chain", hash: entry.hash });
      } else if (entry.prev && !before && !declared.has(`${entry.seq - 1} ${entry.device}`)) {
        problems.push({ problem: "hole", device: entry.device, seq: entry.seq - 1, hash: entry.prev });
      }
    }
    for (const branch of branches.values()) {
      const { device, seq } = branch[0];
      if (branch.length > 1) problems.push({ problem: "fork", device, seq, hashes: branch.map((entry) => entry.hash) });
    }
    return problems;
  }

  #reusedIds() {
    const holders = new Map();
    for (const entry of this.entries.values()) push(holders, entry.id, entry.hash);
    return [...holders].filter(([, hashes]) => hashes.length > 1).map(([id, hashes]) => ({ problem: "id-reused", id, hashes }));
  }
}

/** The journal of one visit out of any pile, and what could not be taken into it. */
export function readJournal(raw, visit, quarantined) {
  const kept = new Map();
  const problems = Array.isArray(raw) ? [] : [{ problem: "malformed" }];
  for (const document of Array.isArray(raw) ? raw : []) {
    const entry = readEntry(document);
    const known = entry && kept.get(entry.hash);
    if (!entry) {
      problems.push({ problem: "malformed", ...nameOf(document) });
    } else if (visit !== null && entry.visit !== visit) {
      problems.push({ problem: "other-visit", hash: entry.hash });
    } else if (!known) {
      kept.set(entry.hash, entry);
    } else if (textOf(entry) !== textOf(known)) {
      problems.push({ problem: "bad-hash", hash: entry.hash });
      if (byUtf8(textOf(entry), textOf(known)) < 0) kept.set(entry.hash, entry);
    }
  }
  return { journal: new Journal(kept.values(), quarantined), problems };
}

/** The entry in a document, or null where it is none. A document never changes, so it is read once. */
function readEntry(document) {
  if (!isRecord(document)) return null;
  if (!alreadyRead.has(document)) alreadyRead.set(document, readRecord(document));
  return alreadyRead.get(document);
}

function readRecord(document) {
  if (!isHash(document.hash) || !TEXTS.every((name) => isText(document[name]))) return null;
  const { hash, id, visit, device, seq, prev = null, author, at, kind, body } = document;
  if (!Number.isSafeInteger(seq) || seq < 1 || !(prev === null || isHash(prev))) return null;
  if (!isRecord(body) || !isPlain(body, 2)) return null;
  return { hash, id, visit, device, seq, prev, author, at, kind, body, unfit: problemOfBody(kind, body) };
}

/** The context, with what is not of its form left out. */
export function readContext(context) {
  const given = isRecord(context) ? context : {};
  return {
    quarantined: new Set(rows(given.quarantined).filter(isHash)),
    lost: rows(given.lost).flatMap(readLost),
    blobs: isRecord(given.blobs) ? given.blobs : {},
    bundles: isRecord(given.bundles) ? given.bundles : {},
    digest: isHash(given.digest) ? given.digest : null,
  };
}

function readLost(row) {
  if (!isRecord(row) || !isText(row.device) || !Number.isSafeInteger(row.seq) || row.seq < 1) return [];
  const { device, seq, hash = null } = row;
  return hash === null || isHash(hash) ? [{ device, seq, hash }] : [];
}

function rows(value) {
  if (value instanceof Set) return [...value];
  return Array.isArray(value) ? value : [];
}

function isHash(value) {
  return typeof value === "string" && HASH.test(value);
}

function nameOf(document) {
  return isRecord(document) && isHash(document.hash) ? { hash: document.hash } : {};
}

function textOf(entry) {
  return canonicalText([...TEXTS, "seq", "prev", "body"].map((name) => entry[name]));
}
