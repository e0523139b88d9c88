/** Arriving and leaving: one handler per step, all under /visits/:visit/arrive/:department/:step. */
import { arrivePage } from "../../views/arrive.js";
import { CAME_LATE } from "../../views/record-words.js";
import { homeScreenPage } from "../../views/browser.js";
import { certifiedOf } from "../../views/words.js";
import { syncState } from "../../sync/sync.js";
import { once } from "../app.js";
import { needsHomeScreen, thisBrowser } from "../browser.js";
import { draftsOf, dropDraft } from "../drafts.js";
import { placeForRecord, placeNow } from "../place.js";
import { Refusal } from "../refusal.js";
import { refresh } from "../refresh.js";
import { DONE, see } from "../router.js";
import { openVisit } from "../visits.js";
import { staysBehind } from "./leaving.js";

export async function showArrive({ store, params }) {
  const visit = await openVisit(store, params.visit);
  if (!visit.state.departments[params.department]) throw new Refusal("no-such-page");
  if (mayNotBegin(visit)) return homeScreenPage({ back: `/field/visits/${visit.id}`, sync: syncState() });
  const drafts = await draftsOf(store, visit.id);
  const prefix = `arrive-${params.department}-`;
  const own = Object.fromEntries(Object.entries(drafts).filter(([key]) => key.startsWith(prefix)).map(([key, value]) => [key.slice(prefix.length), value]));
  return arrivePage({ ...visit, drafts }, params.department, placeNow(refresh), own, syncState());
}

export async function takeStep({ store, params, form }) {
  const { visit: id, department, step } = params;
  const said = SAYS[step];
  if (!said) throw new Refusal("no-such-page");
  if (step === "left" && await staysBehind(store, id)) return see(`/field/visits/${id}/leaving`);
  return once(form.get("act"), async () => {
    const visit = await openVisit(store, id);
    if (department !== visit.department) throw new Refusal("not-yours");
    if (mayNotBegin(visit)) throw new Refusal("home-screen-first");
    const { kind, body } = await said(form, visit);
    await store.appendMany(id, [...opening(visit, store, kind), { kind, body: { department, ...body } }, ...comingAfterAll(visit, kind)]);
    await dropDraft(store, id, `arrive-${department}-${step}`);
    return DONE;
  });
}

/** In a tab on iOS nothing is begun; what is under way there goes on. */
function mayNotBegin(visit) {
  return needsHomeScreen(thisBrowser()) && !visit.state.departments[visit.department]?.steps.arrived.length;
}

/** The first arrival recorded on this phone opens the visit here. */
function opening(visit, store, kind) {
  const opened = [...visit.entries.values()].some((entry) => entry.kind === "visit.opened" && entry.device === store.device);
  return kind === "visit.arrived" && !opened ? [{ kind: "visit.opened", body: {} }] : [];
}

/** A department marked absent that arrives takes part again: its own officer says so, in the same act. */
function comingAfterAll(visit, kind) {
  const { state, heads } = visit.state.departments[visit.department];
  if (kind !== "visit.arrived" || state !== "absent") return [];
  return [{ kind: "department.reopened", body: { department: visit.department, reason: CAME_LATE, replaces: heads } }];
}

const SAYS = {
  arrived: async () => ({ kind: "visit.arrived", body: { location: await placeForRecord() } }),
  left: async () => ({ kind: "visit.left", body: { location: await placeForRecord() } }),
  identity: async (form, visit) => ({ kind: "identity.shown", body: { officers: shownOfficers(form, visit) } }),
  rights: async () => ({ kind: "rights.informed", body: {} }),
  recusal: async (form) => ({ kind: "recusal.asked", body: recusal(form) }),
  party: async (form) => ({ kind: "party.present", body: party(form) }),
};

function shownOfficers(form, visit) {
  const chosen = form.getAll("officer");
  if (!chosen.length) throw new Refusal("officers-needed", { field: "officer" });
  return certifiedOf(visit, visit.department).filter((one) => chosen.includes(one.person)).map(({ person, certificate }) => ({ person, certificate }));
}

function recusal(form) {
  if (form.get("requested") !== "yes") return { requested: false };
  const of = form.get("of");
  const reason = (form.get("reason") ?? "").trim();
  if (!of) throw new Refusal("recusal-of-needed", { field: "of" });
  if (!reason) throw new Refusal("reason-needed", { field: "reason" });
  return { requested: true, of, reason };
}

function party(form) {
  const text = (name) => (form.get(name) ?? "").trim();
  for (const name of ["name", "post", "authority"]) {
    if (!text(name)) throw new Refusal(`party-${name}-needed`, { field: name });
  }
  if (!/^[0-9A-Za-z]{0,4}$/.test(text("id_last4"))) throw new Refusal("id-last4", { field: "id_last4" });
  return { name: text("name"), post: text("post"), authority: text("authority"), id_type: text("id_type") || null, id_last4: text("id_last4") || null, phone: text("phone") || null };
}
