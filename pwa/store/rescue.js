// Rescue files: what one enrolment's database holds and the server may lack, as it lies there, sealed. Nothing is opened, so
// that a forgotten secret is no hindrance; the organisation's private key opens the file, and with it the data key inside.

import { openDatabase } from "./store.js";
import { StoreError } from "./errors.js";
import { ParcelWriter } from "./parcel.js";
import { modulusIn, wrapForOrganisation } from "./vault.js";

const KIND = "rescue";
const AT_ONCE = 200;
const LABEL = "rescue-file";
const AES = { name: "AES-GCM", length: 256 };

/** Make the file of an account (`accounts.js`): `{blob, entries, files}`; `progress(bytes, of)` hears of the files. */
export async function makeRescue(account, progress = () => {}) {
  const db = openDatabase(account.device);
  try {
    return await made(db, account, progress);
  } finally {
    await db.close();
  }
}

async function made(db, account, progress) {
  const { identity, wrapped } = await readVault(db);
  const [hashes, files, takes] = await Promise.all([allKeys(db, "entries"), unsentFiles(db), allKeys(db, "takes")]);
  const { writer } = await beginFile(wrapped);
  const { device, former, person, label, publicKey } = identity;
  const about = { device, former, person, label, public_key: publicKey, made_at: new Date().toISOString(), data_keys: named(wrapped) };
  await writer.add({ about });
  await addEntries(writer, db, hashes);
  await addFiles(writer, db, files, progress);
  for (const id of takes) await addTake(writer, db, id);
  await writer.add({ about }); // once more, so that one damaged place does not lose the key to all others
  return { blob: await writer.end(), person: account.person, entries: hashes.length, files: files.length + takes.length };
}

async function readVault(db) {
  const [identity, keys, values] = await db.read(["vault"], (tx) => {
    const vault = tx.objectStore("vault");
    return Promise.all([vault.get("identity"), vault.getAllKeys(), vault.getAll()]);
  });
  const wrapped = keys.map((key, n) => [modulusIn(key), values[n]]).filter(([modulus]) => modulus);
  if (!identity || wrapped.length === 0) throw new StoreError("rescue-impossible");
  return { identity, wrapped };
}

/** A key for this file alone, wrapped to every key of the organisation this phone ever met. */
async function beginFile(wrapped) {
  const key = await crypto.subtle.generateKey(AES, true, ["encrypt"]);
  const keys = await Promise.all(wrapped.map(async ([n]) => [n, await wrapForOrganisation(key, n, LABEL)]));
  return { writer: new ParcelWriter({ kind: KIND, keys: named(keys) }, key) };
}

async function addEntries(writer, db, hashes) {
  for (let n = 0; n < hashes.length; n += AT_ONCE) {
    const records = await db.read(["entries"], (tx) => Promise.all(hashes.slice(n, n + AT_ONCE).map((hash) => tx.objectStore("entries").get(hash))));
    for (const { hash, visit, sealed } of records) await writer.add({ entry: hash, visit }, sealed);
  }
}

async function addFiles(writer, db, files, progress) {
  const of = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const { visit, sha256, blob, bytes, chunks, sealed } of files) {
    await writer.add({ file: blob, visit, sha256, bytes, chunks }, sealed);
    for (let n = 0; n < chunks; n += 1) {
      const chunk = await db.read(["chunks"], (tx) => tx.objectStore("chunks").get([blob, n]));
      if (chunk) await writer.add({ chunk: blob, n }, chunk); // a chunk that is gone is named at the office
      done += chunk?.byteLength ?? 0;
      progress(Math.min(done, of), of);
    }
  }
}

/** A segment that never became evidence: its seconds, as far as they are here. */
async function addTake(writer, db, id) {
  await writer.add({ take: id }, await db.read(["takes"], (tx) => tx.objectStore("takes").get(id)));
  const keys = await db.read(["pieces"], (tx) => tx.objectStore("pieces").getAllKeys(IDBKeyRange.bound([id], [id, []])));
  for (const [, n] of keys) {
    const { sealed } = await db.read(["pieces"], (tx) => tx.objectStore("pieces").get([id, n]));
    await writer.add({ piece: id, n }, sealed);
  }
}

function allKeys(db, store) {
  return db.read([store], (tx) => tx.objectStore(store).getAllKeys());
}

/** Of evidence only what the server has never confirmed; of entries all, for what it holds of them lies sealed. */
async function unsentFiles(db) {
  const all = await db.read(["evidence"], (tx) => tx.objectStore("evidence").getAll());
  return all.filter(({ grade }) => grade === "local" || grade === "uploading");
}

/** `[{n, key}]`: which key of the organisation opens it, and the wrapped key. */
function named(wrapped) {
  return wrapped.map(([n, bytes]) => ({ n, key: btoa(String.fromCharCode(...new Uint8Array(bytes))) }));
}

/**
 * What an account's database shows of one visit without being opened:
 * `{hashes, files: [{sha256, bytes}]}`, the files being those the server has never confirmed.
 */
export async function outline(account, visit) {
  const db = openDatabase(account.device);
  try {
    const [hashes, files] = await Promise.all([db.read(["entries"], (tx) => tx.objectStore("entries").index("visit").getAllKeys(visit)), unsentFiles(db)]);
    return { hashes, files: files.filter((file) => file.visit === visit).map(({ sha256, bytes }) => ({ sha256, bytes })) };
  } finally {
    await db.close();
  }
}
