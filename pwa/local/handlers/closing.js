/** Closing: words, orders, departments, and the lead's acts. */
import { finalResults } from "../../views/close-lead.js";
import { closePage } from "../../views/close.js";
import { isoDay } from "../../views/format.js";
import { owns } from "../../views/words.js";
import { syncState } from "../../sync/sync.js";
import { once } from "../app.js";
import { draftsOf, dropDraft } from "../drafts.js";
import { Refusal } from "../refusal.js";
import { DONE } from "../router.js";
import { openVisit } from "../visits.js";

export async function showClose({ store, params }) {
  const visit = await openVisit(store, params.visit);
  return closePage(visit, await draftsOf(store, visit.id), isoDay(new Date()), syncState());
}

/** A write of the close: load, make the entry, append, drop the draft. `make` gives {kind, body, draft}. */
function closing(make) {
  return ({ store, params, form }) => once(form.get("act"), async () => {
    const visit = await openVisit(store, params.visit);
    const text = (name) => (form.get(name) ?? "").trim();
    const { kind, body, draft } = make({ visit, params, form, text });
    await store.append(visit.id, kind, body);
    if (draft) await dropDraft(store, visit.id, draft);
    return DONE;
  });
}

function needed(value, code, field) {
  if (!value) throw new Refusal(code, { field });
  return value;
}

export const saveStatement = closing(({ visit, text }) => ({
  kind: "statement",
  body: { text: needed(text("text"), "text-needed", "text"), name: needed(text("name"), "party-name-needed", "name"), department: visit.department },
  draft: "statement",
}));

export const saveMeasure = closing(({ visit, params, text }) => {
  const item = ownItem(visit, params.item);
  const standing = visit.state.lists.measures.filter((one) => one.item === item.id && !one.replaced);
  const date = text("when") === "now" ? null : needed(/^\d{4}-\d\d-\d\d$/.test(text("deadline")) && text("deadline"), "date-needed", "deadline");
  if (date && date < visit.bundle.visit.date) throw new Refusal("date-past", { field: "deadline" });
  return {
    kind: "measure",
    body: { item: item.id, department: visit.department, demand: needed(text("demand"), "text-needed", "demand"), deadline: date, replaces: standing.map((one) => one.hash) },
    draft: `measure-${item.id}`,
  };
});

export const saveCorrected = closing(({ visit, params, form, text }) => {
  const item = ownItem(visit, params.item);
  const evidence = form.getAll("photo");
  if (!evidence.length) throw new Refusal("corrected-photo-needed", { field: "photo" });
  return { kind: "corrected", body: { item: item.id, evidence, text: text("text") }, draft: `corrected-${item.id}` };
});

export const completeDepartment = closing(({ visit, params, form }) => {
  const { department } = params;
  if (department !== visit.department) throw new Refusal("not-yours");
  const { results, heads } = visit.state.departments[department];
  const confirmed = Object.fromEntries(Object.entries(results).filter(([, derived]) => derived !== null).map(([matter, derived]) => [matter, form.get(`result:${matter}`) ?? derived]));
  return { kind: "department.completed", body: { department, results: confirmed, covers: visit.covers(), replaces: heads }, draft: `complete-${department}` };
});

export const declareAbsent = closing(({ visit, params, text }) => {
  const { department } = params;
  if (department !== visit.department && !visit.leads) throw new Refusal("lead-only");
  const reason = needed(text("reason"), "absence-needed", "reason");
  if (reason === "other") needed(text("text"), "text-needed", "text");
  return { kind: "department.absent", body: { department, reason, text: text("text"), replaces: visit.state.departments[department].heads }, draft: `absent-${department}` };
});

export const reopenDepartment = closing(({ visit, params, text }) => {
  const { department } = params;
  if (department !== visit.department) throw new Refusal("not-yours");
  return {
    kind: "department.reopened",
    body: { department, reason: needed(text("reason"), "reason-needed", "reason"), replaces: visit.state.departments[department].heads },
    draft: `reopen-${department}`,
  };
});

export const takeOverLead = closing(({ visit, text }) => {
  if (!visit.deputises) throw new Refusal("lead-only");
  return { kind: "lead.taken-over", body: { reason: needed(text("reason"), "reason-needed", "reason") }, draft: "takeover" };
});

export const signVisit = closing(({ visit }) => {
  lead(visit);
  return { kind: "visit.signed", body: { results: finalResults(visit), covers: visit.covers(), replaces: visit.state.register.heads } };
});

export const reopenVisit = closing(({ visit, text }) => {
  lead(visit);
  return { kind: "visit.reopened", body: { reason: needed(text("reason"), "reason-needed", "reason"), replaces: visit.state.register.heads }, draft: "reopen-visit" };
});

export const settleVisit = closing(({ visit, text }) => {
  lead(visit);
  const chooses = needed(visit.state.register.heads.includes(text("chooses")) && text("chooses"), "choice-needed", "chooses");
  return { kind: "settlement", body: { register: "visit", chooses, reason: needed(text("reason"), "reason-needed", "reason"), replaces: visit.state.register.heads }, draft: "visit-choice" };
});

export const abortVisit = closing(({ visit, text }) => {
  lead(visit);
  const code = needed(["R4", "R6"].includes(text("code")) && text("code"), "choice-needed", "code");
  return { kind: "visit.aborted", body: { code, text: needed(text("text"), "text-needed", "text"), replaces: visit.state.register.heads }, draft: "abort" };
});

function ownItem(visit, id) {
  const item = visit.itemOf(id);
  if (!item) throw new Refusal("no-such-page");
  if (!owns(item, visit.department)) throw new Refusal("not-yours");
  return item;
}

function lead(visit) {
  if (!visit.leads) throw new Refusal("lead-only");
}
