/** Signatures drawn on the screen or on a photographed page, and refusals to sign. */
import { refusalPage, signedPages, signPage } from "../../views/close-signatures.js";
import { certifiedOf, inVisitOrder } from "../../views/words.js";
import { syncState } from "../../sync/sync.js";
import { once } from "../app.js";
import { draftsOf, dropDraft } from "../drafts.js";
import { Refusal } from "../refusal.js";
import { see } from "../router.js";
import { openVisit } from "../visits.js";

export async function showSign({ store, params, query }) {
  const visit = await openVisit(store, params.visit);
  const drafts = await draftsOf(store, visit.id);
  const signing = query.get("role") === "party" ? partySigning(visit, query.get("scope") ?? "visit") : officerSigning(visit, query.get("scope"), query.get("person"));
  const method = query.get("method") === "paper" ? "paper" : "screen";
  return signPage(visit, { ...signing, method }, drafts[`sign-${signing.scope}`] ?? {}, syncState());
}

function partySigning(visit, scope) {
  const known = inVisitOrder(visit.state.lists.parties).at(-1);
  return { role: "party", scope, person: null, name: known?.name ?? "", post: known?.post ?? "" };
}

function officerSigning(visit, scope, person) {
  const officer = certifiedOf(visit, scope).find((one) => one.person === person);
  if (!officer) throw new Refusal("no-such-page");
  return { role: "inspector", scope, person, name: officer.name, post: "" };
}

export async function saveSignature({ store, params, form }) {
  return once(form.get("act"), async () => {
    const visit = await openVisit(store, params.visit);
    const made = form.get("method") === "paper" ? onPaper(visit, form) : onScreen(form);
    const { role, scope, person, name, post } = signerIn(visit, form);
    await store.append(visit.id, "signature", { role, scope, ...made, name, person, post, covers: visit.covers() });
    await dropDraft(store, visit.id, `sign-${scope}`);
    return see(`/field/visits/${visit.id}/close#signatures`);
  });
}

function onScreen(form) {
  const drawing = JSON.parse(form.get("drawing") || "null");
  if (!drawing?.strokes?.length) throw new Refusal("drawing-needed");
  return { method: "screen", drawing };
}

/** The page is named by the entry that put its photo on record. */
function onPaper(visit, form) {
  const page = signedPages(visit).find(({ sha256 }) => sha256 === form.get("page"));
  if (!page) throw new Refusal("page-needed", { field: "page" });
  return { method: "paper", page: page.entries[0] };
}

function signerIn(visit, form) {
  const scope = form.get("scope");
  if (form.get("role") !== "party") return officerSigning(visit, scope, form.get("person"));
  const name = (form.get("name") ?? "").trim();
  if (!name) throw new Refusal("party-name-needed", { field: "name" });
  return { role: "party", scope, person: null, name, post: (form.get("post") ?? "").trim() };
}

export async function showRefusal({ store, params, query }) {
  const visit = await openVisit(store, params.visit);
  const scope = query.get("scope") ?? "visit";
  const drafts = await draftsOf(store, visit.id);
  return refusalPage(visit, scope, drafts[`refusal-${scope}`] ?? {}, partySigning(visit, scope).name, syncState());
}

/** a reason, two officers, and a witness from outside the agency or a video. */
export async function saveRefusal({ store, params, form }) {
  return once(form.get("act"), async () => {
    const visit = await openVisit(store, params.visit);
    const scope = form.get("scope");
    const name = (form.get("name") ?? "").trim();
    if (!name) throw new Refusal("party-name-needed", { field: "name" });
    await store.append(visit.id, "signature", {
      role: "party", scope, method: "refused", name, refusal: refusalIn(visit, form), covers: visit.covers(),
    });
    await dropDraft(store, visit.id, `refusal-${scope}`);
    return see(`/field/visits/${visit.id}/close#signatures`);
  });
}

function refusalIn(visit, form) {
  const text = (name) => (form.get(name) ?? "").trim();
  const officers = form.getAll("officer");
  const witness = text("witness_name") && text("witness_unit") ? { name: text("witness_name"), unit: text("witness_unit") } : null;
  const video = Object.entries(visit.state.evidence).find(([, one]) => one.moment === "refusal" && one.type.startsWith("video/") && !one.withdrawn)?.[0] ?? null;
  if (!text("code")) throw new Refusal("refusal-code-needed", { field: "code" });
  if (officers.length < 2) throw new Refusal("two-officers-needed", { field: "officer" });
  if (!witness && !video) throw new Refusal("witness-needed", { field: "witness_name" });
  return { code: text("code"), text: text("text"), officers, witness, video };
}
