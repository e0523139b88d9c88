// What lets a tab go on without the PIN after a reload, for a phone kills pages whenever its camera opens: the wrapped data
// key, sealed by a secret that only this tab's sessionStorage holds. It opens nothing once the person has been idle too long.

import { openWrapped, sealWrapped } from "./vault.js";

export const IDLE_MS = 5 * 60_000;
const NOTE_MS = 2_000;
const TAB = "liancha-tab";
const ACTIVE = "liancha-active";
const AES = "AES-GCM";
const KEPT = "tab:";

/** The person did something, in whichever tab. */
export function noteActive() {
  if (Math.abs(idleFor()) > NOTE_MS) localStorage.setItem(ACTIVE, String(Date.now()));
}

/** Whether the PIN has to be asked again. A clock put back counts as idle. */
export function isIdle() {
  const idle = idleFor();
  return idle > IDLE_MS || idle < -NOTE_MS;
}

function idleFor() {
  return Date.now() - Number(localStorage.getItem(ACTIVE) ?? 0);
}

/** `[key, record]` to put into the accounts' `state`, by which `recall` finds the data key after a reload. */
export async function sealedForTab(device, wrapped) {
  const { id, secret } = myTab() ?? newTab();
  noteActive();
  return [KEPT + id, { device, ...await sealWrapped(wrapped, await keyOf(secret)) }];
}

/** The data key kept for this tab and account, wrapped by the device key; null if there is none, or after too long. */
export async function recall(db, device) {
  const mine = myTab();
  if (!mine || isIdle()) return null;
  const record = await db.read(["state"], (tx) => tx.objectStore("state").get(KEPT + mine.id));
  return record?.device === device ? openWrapped(record, await keyOf(mine.secret)) : null;
}

/** Within a transaction over `state`: no tab opens anything any more. */
export function forgetTabs(state) {
  return state.delete(IDBKeyRange.bound(KEPT, `${KEPT}\uffff`));
}

function myTab() {
  return JSON.parse(sessionStorage.getItem(TAB));
}

function newTab() {
  const secret = [...crypto.getRandomValues(new Uint8Array(32))];
  const mine = { id: crypto.randomUUID(), secret };
  sessionStorage.setItem(TAB, JSON.stringify(mine));
  return mine;
}

function keyOf(secret) {
  return crypto.subtle.importKey("raw", new Uint8Array(secret), AES, false, ["encrypt", "decrypt"]);
}
