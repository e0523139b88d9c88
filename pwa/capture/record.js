// From a captured file to a journal entry, in the order that loses nothing: intent, evidence, thumbnail, entry.

import { localInstant } from "../store/journal.js";
import { openCamera } from "./camera.js";
import { pick, typeOf } from "./files.js";
import { finishTakes } from "./finish.js";
import { locate } from "./location.js";
import { makeThumb } from "./thumbs.js";

/** How a file may come: what the chooser is asked for, and the `source` the entry says. */
const WAYS = {
  camera: { capture: "environment", accept: "image/*", source: "camera" },
  video: { capture: "environment", accept: "video/*", source: "camera" },
  album: { capture: null, accept: "image/*,video/*", source: "album" },
};

/**
 * Open the in-page camera for a place in a visit (`target`: `{visit, item, moment, department, caption}`) and keep every
 * photo taken. Resolves when it closes: `{problem, taken}`.
 */
export async function takePhotos(root, store, target) {
  const intent = await store.putIntent({ ...target, way: "app" });
  const where = locate(); // asked early, so that the first photo need not wait for it
  const onPhoto = (blob) => capturePhoto(store, target.visit, blob, { ...target, source: "app", where });
  const end = await new Promise((resolve, reject) => {
    openCamera(root, { onPhoto, onClose: resolve }).then(({ problem }) => problem && resolve({ problem, taken: 0 }), reject);
  });
  await store.dropIntent(intent);
  return end;
}

/** Let the person take or choose files (`way`: camera, video, album) and keep them: the entries written. */
export async function takeFiles(store, target, way) {
  const { source, ...chooser } = WAYS[way];
  const intent = await store.putIntent({ ...target, way });
  const entries = [];
  try {
    for (const file of await pick(chooser)) {
      entries.push(await keepFile(store, target.visit, file, { ...target, source }));
    }
  } finally {
    await store.dropIntent(intent); // the person hears of a failure; only a killed page leaves its intent
  }
  return entries;
}

/** Keep a photo of the in-page camera: the entry. */
export function capturePhoto(store, visit, blob, about) {
  return keep(store, visit, blob, { ...about, source: about.source ?? "app", capturedAt: new Date() });
}

/** Keep a file from elsewhere: the entry. A file says itself when it was made. */
export function keepFile(store, visit, file, about) {
  const made = file.lastModified > 0 && file.lastModified <= Date.now() ? new Date(file.lastModified) : new Date();
  return keep(store, visit, file, { ...about, capturedAt: made });
}

/** Finish the recordings and write the entries of evidence that a killed page left behind. Returns how many. */
export function finishCaptures(store) {
  return navigator.locks.request(captureLock(store), { ifAvailable: true }, async (lock) => {
    if (!lock) return 0; // a capture is under way in another tab: it finishes by itself
    let finished = await finishTakes(store);
    for (const visit of await store.evidenceVisits()) finished += await finishVisit(store, visit);
    return finished;
  });
}

async function finishVisit(store, visit) {
  const named = new Set((await store.entries(visit)).filter(({ kind }) => kind === "evidence").map(({ body }) => body.sha256));
  const left = (await store.evidenceList(visit)).filter(({ sha256, capture }) => capture && !named.has(sha256));
  await store.appendMany(visit, left.map((piece) => ({ kind: "evidence", body: bodyOf(piece, null) })));
  return left.length;
}

function keep(store, visit, blob, about) {
  return navigator.locks.request(captureLock(store), { mode: "shared" }, async () => {
    const where = about.where ?? locate();
    const piece = { type: typeOf(blob), capture: await captureOf(store, about) };
    const kept = await store.putEvidence(visit, blob, { ...piece, name: blob.name ?? null });
    const thumb = await makeThumb(blob);
    if (thumb) await store.putThumb(kept.sha256, thumb);
    return store.append(visit, "evidence", bodyOf({ ...piece, ...kept }, await where));
  });
}

/** What the entry will say, committed together with the bytes, so that a killed page can still write it. */
async function captureOf(store, { item = null, moment = null, department = null, caption = "", source, capturedAt, recording = null }) {
  return {
    item, moment, department: department ?? store.person.department, caption, source,
    captured_at: localInstant(capturedAt), clock_offset: await clockOffset(store),
    ...(recording && { recording }),
  };
}

/** How far this phone's clock was from the server's when they last met, in milliseconds; null if they never did. */
export async function clockOffset(store) {
  const clock = await store.meta("clock");
  return Number.isFinite(clock?.skew) ? Math.round(clock.skew) : null;
}

function bodyOf({ sha256, bytes, type, capture }, location) {
  return { sha256, bytes, type, location, ...capture };
}

/** The name of the lock that is held, shared, as long as something is being captured. */
export const captureLock = (store) => `capture:${store.home}`;
