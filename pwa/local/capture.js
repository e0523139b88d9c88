/** Between the page's buttons and the camera: what is captured for which place, and coming back after a kill. */
import { takeFiles, takePhotos } from "../capture/record.js";
import { notice } from "../views/gate.js";
import { app } from "./app.js";

const WAYS = { "phone-camera": "camera", video: "video", album: "album" };

/** A capture button was tapped: data-visit, data-item, data-moment, data-department say what for. */
export async function capture(way, { visit, item = null, moment = null, department = null }) {
  const target = { visit, item, moment, department, path: location.pathname };
  try {
    await (way === "camera" ? inPage(target) : takeFiles(app.store, target, WAYS[way]));
  } catch (error) {
    if (error.name !== "StoreError") console.error(error);
    tell(error.code ?? "capture");
  }
}

async function inPage(target) {
  const { problem } = await takePhotos(document.body, app.store, target);
  if (problem) tell(problem);
}

/** A page killed while a camera was open comes back to its place and says so. */
export async function resumeCapture(store) {
  const intents = await store.intents();
  if (!intents.length) return;
  const last = intents.at(-1);
  for (const { id } of intents) await store.dropIntent(id);
  if (last.path && last.path !== location.pathname) {
    await globalThis.htmx.ajax("GET", last.path, { target: "#screen", swap: "outerSync", push: "true" });
  }
  tell("capture-interrupted");
}

function tell(code) {
  document.querySelector("#notice").innerHTML = notice({ code }).toString();
}
