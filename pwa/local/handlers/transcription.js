/** Typing in what stands on a photographed paper: while it goes on, every answer on this phone names the page. */
import { pagesOf, transcriptionPage } from "../../views/transcription.js";
import { syncState } from "../../sync/sync.js";
import { once } from "../app.js";
import { draftsOf, dropDraft, flush, noteDraft } from "../drafts.js";
import { Refusal } from "../refusal.js";
import { DONE, see } from "../router.js";
import { openVisit } from "../visits.js";

const GOING = "transcribing";

export async function showTranscription({ store, params }) {
  const visit = await openVisit(store, params.visit);
  return transcriptionPage(visit, await draftsOf(store, visit.id), navigator.onLine, syncState());
}

export async function beginTranscription({ store, params, form }) {
  return once(form.get("act"), async () => {
    const visit = await openVisit(store, params.visit);
    const page = pagesOf(visit).find(({ sha256 }) => sha256 === form.get("page"));
    const text = (form.get("text") ?? "").trim();
    if (visit.sealed) throw new Refusal("sealed");
    if (!page) throw new Refusal("paper-needed", { field: "page" });
    if (!text) throw new Refusal("text-needed", { field: "text" });
    await store.append(visit.id, "transcribed", { of: page.sha256, text, department: visit.department });
    await dropDraft(store, visit.id, "transcription");
    await noteDraft(store, visit.id, GOING, { page: page.sha256 });
    await flush();
    return see(`/field/visits/${visit.id}?filter=mine`);
  });
}

export async function endTranscription({ store, params }) {
  await dropDraft(store, params.visit, GOING);
  return DONE;
}
