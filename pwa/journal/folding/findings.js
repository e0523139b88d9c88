// What was found: evidence, items, and the lists of all that was said and done.
// See server/visits/folding/findings.py.

import { push } from "../roster.js";
import { sorted } from "../sort.js";
import { registerOf } from "./registers.js";

const LISTS = {
  statements: "statement",
  measures: "measure",
  corrected: "corrected",
  clues: "clue",
  notes: "note",
  recordings: "recording",
  samples: "sample",
  inquiries: "inquiry",
  surveys: "survey",
  opinions: "expert.opinion",
  served: "served",
  transcribed: "transcribed",
  substitutions: "officer.substituted",
  takeovers: "lead.taken-over",
  supplements: "supplement",
  parties: "party.present",
};
const SHOWN = ["item", "moment", "department", "type", "bytes", "captured_at", "caption", "source", "location",
  "recording", "segment", "duration_ms"];
const NAMING = ["corrected", "clue", "identity.shown", "rights.informed"];

/** An object for names that come from data: it inherits nothing. */
export function table() {
  return Object.create(null);
}

/** The evidence entries of a journal and which of them were withdrawn, with what reason. */
export function readEvidence(journal, effective) {
  const entries = effective.of("evidence");
  const byHash = new Map(entries.map((entry) => [entry.hash, entry]));
  const reasons = new Map();
  const withdrawals = [];
  const problems = [];
  for (const mark of effective.of("evidence.withdrawn")) {
    const target = mark.body.of;
    const problem = problemOfMark(mark, byHash, journal, effective);
    if (problem) {
      problems.push({ problem, hash: mark.hash, target });
      continue;
    }
    withdrawals.push({ mark, shown: byHash.get(target).body });
    if (!reasons.has(target)) reasons.set(target, mark.body.reason);
  }
  return { entries, reasons, withdrawals, problems };
}

/** A mark counts if it names evidence and comes from a colleague of the one who took it. */
function problemOfMark(mark, byHash, journal, effective) {
  const target = byHash.get(mark.body.of);
  if (!target) return journal.entries.has(mark.body.of) ? "foreign-target" : "unknown-target";
  if (mark.author === target.author) return null;
  const own = effective.roster.members.get(mark.author)?.departments || new Set();
  const theirs = effective.roster.members.get(target.author)?.departments || new Set();
  return [...own].some((code) => theirs.has(code)) ? null : "wrong-author";
}

/** Evidence by name (SHA-256), told by the entry that stands, the first by hash where there are several. */
export function foldEvidence({ entries, reasons }, blobs) {
  const holders = new Map();
  for (const entry of entries) push(holders, entry.body.sha256, entry);
  const folded = table();
  for (const [name, held] of holders) folded[name] = evidenceRow(name, held, reasons, blobs);
  return folded;
}

function evidenceRow(name, held, reasons, blobs) {
  const standing = held.filter((entry) => !reasons.has(entry.hash));
  const teller = standing[0] || held[0];
  const row = { entries: held.map((entry) => entry.hash), author: teller.author };
  for (const member of SHOWN) row[member] = teller.body[member] ?? null;
  row.withdrawn = standing.length ? null : reasons.get(teller.hash);
  const grade = Object.hasOwn(blobs, name) ? blobs[name] : null;
  row.grade = grade === "stored" || grade === "backed-up" ? grade : "awaited";
  return row;
}

/** The state of every item of the list. */
export function foldItems(effective, registers, evidence) {
  const shown = new Map();
  for (const { hash, body } of evidence.entries) {
    if (typeof body.item === "string" && !evidence.reasons.has(hash)) push(shown, body.item, body.sha256);
  }
  const corrected = new Map();
  for (const { hash, body } of effective.of("corrected")) push(corrected, body.item, hash);
  const folded = table();
  for (const item of effective.roster.items.values()) {
    const photos = sorted(new Set(shown.get(item.id) || []));
    folded[item.id] = foldItem(item, effective.roster, registers, photos, corrected.get(item.id) || []);
  }
  return folded;
}

function foldItem(item, roster, registers, photos, corrected) {
  const register = registers.get(`item:${item.id}`);
  const heads = register.heads.map((head) => headRow(head, item, roster));
  const said = heads.length === 1 && !item.exempt ? heads[0] : null;
  return {
    state: item.exempt ? "exempt" : ["open", "answered", "conflict"][Math.min(heads.length, 2)],
    heads,
    verdict: said && said.verdict,
    value: said && said.value,
    remark: said && said.remark,
    reason: said && said.reason,
    evidence: photos,
    measures: registers.get(`measure:${item.id}`).heads.map((head) => head.entry.hash),
    corrected,
    photo_missing: Boolean(said && said.verdict === "fail" && item.evidence_on_fail && !photos.length),
    history: register.members.map((entry) => entry.hash),
  };
}

/** A head as it is shown: its own hash, what it says, and who said so, for which owner, and when. */
function headRow({ entry, value }, item, roster) {
  const { verdict, remark, value: reading = null, reason = null, override = null, instrument = null, act = null } = value.body;
  return {
    hash: entry.hash,
    answer: value.hash,
    settled: entry.kind === "settlement",
    author: value.author,
    at: value.at,
    department: spokenFor(value.author, item, roster),
    verdict,
    value: reading,
    remark: remark || "",
    reason,
    override,
    instrument,
    act,
  };
}

/** Which of the item's owners the author speaks for: the first he or she stands for. */
function spokenFor(author, item, roster) {
  const { departments } = roster.members.get(author);
  return [...item.matters.keys()].find((code) => departments.has(code));
}

/** All that was said and done beside the answers; `replaced` marks what a later entry took the place of. */
export function foldLists(effective, registers) {
  const lists = {};
  for (const [name, kind] of Object.entries(LISTS)) {
    lists[name] = effective.of(kind).map((entry) => {
      const { body, hash, author, at, device, seq } = entry;
      return { ...body, hash, author, at, device, seq, replaced: isReplaced(entry, registers) };
    });
  }
  return lists;
}

function isReplaced(entry, registers) {
  const register = registerOf(entry);
  return register !== null && registers.get(register).heads.every((head) => head.entry.hash !== entry.hash);
}

/** Entries that name evidence by a SHA-256 which no evidence entry here has. */
export function problemsOfNames(effective, evidence) {
  const problems = [];
  for (const entries of effective.byKind.values()) {
    for (const entry of entries) {
      for (const sha256 of evidenceNamed(entry)) {
        if (!(sha256 in evidence)) problems.push({ problem: "unknown-evidence", hash: entry.hash, sha256 });
      }
    }
  }
  return problems;
}

function evidenceNamed({ kind, body }) {
  if (kind === "transcribed") return [body.of];
  if (kind === "signature") return body.refusal?.video ? [body.refusal.video] : [];
  return NAMING.includes(kind) ? body.evidence || [] : [];
}
