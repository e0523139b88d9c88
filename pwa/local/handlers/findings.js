/** Answers, conflicts, matters not carried on, clues and notes. */
import v7 from "../../vendor/uuid/v7.js";
import { cluesPage } from "../../views/close.js";
import { itemPage, notCarriedOnPage } from "../../views/item.js";
import { transcribing } from "../../views/transcription.js";
import { itemsOf, owns } from "../../views/words.js";
import { syncState } from "../../sync/sync.js";
import { once } from "../app.js";
import { draftsOf, dropDraft, noteDraft } from "../drafts.js";
import { Refusal } from "../refusal.js";
import { DONE, KEPT, see } from "../router.js";
import { whatIsSaid } from "../saying.js";
import { openVisit } from "../visits.js";

export async function showItem({ store, params }) {
  const visit = await openVisit(store, params.visit);
  const item = itemIn(visit, params.item);
  const drafts = await draftsOf(store, visit.id);
  return itemPage({ ...visit, drafts }, item, drafts[`item-${item.id}`] ?? {}, syncState());
}

export async function saveAnswer({ store, params, form }) {
  const visit = await openVisit(store, params.visit);
  const item = itemIn(visit, params.item);
  if (!owns(item, visit.department)) throw new Refusal("not-yours");
  const key = `item-${item.id}`;
  const drafts = await draftsOf(store, visit.id);
  const draft = drafts[key] ?? {};
  const paper = transcribing(visit, drafts);
  const said = whatIsSaid(item, visit.state.items[item.id], form, draft);
  if (said.staged) {
    await noteDraft(store, visit.id, key, said.staged);
    return KEPT;
  }
  return once(form.get("act"), () => writeAnswer(store, visit, item, key, paper ? { ...said.answer, paper } : said.answer));
}

async function writeAnswer(store, visit, item, key, answer) {
  const { ready, state } = visit.state.departments[visit.department];
  const found = visit.state.items[item.id];
  if (visit.sealed) throw new Refusal("sealed");
  if (found.state === "exempt") throw new Refusal("exempt");
  if (!ready && found.state === "open" && state === "open") throw new Refusal("gate");
  if (!sameAsStands(found, answer)) {
    await store.append(visit.id, "answer", { item: item.id, ...answer, replaces: found.heads.map((one) => one.hash) });
  }
  await dropDraft(store, visit.id, key);
  return DONE;
}

/** A tap that repeats what already stands says nothing new. */
function sameAsStands({ heads }, answer) {
  if (heads.length !== 1) return false;
  const [head] = heads;
  return head.verdict === answer.verdict && (head.value ?? null) === (answer.value ?? null)
    && ["remark", "reason", "override"].every((name) => (head[name] ?? "") === (answer[name] ?? ""));
}

function itemIn(visit, id) {
  const item = visit.itemOf(id);
  if (!item) throw new Refusal("no-such-page");
  return item;
}

/** An officer of a department the item belongs to settles a conflict: an answer that replaces them all. */
export async function chooseAnswer({ store, params, form }) {
  return once(form.get("act"), async () => {
    const visit = await openVisit(store, params.visit);
    const item = itemIn(visit, params.item);
    if (!owns(item, visit.department)) throw new Refusal("not-yours");
    const { heads } = visit.state.items[item.id];
    const chosen = heads.find((one) => one.hash === form.get("chooses"));
    if (!chosen) throw new Refusal("already-settled");
    const { verdict, value, remark, reason } = chosen;
    const replaces = heads.map((one) => one.hash);
    await store.append(visit.id, "answer", { item: item.id, verdict, value, remark, reason: reason ?? null, ...moreOf(chosen), replaces });
    return DONE;
  });
}

/** What an answer says only at times: why it was judged otherwise, with what it was measured, the act of a matter not carried on. */
function moreOf(chosen) {
  return Object.fromEntries(["override", "instrument", "act"].filter((name) => chosen[name]).map((name) => [name, chosen[name]]));
}

/** The lead settles it for a department by choosing one of the heads, with the reason. */
export async function settleItem({ store, params, form }) {
  return once(form.get("act"), async () => {
    const visit = await openVisit(store, params.visit);
    const item = itemIn(visit, params.item);
    const { heads } = visit.state.items[item.id];
    const reason = (form.get("reason") ?? "").trim();
    if (!heads.some((one) => one.hash === form.get("chooses"))) throw new Refusal("already-settled");
    if (!reason) throw new Refusal("reason-needed", { field: "reason" });
    await store.append(visit.id, "settlement", { register: `item:${item.id}`, chooses: form.get("chooses"), reason, replaces: heads.map((one) => one.hash) });
    for (const index of heads.keys()) await dropDraft(store, visit.id, `choose-${item.id}-${index}`);
    return DONE;
  });
}

export async function showNotCarriedOn({ store, params }) {
  const visit = await openVisit(store, params.visit);
  const drafts = await draftsOf(store, visit.id);
  return notCarriedOnPage(visit, openMatters(visit), drafts["not-carried"] ?? {}, syncState());
}

function openMatters(visit) {
  const matters = new Map();
  for (const item of itemsOf(visit, visit.department)) {
    if (visit.state.items[item.id].state !== "open") continue;
    for (const matter of visit.roster.items.get(item.id).matters.get(visit.department)) matters.set(matter, [...(matters.get(matter) ?? []), item]);
  }
  return [...matters].map(([matter, items]) => ({ matter, items }));
}

/** 未开展: one act, one reason, an `na` for each open item of the matter. */
export async function saveNotCarriedOn({ store, params, form }) {
  return once(form.get("act"), async () => {
    const visit = await openVisit(store, params.visit);
    const chosen = openMatters(visit).find(({ matter }) => matter === form.get("matter"));
    const reason = (form.get("reason") ?? "").trim();
    if (!visit.state.departments[visit.department].ready) throw new Refusal("gate");
    if (!chosen) throw new Refusal("matter-needed", { field: "matter" });
    if (!reason) throw new Refusal("reason-needed", { field: "reason" });
    const act = v7();
    await store.appendMany(visit.id, chosen.items.map((item) => ({ kind: "answer", body: { item: item.id, verdict: "na", value: null, remark: "", reason, act, replaces: [] } })));
    await dropDraft(store, visit.id, "not-carried");
    return see(`/field/visits/${visit.id}`);
  });
}

export async function showClues({ store, params }) {
  const visit = await openVisit(store, params.visit);
  return cluesPage(visit, await draftsOf(store, visit.id), syncState());
}

export async function saveClue({ store, params, form }) {
  return saveWords(store, params.visit, form, "clue", { to: form.get("to") || null });
}

export async function saveNote({ store, params, form }) {
  return saveWords(store, params.visit, form, "note", {});
}

async function saveWords(store, id, form, kind, more) {
  return once(form.get("act"), async () => {
    const visit = await openVisit(store, id);
    const text = (form.get("text") ?? "").trim();
    if (!text) throw new Refusal("text-needed", { field: "text" });
    await store.append(id, kind, { department: visit.department, text, ...more });
    await dropDraft(store, id, kind);
    return DONE;
  });
}
