/** Between the page's buttons and camera and recorder: what is captured for which place, and coming back after a kill. */
import { recordingBar } from "../capture/bar.js";
import { showPreview } from "../capture/preview.js";
import { takeFiles, takePhotos } from "../capture/record.js";
import { Recorder } from "../capture/recorder.js";
import { notice } from "../views/gate.js";
import { app } from "./app.js";
import { refresh } from "./refresh.js";

const WAYS = { "phone-camera": "camera", video: "video", album: "album" };
const ITEM = /^\/field\/visits\/([^/]+)\/items\/([^/]+)/;

let recorder = null;
let bar = null;
let seen = null;

/** A capture button was tapped: data-visit, data-item, data-moment, data-department, data-caption say what for. */
export async function capture(way, { visit, item = null, moment = null, department = null, caption = "" }) {
  const target = { visit, item, moment, department, caption, path: location.pathname };
  const film = recorder?.state;
  if (way !== "album" && film?.phase === "recording" && !film.soundOnly) {
    if (way === "camera" && film.visit === visit) return photograph({ item, moment, department, caption });
    return tell("recorder-busy");
  }
  try {
    await app.during(() => (way === "camera" ? inPage(target) : takeFiles(app.store, target, WAYS[way])));
  } catch (error) {
    failed(error);
  }
}

async function inPage(target) {
  const { problem } = await takePhotos(document.body, app.store, target);
  if (problem) tell(problem);
}

/** What is being recorded in this tab, or null. */
export const film = () => recorder;
export const filmState = () => recorder?.state ?? null;

/** Begin to record for a visit: data-visit, data-department, data-moment, data-sound, data-next. */
export async function startFilm({ visit, department, moment = null, sound = "", next }, { preset, reason }) {
  if (recorder) return tell("recorder-busy");
  if (sound && !reason) return tell("recorder-reason-needed");
  recorder = new Recorder(app.store, { visit, department, moment, preset, soundOnly: Boolean(sound), reason: sound ? reason : null }, filmChanged);
  try {
    const problem = await app.during(() => recorder.start());
    if (recorder.state.phase === "starting") recorder = null;
    if (problem) tell(problem);
    else if (next && next !== location.pathname) await goTo(next);
  } catch (error) {
    failed(error);
  }
}

/** Tell of a start or resumption that did not come about. */
export async function whenGoing(going) {
  const problem = await going;
  if (problem) tell(problem);
}

/** End the recording; the strip stays until everything is kept. */
export async function stopFilm() {
  await recorder?.stop();
}

/** A photo out of the running picture, for the item one is on. */
export async function photograph({ item = itemHere(), moment = null, department = null, caption = "" } = {}) {
  try {
    await recorder.photo(bar.video, { item, moment: item ? moment : moment ?? recorder.state.moment, department, caption });
  } catch (error) {
    failed(error);
  }
}

export function previewFilm() {
  if (recorder?.stream) showPreview(recorder);
}

function itemHere() {
  const [, visit, item] = ITEM.exec(location.pathname) ?? [];
  return visit === recorder.state.visit ? decodeURIComponent(item) : null;
}

/** Keep the strip, the page and the other parts of the app in step with the recording. */
function filmChanged() {
  const { phase, problem, moment, saved } = recorder.state;
  app.recording = phase === "recording" || phase === "paused";
  if (phase !== "starting") bar ??= recordingBar(recorder);
  bar?.show();
  const now = `${phase} ${moment} ${problem} ${saved}`;
  if (now === seen) return;
  seen = now;
  guardLeaving(!saved);
  if (problem && (saved || phase === "interrupted")) tell(problem);
  if (saved) forgetFilm();
  refresh();
}

function forgetFilm() {
  bar?.remove();
  [recorder, bar, seen] = [null, null, null];
}

/** Leaving the app ends a recording: the browser asks first. */
function guardLeaving(wanted) {
  globalThis.onbeforeunload = wanted ? (event) => event.preventDefault() : null;
}

function failed(error) {
  if (error.name !== "StoreError") console.error(error);
  tell(error.code ?? "capture");
}

function goTo(path) {
  return globalThis.htmx.ajax("GET", path, { target: "#screen", swap: "outerSync", push: "true" });
}

/** A page killed while a camera was open comes back to its place and says so. True if that is another page. */
export async function resumeCapture(store) {
  const intents = await store.intents();
  if (!intents.length) return false;
  const last = intents.at(-1);
  for (const { id } of intents) await store.dropIntent(id);
  const elsewhere = Boolean(last.path) && last.path !== location.pathname;
  if (elsewhere) {
    const there = new Promise((done) => document.addEventListener("htmx:after:swap", done, { once: true }));
    goTo(last.path);
    await there; // the request itself may stand in a queue
  }
  tell("capture-interrupted");
  return elsewhere;
}

function tell(code) {
  document.querySelector("#notice").innerHTML = notice({ code }).toString();
}
