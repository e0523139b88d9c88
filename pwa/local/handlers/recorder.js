/** The recorder's page, and when large files are sent. */
import { bytesPerMinute, fittingPreset, minutesLeft, PRESETS, recordingType } from "../../capture/formats.js";
import { syncNow, syncState } from "../../sync/sync.js";
import { chooseLarge, sendNow } from "../../sync/wifi.js";
import { MARKS, recorderPage } from "../../views/recorder.js";
import { filmState } from "../capture.js";
import { draftsOf } from "../drafts.js";
import { DONE } from "../router.js";
import { openVisit } from "../visits.js";

export async function showRecorder({ store, params, query }) {
  const visit = await openVisit(store, params.visit);
  const drafts = await draftsOf(store, visit.id);
  const draft = { ...drafts.recorder, ...drafts["recorder-sound"] };
  return recorderPage(visit, { phone: await abilities(store), film: filmState(), wish: wishOf(visit, query), draft }, syncState());
}

/** Whether large files wait for Wi-Fi on this phone. */
export async function saveLargeFiles({ form }) {
  chooseLarge(form.get("large") === "always" ? "always" : "wifi");
  syncNow("writing");
  return DONE;
}

/** The large files of one visit go at once. */
export async function sendLargeFiles({ store, params }) {
  await sendNow(store, params.visit);
  syncNow("writing");
  return DONE;
}

async function abilities(store) {
  const { usage, quota } = await store.estimate();
  const free = quota === null ? null : quota - usage;
  const size = (name, soundOnly) => ({ name, perMinute: bytesPerMinute(name, soundOnly), minutes: minutesLeft(free, bytesPerMinute(name, soundOnly)) });
  return {
    preset: fittingPreset({ free, memory: navigator.deviceMemory ?? null }),
    sizes: recordingType(false) && Object.keys(PRESETS).map((name) => size(name, false)),
    sound: recordingType(true) && size("saving", true),
  };
}

/** The moment or item one came for, and where to go on once it runs. */
function wishOf(visit, query) {
  const moment = MARKS.includes(query.get("moment")) ? query.get("moment") : null;
  const item = visit.itemOf(query.get("item")) ? query.get("item") : null;
  const base = `/field/visits/${visit.id}`;
  const arriving = ["arrival", "identity", "rights"].includes(moment);
  return { moment, item, next: item ? `${base}/items/${item}` : arriving ? `${base}/arrive/${visit.department}` : base };
}
