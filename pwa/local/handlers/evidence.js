/** Looking at photos and videos, and taking them back. Capturing itself is capture/record.js. */
import { evidencePage, viewerPage } from "../../views/evidence.js";
import { syncState } from "../../sync/sync.js";
import { once } from "../app.js";
import { draftsOf, dropDraft } from "../drafts.js";
import { Refusal } from "../refusal.js";
import { DONE } from "../router.js";
import { openVisit } from "../visits.js";

export async function showEvidence({ store, params }) {
  return evidencePage(await openVisit(store, params.visit), syncState());
}

export async function viewEvidence({ store, params }) {
  const visit = await openVisit(store, params.visit);
  const one = visit.state.evidence[params.sha];
  if (!one) throw new Refusal("no-such-page");
  const drafts = await draftsOf(store, visit.id);
  const back = one.item ? `/field/visits/${visit.id}/items/${one.item}` : `/field/visits/${visit.id}/evidence`;
  return viewerPage(visit, params.sha, back, drafts[`withdraw-${params.sha}`] ?? {}, syncState());
}

/** Taken back with a reason; the entry and the file stay. */
export async function withdrawEvidence({ store, params, form }) {
  return once(form.get("act"), async () => {
    const visit = await openVisit(store, params.visit);
    const reason = (form.get("reason") ?? "").trim();
    if (!reason) throw new Refusal("reason-needed", { field: "reason" });
    const { entries } = visit.state.evidence[params.sha];
    await store.appendMany(visit.id, entries.map((of) => ({ kind: "evidence.withdrawn", body: { of, reason } })));
    await dropDraft(store, visit.id, `withdraw-${params.sha}`);
    return DONE;
  });
}
