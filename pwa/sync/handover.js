// Hand-over files: what one phone has of a visit, taken in by another without any network. It is the same set union as the
// exchange with the server. The file opens with a code that is spoken from phone to phone and stands nowhere in it.

import { canonical } from "../journal/canonical.js";
import { hashEntry, verifyEntry } from "../journal/entry.js";
import { sha256Hex } from "../journal/hash.js";
import { renewEnrolment } from "../store/accounts.js";
import { StoreError } from "../store/errors.js";
import { frames, openParcel, ParcelWriter } from "../store/parcel.js";
import { keysHere, keysOf } from "./keys.js";

const KIND = "handover";
const CODE_DIGITS = 16;
const ROUNDS = 300_000;
const ENTRIES = 200;
const PIECE = 1024 * 1024;

/**
 * Make the file of a visit: all entries and bundles here, and the files named in `chosen` (hashes).
 * `{blob, code, entries, files}`; `progress(bytes, of)` hears of the files.
 */
export async function makeHandover(store, visit, chosen, progress = () => {}) {
  const [entries, context, keys] = await Promise.all([store.entries(visit), store.context(visit), keysHere(store)]);
  const bundle = context.bundles[context.digest];
  const files = (await store.evidenceList(visit)).filter(({ sha256, released }) => !released && chosen.includes(sha256)).map(({ sha256, bytes, type, name }) => ({ sha256, bytes, type, name }));
  const { writer, code } = await beginFile();
  await writer.add({ about: { visit, number: bundle.visit.number, from: store.person, bundle: context.digest, files } });
  for (const [digest, document] of Object.entries(context.bundles)) await writer.add({ bundle: digest }, new TextEncoder().encode(JSON.stringify(document)));
  await writer.add({ keys: keysOf(entries, keys) });
  for (let n = 0; n < entries.length; n += ENTRIES) await writer.add({ entries: entries.slice(n, n + ENTRIES) });
  await addFiles(writer, store, visit, files, progress);
  return { blob: await writer.end(), code, entries: entries.length, files: files.length };
}

async function addFiles(writer, store, visit, files, progress) {
  const of = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const { sha256, bytes } of files) {
    const source = await store.evidenceSource(visit, sha256);
    for (let start = 0; start < bytes; start += PIECE) {
      const piece = await source.slice(start, Math.min(start + PIECE, bytes));
      await writer.add({ piece: sha256, start }, piece);
      done += piece.length;
      progress(done, of);
    }
  }
}

async function beginFile() {
  const code = freshCode();
  const salt = toBase64(crypto.getRandomValues(new Uint8Array(16)));
  const { key, check } = await keyOf(code, { salt, rounds: ROUNDS });
  return { code, writer: new ParcelWriter({ kind: KIND, salt, rounds: ROUNDS, check }, key) };
}

/**
 * Take a file in: `{visit, number, from, entries: {added, left}, files: {added, left}}`. It is read to its end before anything is
 * written; then every entry and every file is durable by itself, so that repeating it after a cut goes on.
 */
export async function takeHandover(store, file, code, progress = () => {}) {
  const opened = await openParcel(file, KIND);
  const { key, check } = await keyOf(code, opened.head);
  if (check !== opened.head.check) throw new StoreError("parcel-code");
  const whole = await readThrough(file, opened, key, store.person.id);
  await refuseStranger(store, whole);
  const { about, bundles } = whole;
  await keepBundles(store, about, bundles);
  const known = await keysHere(store);
  const keys = { ...whole.keys, ...known }; // a key met before is believed more than a file
  const entries = await keepEntries(store, about.visit, frames(file, opened, key), keys);
  await store.putMeta("keys", { ...keysOf(entries.kept, keys), ...known });
  const files = await keepFiles(store, about, frames(file, opened, key), (at) => progress(at, file.size));
  return { visit: about.visit, number: about.number, from: about.from, entries: { added: entries.added, left: entries.left }, files };
}

/** Everything that is needed before the first write; throws where the file is not whole. */
async function readThrough(file, opened, key, person) {
  const whole = { about: null, bundles: new Map(), keys: {}, names: false };
  for await (const { record, bytes } of frames(file, opened, key)) {
    if (record.about) whole.about = record.about;
    if (record.bundle) whole.bundles.set(record.bundle, bundleOf(bytes, record.bundle));
    if (record.keys) whole.keys = record.keys;
    whole.names ||= Boolean(record.entries?.some(({ kind, body }) => kind === "officer.substituted" && body?.person === person));
  }
  if (!whole.about || !whole.bundles.has(whole.about.bundle)) throw new StoreError("parcel-damaged");
  return whole;
}

