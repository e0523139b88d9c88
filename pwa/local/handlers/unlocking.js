/** Opening, switching and locking accounts; enrolling the person who has signed in; changing a PIN. */
import { accounts, changePin, enrol, hasPin, openAccount } from "../../store/accounts.js";
import { pinFault } from "../../store/pins.js";
import { changePinPage, enrolPage, peoplePage } from "../../views/unlocking.js";
import { app } from "../app.js";
import { begin, close, lockNow, placeOf } from "../locking.js";
import { Refusal } from "../refusal.js";
import { see } from "../router.js";
import { askSession, unlockPage } from "../session.js";

export async function showPeople() {
  const all = await accounts();
  return peoplePage({ accounts: all, online: navigator.onLine, open: app.store?.home });
}

export async function showPerson({ params }) {
  return unlockPage(await accountOf(params.device));
}

/** The PIN of somebody enrolled here; whoever was open before is locked once it is right. */
export async function openPerson({ params, form }) {
  refuseWhileBusy();
  const account = await accountOf(params.device);
  const pin = form.get("pin");
  if (!await hasPin(account)) refuseFault(pin, form.get("again"));
  return opened(await openAccount(account.person, pin, close));
}

/** Enrolling needs the server once; a phone that has nobody yet is led here after the sign-in. */
export async function showEnrol() {
  const { person } = await askSession();
  if (!person) return showPeople();
  const own = (await accounts()).find((one) => one.person.id === person.id);
  return own ? unlockPage(own) : enrolPage({ person });
}

export async function enrolPerson({ form }) {
  refuseWhileBusy();
  const pin = form.get("pin");
  refuseFault(pin, form.get("again"));
  const { answer } = await askSession();
  if (!answer) throw new Refusal("not-enrolled");
  await close();
  return opened(await enrol({ session: answer, pin }));
}

export async function showChangePin() {
  return changePinPage();
}

export async function savePin({ store, form }) {
  refuseFault(form.get("next"), form.get("again"));
  await changePin(await accountOf(store.home), form.get("pin"), form.get("next"));
  return see("/field/me");
}

export async function lockPhone() {
  refuseWhileBusy();
  await lockNow();
  return new Response("", { headers: { "HX-Trigger": "locked" } });
}

/** The page goes on where this person was. */
export async function opened(store) {
  await begin(store);
  return new Response("", { headers: { "HX-Trigger": JSON.stringify({ opened: { place: placeOf(store.home) } }) } });
}

export async function accountOf(device) {
  const account = (await accounts()).find((one) => one.device === device);
  if (!account) throw new Refusal("not-enrolled");
  return account;
}

function refuseFault(pin, again) {
  const fault = pinFault(pin ?? "", again);
  if (fault) throw new Refusal(fault, { field: "pin" });
}

export function refuseWhileBusy() {
  if (app.busy) throw new Refusal("busy");
}
