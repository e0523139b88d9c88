/** What of each visit the server is not known to hold: the entries and files themselves, not counts. */
import { noteUnsent } from "../store/accounts.js";
import { bus } from "../store/bus.js";
import { heldAsKnown, openLedger } from "../sync/ledger.js";
import { syncState } from "../sync/sync.js";
import { visitsHere } from "../sync/tally.js";
import { waiting } from "../sync/wifi.js";

/** [{id, name, entries, files, attention}…] of the visits with something unsent or something to settle. */
export async function unsentOf(store) {
  const ids = await visitsHere(store);
  const all = await Promise.all(ids.map((id) => unsentIn(store, id)));
  return all.filter((one) => one.entries.length || one.files.length || one.attention.length);
}

/** Keep the sums where whoever looks at the list of people sees them, also while the account is locked. */
export function watchUnsent() {
  let noted = "";
  bus.on("sync", ({ device, state }) => {
    if (!state.counted) return;
    const visits = Object.values(state.visits);
    const sum = (name) => visits.reduce((total, one) => total + one[name], 0);
    const unsent = { entries: sum("entriesHere"), files: sum("filesHere") };
    const now = `${device} ${unsent.entries} ${unsent.files}`;
    if (now === noted) return;
    noted = now;
    noteUnsent(device, unsent).catch((error) => error.name === "StoreError" || console.error(error)); // a broken store says so itself
  });
}

async function unsentIn(store, id) {
  const [ledger, entries, evidence, bundle, waits] = await Promise.all([openLedger(store, id), store.entries(id), store.evidenceList(id), store.bundle(id), waiting(store, id)]);
  const there = await heldAsKnown(id, ledger);
  return {
    id,
    name: bundle?.enterprise.name ?? id,
    entries: entries.filter((entry) => !there.has(entry.hash)),
    files: evidence.filter((file) => file.grade === "local" || file.grade === "uploading").map((file) => ({ ...file, waits: waits(file) })),
    attention: syncState().visits[id]?.attention ?? [],
  };
}
