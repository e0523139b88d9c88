// Giving back the room of evidence, on receipts asked for at that moment and on nothing else.

import { held, openLedger } from "./ledger.js";
import { openSession } from "./session.js";
import { noteReceipts } from "./uploads.js";

/**
 * Free what the server has and its backup has passed; `stored` too (the person asked for it) what it has only stored.
 * Returns `{files, bytes}`. Throws SyncProblem where the server cannot be asked: then nothing is freed.
 */
export async function freeSpace(store, { stored = false } = {}) {
  const session = await openSession(store);
  const grades = stored ? ["backed-up", "stored"] : ["backed-up"];
  const freed = { files: 0, bytes: 0 };
  for (const visit of await store.evidenceVisits()) {
    const hashes = await spared(store, visit, session.epoch);
    await noteReceipts(store, session, visit, hashes);
    for (const sha256 of hashes) count(freed, await store.releaseEvidence(visit, sha256, grades));
  }
  return freed;
}

/** What is here and is named by an entry the server holds: it keeps for good only what its journals name. */
async function spared(store, visit, epoch) {
  const there = held(await openLedger(store, visit, epoch));
  const entries = await store.entries(visit);
  const named = new Set(entries.filter(({ kind, hash }) => kind === "evidence" && there.has(hash)).map(({ body }) => body.sha256));
  return (await store.evidenceList(visit)).filter(({ released, sha256 }) => !released && named.has(sha256)).map(({ sha256 }) => sha256);
}

function count(freed, bytes) {
  freed.files += bytes > 0;
  freed.bytes += bytes;
}
