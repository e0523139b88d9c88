// Visits that several people on this phone share: what one writes or receives is laid ready for the others, sealed to each
// of them, and taken in when they open their own database. The same set union as with the server, without a network.
// Only people on the visit's team, by its bundle, are written to. Nothing here may hurt the writer's own saving.

import { canonical } from "../journal/canonical.js";
import { hashEntry } from "../journal/entry.js";
import { sha256Hex } from "../journal/hash.js";
import { makeLetterKeys, openLetter, sealLetter } from "./letters.js";
import { openDatabase } from "./store.js";

const KEYS = "letter-keys";
const BATCH = 100;

/** The public key letters to this account are sealed to; made on its first opening. */
export async function letterKeyOf(store) {
  const known = await store.meta(KEYS);
  if (known) return known.publicKey;
  const keys = await makeLetterKeys();
  await store.putMeta(KEYS, keys);
  return keys.publicKey;
}

/** Lay ready all that colleagues here lack of any visit: what a killed page, or an enrolment made since, has left to do. */
export async function postAll(db, accounts, store) {
  for (const { id } of await store.visits()) await post(db, accounts, store, id);
}

/** Lay ready for one visit what the colleagues here lack: `entries`, or all that this store holds. Returns how many letters. */
export async function post(db, accounts, store, visit, entries = null) {
  const colleagues = accounts.filter(({ device, letterKey }) => letterKey && device !== store.home);
  if (colleagues.length === 0) return 0;
  const bundle = await store.bundle(visit);
  const team = new Set(bundle?.team.map(({ person }) => person));
  let posted = 0;
  for (const colleague of colleagues.filter(({ person }) => team.has(person.id))) {
    posted += await postTo(db, colleague, { store, visit, bundle, entries });
  }
  return posted;
}

async function postTo(db, colleague, { store, visit, bundle, entries }) {
  const known = await knownTo(db, colleague, visit);
  const { digest } = await store.context(visit);
  const letters = (entries ?? await store.entries(visit)).filter(({ hash }) => !known.has(hash)).map((entry) => ({ id: entry.hash, entry }));
  if (!known.has(digest)) letters.unshift({ id: digest, visit, bundle, line: await lineOf(store, visit) });
  for (let n = 0; n < letters.length; n += BATCH) await lay(db, colleague, letters.slice(n, n + BATCH));
  return letters.length;
}

async function lay(db, { device, letterKey }, letters) {
  const sealed = await Promise.all(letters.map(async (letter) => (
    { to: device, id: letter.id, ...await sealLetter(letter, `${device}/${letter.id}`, letterKey) })));
  await db.write(["mail"], (tx) => Promise.all(sealed.map((one) => tx.objectStore("mail").put(one))));
}

/** Hashes and digests are addresses, open to this phone: those in the colleague's database, and those waiting for them. */
async function knownTo(db, { device }, visit) {
  const home = openDatabase(device);
  try {
    const [hashes, bundles] = await home.read(["entries", "bundles"], (tx) => Promise.all([
      tx.objectStore("entries").index("visit").getAllKeys(visit),
      tx.objectStore("bundles").getAllKeys(IDBKeyRange.bound([visit], [visit, []])),
    ]));
    const waiting = await db.read(["mail"], (tx) => tx.objectStore("mail").getAllKeys(lettersTo(device)));
    return new Set([...hashes, ...bundles.map(([, digest]) => digest), ...waiting.map(([, id]) => id)]);
  } finally {
    await home.close();
  }
}

async function lineOf(store, visit) {
  return (await store.visits()).find(({ id }) => id === visit) ?? null;
}

/** Take in what was laid ready for this store; a letter goes only once what it held is durable. Returns how many entries. */
export async function takeMail(db, store) {
  const letters = await db.read(["mail"], (tx) => tx.objectStore("mail").getAll(lettersTo(store.home)));
  if (letters.length === 0) return 0;
  const { privateKey } = await store.meta(KEYS);
  const opened = (await Promise.all(letters.map((letter) => openLetter(letter, `${store.home}/${letter.id}`, privateKey)))).filter(Boolean);
  for (const letter of opened.filter(isBundle)) await takeBundle(store, letter);
  const entries = opened.filter(isItself).map(({ entry }) => entry);
  for (const visit of new Set(entries.map((entry) => entry.visit))) {
    await store.putEntries(visit, entries.filter((entry) => entry.visit === visit), { post: false });
  }
  await db.write(["mail"], (tx) => Promise.all(letters.map(({ to, id }) => tx.objectStore("mail").delete([to, id]))));
  return entries.length;
}

async function takeBundle(store, { id: digest, visit, bundle, line }) {
  if (line) await store.addVisit(line);
  await store.keepBundle(visit, bundle, digest, { current: !await store.bundle(visit) });
}

const lettersTo = (device) => IDBKeyRange.bound([device], [device, []]);
const isBundle = ({ id, bundle }) => Boolean(bundle) && sha256Hex(canonical(bundle)) === id;
const isItself = ({ id, entry }) => Boolean(entry) && entry.hash === id && hashEntry(entry) === id;
