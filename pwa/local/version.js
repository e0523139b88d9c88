/** A newer version of the app waits until nothing is under way on this phone, and until the reader says so. */
import { bus } from "../store/bus.js";
import { daysAfter, isoDay } from "../views/format.js";
import { app } from "./app.js";
import { Refusal } from "./refusal.js";
import { findVisit } from "./visits.js";

const HOUR_MS = 3_600_000;
const DAYS = 7; // one that was never finished does not hold up new versions for ever
const ENDED = new Set(["signed", "aborted"]);

let registration = null;

/** Hear of a newer version as soon as it lies ready; ask for one when the reader comes back after an hour. */
export function watchVersion(registered) {
  registration = registered;
  let asked = Date.now();
  registered.addEventListener("updatefound", () => registered.installing?.addEventListener("statechange", () => bus.emitHere("version")));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || Date.now() - asked < HOUR_MS) return;
    asked = Date.now();
    registered.update().catch(() => {}); // without network there is none
  });
  bus.emitHere("version");
}

/** null: none waits; "now": it may be taken; "later": work is under way. */
export async function offered(store) {
  if (!registration?.waiting || !navigator.serviceWorker.controller) return null;
  return await isUnderWay(store) ? "later" : "now";
}

/** The reader takes it: this page is loaded anew from the newer shell. Other open pages go on with what they have. */
export async function takeVersion(store) {
  if (await offered(store) !== "now") throw new Refusal("version-later");
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  registration.waiting.postMessage("take-over");
}

/** Something is captured in any tab, or a visit of the last days was begun, by whomever, and not yet left. */
async function isUnderWay(store) {
  const { held } = await navigator.locks.query();
  if (app.busy || held.some(({ name }) => name.startsWith("capture:"))) return true;
  const since = daysAfter(isoDay(new Date()), -DAYS);
  const recent = (await store.visits()).filter(({ date }) => date >= since);
  const begun = await Promise.all(recent.map(async ({ id }) => (await store.hashes(id)).length > 0));
  const visits = await Promise.all(recent.filter((_, n) => begun[n]).map(({ id }) => findVisit(store, id)));
  return visits.some((visit) => visit && !isOver(visit));
}

function isOver({ state, ended, department }) {
  return Boolean(ended) || ENDED.has(state.status) || state.departments[department]?.steps.left.length > 0;
}
