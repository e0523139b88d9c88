// Giving back the room of evidence, on receipts asked for at that moment and on nothing else.

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
    const hashes = (await store.evidenceList(visit)).filter(({ released }) => !released).map(({ sha256 }) => sha256);
    await noteReceipts(store, session, visit, hashes);
    for (const sha256 of hashes) count(freed, await store.releaseEvidence(visit, sha256, grades));
  }
  return freed;
}

function count(freed, bytes) {
  freed.files += bytes > 0;
  freed.bytes += bytes;
}
