/** Samples, inquiries, surveys, served papers and supplements: one form each, with the photos taken for it. */
import { PAPERS, paperPage, photosFor } from "../../views/papers.js";
import { SERVICES } from "../../views/record-words.js";
import { owns } from "../../views/words.js";
import { syncState } from "../../sync/sync.js";
import { once } from "../app.js";
import { draftsOf, dropDraft } from "../drafts.js";
import { Refusal } from "../refusal.js";
import { DONE } from "../router.js";
import { openVisit } from "../visits.js";

export async function showPaper({ store, params }) {
  if (!Object.hasOwn(PAPERS, params.kind)) throw new Refusal("no-such-page");
  const visit = await openVisit(store, params.visit);
  return paperPage(visit, params.kind, await draftsOf(store, visit.id), syncState());
}

/** The paper, with the photos taken for it, and what else it says, in one transaction. */
export async function savePaper({ store, params, form }) {
  const { kind } = params;
  if (!Object.hasOwn(PAPERS, kind)) throw new Refusal("no-such-page");
  return once(form.get("act"), async () => {
    const visit = await openVisit(store, params.visit);
    if (!visit.state.departments[visit.department]) throw new Refusal("not-yours");
    const text = (name) => (form.get(name) ?? "").trim();
    const body = { department: visit.department, ...SAYS[kind](text, visit), ...(PAPERS[kind].moment && { evidence: photosFor(visit, kind) }) };
    await store.appendMany(visit.id, [{ kind, body }, ...alsoSaid(kind, visit, body, form)]);
    await dropDraft(store, visit.id, `paper-${kind}`);
    return DONE;
  });
}

const SAYS = {
  sample: (text, visit) => ({
    number: needed(text, "number", "sample-number-needed"), quantity: needed(text, "quantity", "sample-quantity-needed"),
    seal: text("seal"), laboratory: text("laboratory"), item: ownItem(visit, text("item")),
  }),
  inquiry: (text) => ({ name: needed(text, "name", "party-name-needed"), post: text("post"), text: needed(text, "text", "text-needed") }),
  survey: (text) => ({ text: needed(text, "text", "text-needed") }),
  served: (text) => ({
    document: needed(text, "document", "served-document-needed"), number: text("number"),
    recipient: needed(text, "recipient", "served-recipient-needed"), way: way(text("way")),
  }),
  supplement: (text, visit) => ({ text: needed(text, "text", "text-needed"), covers: visit.covers() }),
};

function needed(text, field, code) {
  if (!text(field)) throw new Refusal(code, { field });
  return text(field);
}

function way(chosen) {
  if (!SERVICES.includes(chosen)) throw new Refusal("served-way-needed", { field: "way" });
  return chosen;
}

function ownItem(visit, id) {
  if (!id) return null;
  const item = visit.itemOf(id);
  if (!item || !owns(item, visit.department)) throw new Refusal("not-yours", { field: "item" });
  return id;
}

/** A sample may leave its item open until the laboratory has spoken: the answer is `pending`. */
function alsoSaid(kind, visit, { item }, form) {
  if (kind !== "sample" || form.get("pending") !== "yes") return [];
  if (!item) throw new Refusal("sample-item-needed", { field: "item" });
  if (visit.sealed) throw new Refusal("sealed");
  if (!visit.state.departments[visit.department].ready) throw new Refusal("gate");
  const replaces = visit.state.items[item].heads.map((one) => one.hash);
  return [{ kind: "answer", body: { item, verdict: "pending", value: null, remark: "", replaces } }];
}
