// Tries, on a database of its own, what the store relies on: strict writes, and a signing key that nobody can take out and
// that is still there after a restart. It must not know the store itself.

import { Database } from "./database.js";

const SIGNING = { name: "ECDSA", namedCurve: "P-256" };
const HOW = { name: "ECDSA", hash: "SHA-256" };
const steps = [(db) => { db.createObjectStore("keys"); }];

/** `{strict, works, since}`: strict writes are granted; the key signs after being read back; when it was made. */
export async function probeStorage() {
  try {
    await ensureKey();
    const db = open();
    const [strict, { key, madeAt }] = await Promise.all([isStrict(db), read(db)]).finally(() => db.close());
    return { strict, works: !key.privateKey.extractable && await signs(key), since: madeAt };
  } catch (error) {
    console.warn(error); // that it fails is the answer
    return { strict: false, works: false, since: null };
  }
}

const open = () => new Database("liancha-readiness", steps);
const read = (db) => db.read(["keys"], (tx) => tx.objectStore("keys").get("key"));
const isStrict = (db) => db.write(["keys"], (tx) => tx.durability === "strict");

/** Written on a connection that is closed afterwards, so that what is read is what was kept. */
async function ensureKey() {
  const db = open();
  try {
    if (await read(db)) return;
    const key = await crypto.subtle.generateKey(SIGNING, false, ["sign", "verify"]);
    await db.write(["keys"], (tx) => tx.objectStore("keys").put({ key, madeAt: Date.now() }, "key"));
  } finally {
    await db.close();
  }
}

async function signs({ privateKey, publicKey }) {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return crypto.subtle.verify(HOW, publicKey, await crypto.subtle.sign(HOW, privateKey, bytes), bytes);
}
