/** Leaving the site: first what is on this phone only, then the deed; with a reason where something stays behind unsent. */
import { accounts } from "../../store/accounts.js";
import { outline } from "../../store/rescue.js";
import { heldAsKnown, openLedger } from "../../sync/ledger.js";
import { syncState } from "../../sync/sync.js";
import { leavingPage } from "../../views/leaving.js";
import { once } from "../app.js";
import { draftsOf, dropDraft } from "../drafts.js";
import { placeForRecord } from "../place.js";
import { Refusal } from "../refusal.js";
import { see } from "../router.js";
import { openVisit } from "../visits.js";

const NOTHING = Object.freeze({ entries: 0, files: 0, bytes: 0 });

export async function showLeaving({ store, params }) {
  const visit = await openVisit(store, params.visit);
  const [here, drafts] = await Promise.all([hereOnly(store, visit.id), draftsOf(store, visit.id)]);
  return leavingPage(visit, here, drafts.leaving ?? {}, syncState());
}

export async function saveLeaving({ store, params, form }) {
  return once(form.get("act"), async () => {
    const visit = await openVisit(store, params.visit);
    const { sum } = await hereOnly(store, visit.id);
    const reason = (form.get("reason") ?? "").trim();
    if (isSomething(sum) && !reason) throw new Refusal("reason-needed", { field: "reason" });
    const behind = isSomething(sum) ? { reason, unsent: sum } : {};
    await store.append(visit.id, "visit.left", { department: visit.department, location: await placeForRecord(), ...behind });
    await dropDraft(store, visit.id, "leaving");
    return see(`/field/visits/${visit.id}/close#leaving`);
  });
}

/** Whether anything of a visit is on this phone only. */
export async function staysBehind(store, visit) {
  return isSomething((await hereOnly(store, visit)).sum);
}

/**
 * `{people: [{name, entries, files, bytes}], sum}`: own work, and as far as it can be known of the sealed work of the
 * others on this phone, without what both have.
 */
async function hereOnly(store, visit) {
  const [ledger, hashes, evidence, { blobs }, all] = await Promise.all([openLedger(store, visit), store.hashes(visit), store.evidenceList(visit), store.context(visit), accounts()]);
  const there = await heldAsKnown(visit, ledger);
  const counted = new Set([...hashes, ...evidence.map(({ sha256 }) => sha256)]);
  const own = counts(hashes.filter((hash) => !there.has(hash)), evidence.filter(({ grade }) => grade === "local" || grade === "uploading"));
  const people = [{ name: store.person.name, ...own }];
  for (const account of all.filter(({ device }) => device !== store.home)) {
    const other = await outline(account, visit);
    const entries = other.hashes.filter((hash) => !there.has(hash) && !counted.has(hash));
    const files = other.files.filter(({ sha256 }) => !(sha256 in blobs) && !counted.has(sha256));
    for (const name of [...entries, ...files.map(({ sha256 }) => sha256)]) counted.add(name);
    people.push({ name: account.person.name, ...counts(entries, files) });
  }
  return { people: people.filter(isSomething), sum: people.reduce(plus, NOTHING) };
}

function counts(entries, files) {
  return { entries: entries.length, files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

const plus = (a, b) => ({ entries: a.entries + b.entries, files: a.files + b.files, bytes: a.bytes + b.bytes });
const isSomething = ({ entries, files }) => entries + files > 0;
