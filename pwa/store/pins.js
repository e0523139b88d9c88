// The law of PINs on this phone: how one looks, and how long to wait after wrong ones. Nothing is ever deleted for a wrong PIN.

import { StoreError } from "./errors.js";

export const PIN_LENGTH = 6;
const FREE_TRIES = 5;
const PAUSES_S = [30, 60, 120, 300, 900, 1800];

/** What is wrong with a new PIN, or null. */
export function pinFault(pin, again) {
  if (!/^\d{6}$/.test(pin)) return "pin-shape";
  if (isSimple(pin)) return "pin-simple";
  return pin === again ? null : "pin-differs";
}

/** One figure six times, or six in a row: what a finder tries first. */
function isSimple(pin) {
  const steps = new Set([...pin].slice(1).map((figure, n) => figure - pin[n]));
  return steps.size === 1 && [-1, 0, 1].includes([...steps][0]);
}

/** A note that is missed less than the work it would keep its owner from: on a full phone it is not made. */
export async function ifRoom(write) {
  try {
    return await write;
  } catch (error) {
    if (error.code !== "storage-full") throw error;
    return null;
  }
}

/** Count a try before it is made, so that a killed page gains nothing; refuse it while the pause after the last one runs. */
export async function countTry(db, device) {
  const wait = await ifRoom(db.write(["state"], async (tx) => {
    const state = tx.objectStore("state");
    const { count, at } = await state.get(place(device)) ?? { count: 0, at: 0 };
    const left = pauseAfter(count) - Math.max(0, Date.now() - at);
    if (left > 0) return left;
    await state.put({ count: count + 1, at: Date.now() }, place(device));
    return 0;
  }));
  if (wait > 0) throw new StoreError("pin-wait", null, { seconds: Math.ceil(wait / 1000) });
}

/** The PIN was right: earlier tries no longer count. */
export function forgetTries(db, device) {
  return ifRoom(db.write(["state"], (tx) => tx.objectStore("state").delete(place(device))));
}

/** Milliseconds to wait after so many tries in a row. */
function pauseAfter(count) {
  if (count < FREE_TRIES) return 0;
  return 1000 * PAUSES_S[Math.min(count - FREE_TRIES, PAUSES_S.length - 1)];
}

const place = (device) => `tries:${device}`;