function bundleOf(bytes, digest) {
  const document = JSON.parse(new TextDecoder().decode(bytes));
  if (sha256Hex(canonical(document)) !== digest) throw new StoreError("parcel-damaged");
  return document;
}

/** Only for those on the visit: by this phone's own bundle, where it has none by the file's, or as a substitute. */
async function refuseStranger(store, { about, bundles, names }) {
  const bundle = await store.bundle(about.visit) ?? bundles.get(about.bundle);
  const team = [...bundle.team, ...bundle.former ?? []];
  if (!names && !team.some(({ person }) => person === store.person.id)) throw new StoreError("parcel-stranger");
}

/** Sealed states refer to bundles by digest. Which one counts, the server alone says; where it never did, the file's does. */
async function keepBundles(store, about, bundles) {
  const isNew = !await store.bundle(about.visit);
  for (const [digest, document] of bundles) await store.keepBundle(about.visit, document, digest, { current: isNew && digest === about.bundle });
  const { visit, enterprise } = bundles.get(about.bundle);
  const { number, date, slot, status } = visit;
  await store.addVisit({ id: about.visit, number, date, slot, status, enterprise: enterprise?.name ?? number, bundle_digest: about.bundle });
}

async function keepEntries(store, visit, all, keys) {
  const kept = [];
  const count = { added: 0, left: 0 };
  for await (const { record } of all) {
    if (!record.entries) continue;
    const genuine = await Promise.all(record.entries.map((entry) => isGenuine(entry, visit, keys)));
    const good = record.entries.filter((_, n) => genuine[n]);
    const { added, forked } = await store.putEntries(visit, good);
    if (forked) await renewEnrolment(store);
    kept.push(...good.map(({ device }) => ({ device })));
    count.added += added.length;
    count.left += record.entries.length - good.length;
  }
  return { kept, ...count };
}

async function isGenuine(entry, visit, keys) {
  try {
    if (entry.visit !== visit || hashEntry(entry) !== entry.hash) return false;
    return !keys[entry.device] || await verifyEntry(entry, keys[entry.device]);
  } catch {
    return false; // what has no canonical form was never hashed
  }
}

async function keepFiles(store, { visit, files }, all, progress) {
  const here = new Set((await store.evidenceList(visit)).filter(({ released }) => !released).map(({ sha256 }) => sha256));
  const wanted = new Map(files.filter(({ sha256 }) => !here.has(sha256)).map((piece) => [piece.sha256, piece]));
  const count = { added: 0, left: 0 };
  const reader = await ahead(all);
  while (reader.next) {
    const { piece, start } = reader.next.record;
    if (start !== 0 || !wanted.has(piece)) await reader.take();
    else if (await keepFile(store, visit, wanted.get(piece), piecesOf(piece, reader, progress))) count.added += 1;
    else count.left += 1;
  }
  return count;
}

/** The pieces of one file, as far as they follow each other. */
async function* piecesOf(sha256, reader, progress) {
  while (reader.next?.record.piece === sha256) {
    const { bytes, at } = await reader.take();
    progress(at);
    yield bytes;
  }
}

/** A reader that shows what comes next (`next`, null at the end) before it is taken. */
async function ahead(all) {
  const iterator = all[Symbol.asyncIterator]();
  const pull = async () => (await iterator.next()).value ?? null;
  return {
    next: await pull(),
    async take() {
      const taken = this.next;
      this.next = await pull();
      return taken;
    },
  };
}

/** False if the bytes are not what their name says; every other failure is this phone's own. */
async function keepFile(store, visit, { sha256, type, name }, pieces) {
  try {
    await store.putEvidence(visit, pieces, { type, name, sha256 });
    return true;
  } catch (error) {
    if (error.code !== "evidence-damaged") throw error;
    return false;
  }
}

function freshCode() {
  const digits = [];
  while (digits.length < CODE_DIGITS) digits.push(...[...crypto.getRandomValues(new Uint8Array(CODE_DIGITS))].filter((byte) => byte < 250).map((byte) => byte % 10));
  return digits.slice(0, CODE_DIGITS).join("");
}

/** The key a code gives, and a few bits by which a mistyped code is told from a damaged file. */
async function keyOf(code, { salt, rounds }) {
  const secret = await crypto.subtle.importKey("raw", new TextEncoder().encode(code.replace(/\D/g, "")), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: fromBase64(salt), iterations: Math.min(rounds, 10 * ROUNDS) };
  const bits = await crypto.subtle.deriveBits(how, secret, 256 + 32);
  const key = await crypto.subtle.importKey("raw", bits.slice(0, 32), "AES-GCM", false, ["encrypt", "decrypt"]);
  return { key, check: toBase64(new Uint8Array(bits.slice(32))) };
}

function toBase64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
