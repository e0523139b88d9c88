/**
 * Locking and unlocking in the page, without loading it anew: a lock must not depend on anything that a phone
 * without network may lack. While locked nothing of a visit is on the page or in the memory of the pages.
 */
import { finishCaptures } from "../capture/record.js";
import { currentAccount, exchangeMail, lock } from "../store/accounts.js";
import { isIdle, noteActive } from "../store/tab.js";
import { leaveWord } from "../sync/ledger.js";
import { startSync, stopSync } from "../sync/sync.js";
import { app } from "./app.js";
import { stopFilm } from "./capture.js";
import { flush, forgetDrafts } from "./drafts.js";
import { forgetShown } from "./live.js";
import { unlockPage } from "./session.js";

const CHECK_MS = 5_000;
const PLACE = "liancha-place:";
const WORK = /^\/field\/?($|visits\/|sync)/;
const SIGNS = ["pointerdown", "keydown", "input", "scroll"];

/** The account is open: what a killed page left is finished, and the exchange begins. */
export async function begin(store) {
  app.open(store);
  await exchangeMail(store);
  await finishCaptures(store).catch((error) => console.error(error)); // what has no room now waits; a broken store says so in the page
  startSync(store);
}

/** Take the open account off this tab: first from the screen, then from the memory; what was typed reaches the disk. */
export async function close() {
  const { store } = app;
  if (!store) return;
  const account = await currentAccount();
  app.shut(() => unlockPage(account));
  document.querySelector("#screen").replaceChildren();
  document.querySelector("#notice").replaceChildren();
  forgetShown();
  stopSync();
  await stopFilm(); // an interrupted one, which nobody came back to: what there is of it is kept
  for (const last of [flush, () => leaveWord(store)]) await last().catch((error) => console.error(error)); // a broken store must not keep the lock open
  forgetDrafts();
}

/** Ask for the PIN again, here and in all tabs, on the page one is on. */
export async function lockNow() {
  await close();
  await lock();
}

/** Watch for signs of the person; after five minutes without one, `onIdle()`. Never while something is recorded or captured. */
export function watchIdle(onIdle) {
  for (const sign of SIGNS) addEventListener(sign, () => app.store && noteActive(), { passive: true, capture: true });
  const check = () => {
    if (!app.store) return;
    if (app.busy) noteActive();
    else if (isIdle()) onIdle();
  };
  setInterval(check, CHECK_MS);
  document.addEventListener("visibilitychange", check);
}

/** Remember where the person works, for when they come back after a colleague. */
export function notePlace() {
  if (app.store && WORK.test(location.pathname)) localStorage.setItem(PLACE + app.store.home, location.pathname + location.search);
}

export function placeOf(device) {
  return localStorage.getItem(PLACE + device) ?? "/field/";
}
