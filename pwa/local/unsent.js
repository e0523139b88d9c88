/** What of each visit the server is not known to hold: the entries and files themselves, not counts. */
import { held, openLedger } from "../sync/ledger.js";
import { syncState } from "../sync/sync.js";
import { visitsHere } from "../sync/tally.js";
import { waiting } from "../sync/wifi.js";

/** [{id, name, entries, files, attention}…] of the visits with something unsent or something to settle. */
export async function unsentOf(store) {
  const ids = await visitsHere(store);
  const all = await Promise.all(ids.map((id) => unsentIn(store, id)));
  return all.filter((one) => one.entries.length || one.files.length || one.attention.length);
}

async function unsentIn(store, id) {
  const [ledger, entries, evidence, bundle, waits] = await Promise.all([openLedger(store, id), store.entries(id), store.evidenceList(id), store.bundle(id), waiting(store, id)]);
  const there = held(ledger);
  return {
    id,
    name: bundle?.enterprise.name ?? id,
    entries: entries.filter((entry) => !there.has(entry.hash)),
    files: evidence.filter((file) => file.grade === "local" || file.grade === "uploading").map((file) => ({ ...file, waits: waits(file) })),
    attention: syncState().visits[id]?.attention ?? [],
  };
}
