/** Asks browser and store for the facts that readiness.js judges. What needs a permission is tried only when the reader taps. */
import { bytesPerMinute, fittingPreset, minutesLeft, recordingType } from "../capture/formats.js";
import { locate } from "../capture/location.js";
import { accounts } from "../store/accounts.js";
import { probeStorage } from "../store/probe.js";
import { thisBrowser } from "./browser.js";
import { roomOf } from "./room.js";

const OVER = new Set(["signed", "cancelled", "left", "aborted"]);
const REFUSED = new Set(["NotAllowedError", "SecurityError"]);

/** What a tap found out, for browsers that do not tell their permissions. */
const tried = {};

export async function gatherFacts(store) {
  const [storage, camera, microphone, place, estimate, battery, clock, people, visits] = await Promise.all([
    probeStorage(), permission("camera"), permission("microphone"), permission("geolocation"), store.estimate(), batteryNow(),
    store.meta("clock"), accounts(), comingVisits(store),
  ]);
  const lens = navigator.mediaDevices?.getUserMedia ? null : "none";
  return {
    browser: thisBrowser(),
    locks: Boolean(navigator.locks),
    storage,
    openedAt: performance.timeOrigin,
    recorder: Boolean(recordingType(false)),
    camera: lens ?? tried.camera ?? camera,
    microphone: lens ?? tried.camera ?? microphone,
    location: { permission: tried.location?.permission ?? place, accuracy: tried.location?.accuracy },
    persisted: estimate.persisted,
    battery,
    room: recordable(roomOf(estimate)),
    clock: clock ?? null,
    now: Date.now(),
    people: people.map(({ person }) => person.name),
    visits,
  };
}

/** Open camera and microphone once, and let go of them. */
export async function tryCamera() {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { facingMode: { ideal: "environment" } } });
    stream.getTracks().forEach((track) => track.stop());
    tried.camera = "granted";
  } catch (error) {
    tried.camera = REFUSED.has(error.name) ? "denied" : "none";
  }
}

export async function tryLocation() {
  const found = await locate();
  const allowed = await permission("geolocation");
  tried.location = { permission: found ? "granted" : allowed, accuracy: found?.accuracy ?? null };
}

export const askToPersist = () => navigator.storage?.persist?.();

/** "granted", "denied", "prompt", or "unknown" where the browser does not say. */
async function permission(name) {
  try {
    return (await navigator.permissions.query({ name })).state;
  } catch {
    return "unknown";
  }
}

async function batteryNow() {
  const battery = await navigator.getBattery?.().catch(() => null);
  return battery ? { percent: Math.round(battery.level * 100), charging: battery.charging } : null;
}

function recordable(room) {
  const preset = fittingPreset({ free: room.free, memory: navigator.deviceMemory ?? null });
  return { ...room, minutes: minutesLeft(room.free, bytesPerMinute(preset)) };
}

/** `[{id, name, date, here}]` of what is still to be done, soonest first; before its release a visit has its instant `withheld` and no name. */
async function comingVisits(store) {
  const due = (await store.visits()).filter(({ status }) => !OVER.has(status)).sort((a, b) => (a.date < b.date ? -1 : 1));
  return Promise.all(due.map(async ({ id, date, enterprise, release_at: withheld = null }) => {
    const bundle = await store.bundle(id);
    return { id, date, name: bundle?.enterprise.name ?? enterprise?.name ?? enterprise ?? "", here: Boolean(bundle), withheld };
  }));
}
