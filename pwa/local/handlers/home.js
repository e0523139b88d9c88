/** My visits, one visit, what is not yet sent, and the person's own page. */
import { chooseLanguage, t } from "../../i18n/index.js";
import { syncNow, syncState } from "../../sync/sync.js";
import { byWifiOnly, network } from "../../sync/wifi.js";
import { isoDay } from "../../views/format.js";
import { leavePage, mePage } from "../../views/me.js";
import { syncPage } from "../../views/sync.js";
import { FILTERS, visitPage } from "../../views/visit.js";
import { visitsPage } from "../../views/visits.js";
import { departmentName } from "../../views/words.js";
import { draftsOf } from "../drafts.js";
import { Refusal } from "../refusal.js";
import { DONE, see } from "../router.js";
import { wasSeen } from "./ready.js";
import { storageOf } from "../storage.js";
import { findVisit, openVisit } from "../visits.js";
import { unsentOf } from "../unsent.js";
import { startWaking, stopWaking, waking } from "../waking.js";

const ANSWER_MS = 1_500;
const OVER = new Set(["signed", "cancelled", "left"]);

export async function showVisits({ store }) {
  const today = isoDay(new Date());
  const listed = await store.visits();
  const sync = syncState();
  const cards = await Promise.all(listed.map(async (summary) => {
    const loaded = await findVisit(store, summary.id);
    return { summary, loaded, download: downloadOf(sync), group: groupOf(summary, loaded, today) };
  }));
  return visitsPage({ cards: cards.sort(byDate), sync, today, readySeen: await wasSeen(store) });
}

function groupOf(summary, loaded, today) {
  if (OVER.has(loaded?.state.status) || OVER.has(summary.status)) return "done";
  if (summary.date === today) return "today";
  return summary.date > today ? "coming" : "earlier";
}

function byDate({ summary: a, loaded: left }, { summary: b, loaded: right }) {
  const when = (summary, loaded) => `${summary.date} ${loaded?.bundle.visit.slot ?? ""}`;
  return when(a, left) < when(b, right) ? -1 : 1;
}

function downloadOf({ phase, items }) {
  return phase === "syncing" ? items : null;
}

export async function showVisit({ store, params, query }) {
  const visit = await openVisit(store, params.visit);
  const filter = FILTERS.includes(query.get("filter")) ? query.get("filter") : "all";
  const wish = { filter, words: (query.get("q") ?? "").trim(), expanded: query.get("expand") === "1" };
  const drafts = await draftsOf(store, visit.id);
  return visitPage({ ...visit, drafts }, wish, drafts, syncState());
}

export async function showSync({ store }) {
  const [visits, here, storage] = await Promise.all([unsentOf(store), handOvers(store), storageOf(store)]);
  return syncPage({ sync: syncState(), visits, here, storage, wifi: { only: byWifiOnly(), network: network() } });
}

/** The visits under way on this phone, which a colleague may need: those of today, and those with something written. */
async function handOvers(store) {
  const today = isoDay(new Date());
  const all = await Promise.all((await store.visits()).map(({ id }) => findVisit(store, id)));
  return all.filter((visit) => visit && !visit.sealed && (visit.bundle.visit.date === today || visit.entries.size > 0)).map(({ id, bundle }) => ({ id, name: bundle.enterprise.name }));
}

/** The button: ask the server now. Where it cannot be reached that is said; else what comes of it is shown as it comes. */
export async function syncAtOnce() {
  await Promise.race([syncNow("button"), new Promise((resolve) => { setTimeout(resolve, ANSWER_MS); })]);
  if (syncState().phase === "offline") throw new Refusal("unreached");
  return DONE;
}

export async function showMe({ store }) {
  const [storage, here, provisional, woken] = await Promise.all([storageOf(store), unsentOf(store), store.meta("provisional"), waking()]);
  return mePage({ waking: woken, person: store.person, device: store.device, departmentName: await departmentNameOf(store), provisional, storage, sync: syncState(), unsent: sums(here) });
}

export async function setWaking({ store, form }) {
  await (form.get("wake") === "on" ? startWaking : stopWaking)(store.person);
  return see("/field/me");
}

async function departmentNameOf(store) {
  for (const { id } of await store.visits()) {
    const visit = await findVisit(store, id);
    if (visit) return departmentName(visit, store.person.department);
  }
  return store.person.department ?? t("me.no-department");
}

export async function showLeave({ store }) {
  return leavePage({ person: store.person, unsent: sums(await unsentOf(store)), sync: syncState() });
}

function sums(visits) {
  return {
    entries: visits.reduce((sum, one) => sum + one.entries.length, 0),
    files: visits.reduce((sum, one) => sum + one.files.length, 0),
    attention: visits.reduce((sum, one) => sum + one.attention.length, 0),
  };
}

export async function setLanguage({ form }) {
  chooseLanguage(form.get("language"));
  return see("/field/me");
}
