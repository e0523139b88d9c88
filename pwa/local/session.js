/** Whose account this tab opens, and what stands before it: a PIN, a sign-in, or the plain word that something is broken. */
import { accounts, currentAccount, hasPin, resumeAccount } from "../store/accounts.js";
import { call } from "../sync/http.js";
import { embeddedPage } from "../views/browser.js";
import { brokenPage, signInPage } from "../views/gate.js";
import { enrolPage, firstPinPage, peoplePage, pinPage } from "../views/unlocking.js";
import { app } from "./app.js";
import { thisBrowser } from "./browser.js";

const WAIT_MS = 8_000;
const SEEN = "liancha-session";
const STAY = "liancha-stay";
const LEAVING = "liancha-leaving";

/** {person, csrf, answer} of the server's session; {} signed out; {offline: true} out of reach. */
export async function askSession() {
  try {
    const { body } = await call("/api/session", { timeout: WAIT_MS });
    sessionStorage.setItem(SEEN, body.person.id);
    return { person: body.person, csrf: body.csrf_token, answer: body };
  } catch (problem) {
    return problem.code === "sign-in" ? {} : { offline: true };
  }
}

/** The Store that was open in this tab before a reload; else null, and the app is shut behind the page that says what is needed. */
export async function openSomebody() {
  try {
    const store = await resumeAccount();
    if (store) return store;
    const account = await currentAccount();
    app.shut(account ? () => unlockPage(account) : await gateOfNobody());
  } catch (error) {
    if (error.name !== "StoreError") console.error(error);
    app.shut(() => brokenPage(error.code ?? "storage-broken"));
  }
  return null;
}

/** The page that asks for a PIN; for an enrolment of the time before PINs, the one that sets it. */
export async function unlockPage(account) {
  return await hasPin(account) ? pinPage({ account }) : firstPinPage({ account });
}

/** Nobody's work is at hand: the person who has signed in, or somebody enrolled here, or a sign-in. */
async function gateOfNobody() {
  const { host } = thisBrowser();
  if (host) return () => embeddedPage({ host, address: location.href });
  if (localStorage.getItem(LEAVING)) await leaveServer();
  const [session, enrolled] = [await askSession(), await accounts()];
  const own = enrolled.find(({ person }) => person.id === session.person?.id);
  if (own) return () => unlockPage(own);
  if (session.person) return () => enrolPage({ person: session.person });
  if (!enrolled.length) return () => signInPage({ online: !session.offline });
  return async () => peoplePage({ accounts: await accounts(), online: !session.offline });
}

/** True if the server's session is another person's than `person`, and nobody said to go on. */
export async function isSomebodyElse(person) {
  const session = await askSession();
  return Boolean(session.person) && session.person.id !== person.id && sessionStorage.getItem(STAY) !== session.person.id;
}

/** The way to sign in as somebody else: the session of whoever is signed in now ends first. False where the server is away. */
export async function makeRoom() {
  const session = await askSession();
  if (session.csrf) await endSession(session.csrf);
  return !session.offline;
}

/** End the server's session; out of reach, the wish is kept and carried out before anybody is let in again. */
export async function leaveServer() {
  localStorage.setItem(LEAVING, "1");
  const session = await askSession();
  if (session.offline) return;
  if (session.csrf) await endSession(session.csrf);
  localStorage.removeItem(LEAVING);
}

function endSession(csrf) {
  return fetch("/logout", { method: "POST", headers: { "X-CSRFToken": csrf }, redirect: "manual" });
}

/** The reader has chosen whose work goes on here, whoever's session it is. */
export function stay() {
  const seen = sessionStorage.getItem(SEEN);
  if (seen) sessionStorage.setItem(STAY, seen);
}

