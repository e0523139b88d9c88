/** Whose work is open on this phone: switching, and signing out (which locks, never deletes). */
import { accounts, lock, openAccount } from "../../store/accounts.js";
import { otherPersonPage } from "../../views/gate.js";
import { app } from "../app.js";
import { flush } from "../drafts.js";
import { Refusal } from "../refusal.js";
import { askSession, enter, leaveServer, stayWith } from "../session.js";

/** The server's session is another person's than the account open here: the reader chooses. */
export async function showOtherPerson() {
  const session = await askSession();
  const open = app.store?.person;
  if (!session.person || !open || session.person.id === open.id) return here("/field/");
  const enrolled = (await accounts()).some((one) => one.person.id === session.person.id);
  return otherPersonPage({ open, session: session.person, enrolled });
}

/** Open the account of a person enrolled here, or enrol the one who is signed in. */
export async function switchAccount({ form }) {
  const person = form.get("person");
  await flush();
  if (app.store?.person.id === person) {
    stayWith((await askSession()).person?.id);
    return here("/field/");
  }
  const enrolled = (await accounts()).some((one) => one.person.id === person);
  const session = await askSession();
  if (!enrolled && session.person?.id !== person) throw new Refusal("not-enrolled");
  await (enrolled ? openAccount(person) : enter(session));
  return here("/field/");
}

/** Sign out here and, when it can be reached, on the server. The work stays for its owner. */
export async function signOut() {
  await flush();
  await lock();
  await leaveServer();
  return here("/field/");
}

/** Load the app anew: another account means another everything. */
function here(path) {
  return new Response("", { headers: { "HX-Redirect": path } });
}
