/** The server's session and the account open here may be two people's; and signing out, which locks and never deletes. */
import { accounts, currentAccount, leave } from "../../store/accounts.js";
import { otherPersonPage } from "../../views/gate.js";
import { app } from "../app.js";
import { close } from "../locking.js";
import { Refusal } from "../refusal.js";
import { see } from "../router.js";
import { askSession, leaveServer, makeRoom, stay } from "../session.js";

/** The server's session is another person's than the account open here: the reader chooses. */
export async function showOtherPerson() {
  const [{ person: session }, current, all] = [await askSession(), await currentAccount(), await accounts()];
  if (!session || !current || session.id === current.person.id) return see("/field/");
  return otherPersonPage({ open: current.person, session, enrolled: all.some((one) => one.person.id === session.id) });
}

/** Go on with the person whose account this phone shows, or to the PIN of the other, or to their enrolment. */
export async function switchAccount({ form }) {
  const person = form.get("person");
  const [current, all] = [await currentAccount(), await accounts()];
  if (current?.person.id === person) {
    stay();
    return see("/field/");
  }
  const account = all.find((one) => one.person.id === person);
  return see(account ? `/field/people/${account.device}` : "/field/enrol");
}

/** To the server's sign-in, for somebody else than who is signed in now; then on to `next`. */
export async function signInElse({ form }) {
  if (app.busy) throw new Refusal("busy");
  if (!await makeRoom()) throw new Refusal("server-away");
  return new Response("", { headers: { "HX-Redirect": `/login?next=${encodeURIComponent(form.get("next"))}` } });
}

/** Sign out here and, when it can be reached, on the server. The work stays for its owner. */
export async function signOut() {
  if (app.busy) throw new Refusal("busy");
  await close();
  await leave();
  await leaveServer();
  return new Response("", { headers: { "HX-Redirect": "/field/" } });
}
