/** How full this phone is, giving room back, taking a newer version, and what is missing. */
import { lostAccounts } from "../../store/accounts.js";
import { freeSpace } from "../../sync/free.js";
import { openLedger } from "../../sync/ledger.js";
import { syncState } from "../../sync/sync.js";
import { visitsHere } from "../../sync/tally.js";
import { lossPage } from "../../views/loss.js";
import { storagePage } from "../../views/storage.js";
import { DONE, see } from "../router.js";
import { Refusal } from "../refusal.js";
import { storageOf } from "../storage.js";
import { takeVersion } from "../version.js";

export async function showStorage({ store, query }) {
  const freed = /^\d+$/.test(query.get("freed") ?? "") ? Number(query.get("freed")) : null;
  return storagePage({ storage: await storageOf(store), freed, sync: syncState() });
}

/** Room is given back on the server's word of this moment; out of its reach nothing is. */
export async function freeRoom({ store, form }) {
  try {
    const { bytes } = await freeSpace(store, { stored: form.get("grade") === "stored" });
    return see(`/field/storage?freed=${bytes}`);
  } catch (problem) {
    if (problem.unreached) throw new Refusal("free-offline");
    throw problem;
  }
}

export async function takeNewVersion({ store }) {
  await takeVersion(store);
  return DONE;
}

export async function showLoss({ store }) {
  const [ids, account] = await Promise.all([visitsHere(store), lostAccounts()]);
  const losses = (await Promise.all(ids.map((id) => lossIn(store, id)))).filter(Boolean);
  return lossPage({ losses, account, sync: syncState() });
}

async function lossIn(store, id) {
  const [{ loss }, bundle] = await Promise.all([openLedger(store, id), store.bundle(id)]);
  return loss && { id, name: bundle?.enterprise.name ?? id, cameBack: loss.cameBack ?? 0, missing: loss.missing ?? 0 };
}
