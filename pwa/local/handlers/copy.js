/** The party's copy: what was handed out, making one, and the one that is shown. */
import { syncState } from "../../sync/sync.js";
import { copiesPage, copyPage } from "../../views/copy.js";
import { once } from "../app.js";
import { draftsOf, dropDraft } from "../drafts.js";
import { copiesOf, serveCopy } from "../party-copy.js";
import { Refusal } from "../refusal.js";
import { see } from "../router.js";
import { openVisit } from "../visits.js";

export async function showCopies({ store, params }) {
  const visit = await openVisit(store, params.visit);
  const [copies, drafts] = await Promise.all([copiesOf(store, visit), draftsOf(store, visit.id)]);
  return copiesPage(visit, copies, drafts.copy ?? {}, syncState());
}

export async function makeCopy({ store, params, form }) {
  return once(form.get("act"), async () => {
    const visit = await openVisit(store, params.visit);
    const text = (name) => (form.get(name) ?? "").trim();
    if (!text("recipient")) throw new Refusal("party-name-needed", { field: "recipient" });
    if (!text("way")) throw new Refusal("choice-needed", { field: "way" });
    const entry = await serveCopy(store, visit, { recipient: text("recipient"), way: text("way") });
    await dropDraft(store, visit.id, "copy");
    return see(`/field/visits/${visit.id}/copies/${entry.body.sha256}`);
  });
}

export async function showCopy({ store, params }) {
  const visit = await openVisit(store, params.visit);
  const copy = (await copiesOf(store, visit)).find((one) => one.sha256 === params.sha);
  if (!copy?.text) throw new Refusal("copy-elsewhere");
  return copyPage(visit, copy, syncState());
}
