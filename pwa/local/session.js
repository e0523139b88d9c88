/** Which account this tab opens: the one open on this phone, or the person the server's session names. */
import { accounts, currentAccount, enrol, openAccount } from "../store/accounts.js";
import { call } from "../sync/http.js";
import { embeddedPage } from "../views/browser.js";
import { brokenPage, signInPage } from "../views/gate.js";
import { app } from "./app.js";
import { thisBrowser } from "./browser.js";

const WAIT_MS = 8_000;
const STAY = "liancha-stay";
const LEAVING = "liancha-leaving";

/** {person, csrf, answer} of the server's session; {} signed out; {offline: true} out of reach. */
export async function askSession() {
  try {
    const { body } = await call("/api/session", { timeout: WAIT_MS });
    return { person: body.person, csrf: body.csrf_token, answer: body };
  } catch (problem) {
    return problem.code === "sign-in" ? {} : { offline: true };
  }
}

/** Enrol the signed-in person on this phone, or open the enrolment there is. */
export function enter({ answer }) {
  return enrol({ session: answer });
}

/** Open an account and answer its Store, or shut the app behind the page that says what is needed. */
export async function openSomebody() {
  try {
    const account = await currentAccount();
    if (account) return await openAccount(account.person); // wherever it was made: what is in it must be reached
    const { host } = thisBrowser();
    if (host) {
      app.shut(() => embeddedPage({ host, address: location.href }));
      return null;
    }
    if (localStorage.getItem(LEAVING)) await leaveServer();
    const session = await askSession();
    if (session.person) return await enter(session);
    const enrolled = await accounts();
    app.shut(() => signInPage({ online: !session.offline, accounts: enrolled }));
  } catch (error) {
    if (error.name !== "StoreError") console.error(error);
    app.shut(() => brokenPage(error.code ?? "storage-broken"));
  }
  return null;
}

/** True if the server's session is another person's than the open account, and nobody said to go on. */
export async function isSomebodyElse(store) {
  const { person } = await askSession();
  return Boolean(person) && person.id !== store.person.id && sessionStorage.getItem(STAY) !== person.id;
}

/** End the server's session; out of reach, the wish is kept and carried out before anybody is let in again. */
export async function leaveServer() {
  localStorage.setItem(LEAVING, "1");
  const session = await askSession();
  if (session.offline) return;
  if (session.csrf) await fetch("/logout", { method: "POST", headers: { "X-CSRFToken": session.csrf }, redirect: "manual" });
  localStorage.removeItem(LEAVING);
}

export function stayWith(person) {
  if (person) sessionStorage.setItem(STAY, person);
}

