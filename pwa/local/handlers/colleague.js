/** A listed officer enrols on a colleague's phone without a network; and later, signed in, says that it was they. */
import { accounts, addAccount, confirmAccount, exchangeMail, openAccount } from "../../store/accounts.js";
import { pinFault } from "../../store/pins.js";
import { syncNow } from "../../sync/sync.js";
import { isoDay } from "../../views/format.js";
import { colleaguePage, colleaguePinPage } from "../../views/colleague.js";
import { app } from "../app.js";
import { close } from "../locking.js";
import { Refusal } from "../refusal.js";
import { DONE } from "../router.js";
import { askSession } from "../session.js";
import { opened } from "./unlocking.js";

const OVER = new Set(["signed", "cancelled", "left"]);

export async function showColleagues({ store }) {
  return colleaguePage({ people: await candidates(store) });
}

export async function showColleaguePin({ store, params }) {
  return colleaguePinPage({ person: await candidate(store, params.person) });
}

/** A new database and key for the colleague; what this account knows of the shared visits goes along. */
export async function enrolColleague({ store, params, form }) {
  if (app.busy) throw new Refusal("busy");
  const person = await candidate(store, params.person);
  const pin = form.get("pin") ?? "";
  const fault = pinFault(pin, form.get("again"));
  if (fault) throw new Refusal(fault, { field: "pin" });
  await addAccount({ person, pin, provisional: true, rescueKeys: await store.rescueKeys() });
  await exchangeMail(store);
  return opened(await openAccount(person, pin, close));
}

/** Only in the person's own session: now the enrolment is registered, and what it wrote comes to count. */
export async function confirmEnrolment({ store }) {
  const { person } = await askSession();
  if (person?.id !== store.person.id) throw new Refusal("not-signed-in");
  await confirmAccount(store);
  syncNow("button");
  return DONE;
}

/** Members of the teams on this phone who are not enrolled here, each with the visits they share; those of today's visits first. */
async function candidates(store) {
  const here = new Set((await accounts()).map(({ person }) => person.id));
  const found = new Map();
  const today = isoDay(new Date());
  const rank = ({ date, status }) => (OVER.has(status) ? 2 : date === today ? 0 : 1);
  for (const { id } of (await store.visits()).sort((a, b) => rank(a) - rank(b))) {
    const bundle = await store.bundle(id);
    const names = new Map(bundle?.departments.map(({ code, name }) => [code, name]));
    for (const member of bundle?.team ?? []) {
      if (here.has(member.person)) continue;
      const one = found.get(member.person) ?? { id: member.person, name: member.name, code: member.department, department: names.get(member.department) ?? member.department, visits: [] };
      one.visits.push(bundle.enterprise.name);
      found.set(member.person, one);
    }
  }
  return [...found.values()];
}

/** Who may be enrolled so: `{id, name, department}`. */
async function candidate(store, id) {
  const one = (await candidates(store)).find((someone) => someone.id === id);
  if (!one) throw new Refusal("no-candidate");
  return { id: one.id, name: one.name, department: one.code };
}
