/** Before departure. */
import { syncState } from "../../sync/sync.js";
import { readyPage } from "../../views/ready.js";
import { gatherFacts } from "../probes.js";
import { linesOf, needing } from "../readiness.js";

const SEEN = "ready-seen";

export async function showReady({ store }) {
  const lines = linesOf(await gatherFacts(store));
  if (!await wasSeen(store)) await store.putMeta(SEEN, Date.now());
  return readyPage({ lines, needing: needing(lines), sync: syncState() });
}

/** Whether the person has ever looked at it on this phone. */
export async function wasSeen(store) {
  return Boolean(await store.meta(SEEN));
}
