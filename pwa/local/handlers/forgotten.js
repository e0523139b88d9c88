/** A forgotten PIN: the organisation opens the data key for the person's own phone, and another PIN is set. */
import { resetPin, rescueCopy } from "../../store/accounts.js";
import { pinFault } from "../../store/pins.js";
import { call } from "../../sync/http.js";
import { forgottenPage } from "../../views/forgotten.js";
import { close } from "../locking.js";
import { Refusal } from "../refusal.js";
import { askSession } from "../session.js";
import { accountOf, opened, refuseWhileBusy } from "./unlocking.js";

export async function showForgotten({ params }) {
  const account = await accountOf(params.device);
  return forgottenPage({ account, state: await stateOf(account, await askSession()) });
}

async function stateOf(account, { offline, person, answer }) {
  if (offline) return "offline";
  if (person?.id !== account.person.id) return "other";
  return await rescueCopy(account, answer.rescue_key) ? "own" : "no-copy";
}

export async function replacePin({ params, form }) {
  refuseWhileBusy();
  const account = await accountOf(params.device);
  const [password, pin] = [form.get("password") ?? "", form.get("pin") ?? ""];
  if (!password) throw new Refusal("password-needed", { field: "password" });
  const fault = pinFault(pin, form.get("again"));
  if (fault) throw new Refusal(fault, { field: "pin" });
  const session = await askSession();
  if (await stateOf(account, session) !== "own") throw new Refusal("not-signed-in");
  return opened(await resetPin(account, { rescueKey: session.answer.rescue_key, pin, unwrap: asking(session, password), leaving: close }));
}

/** Ask the server to open what was wrapped for the organisation. */
function asking({ csrf }, password) {
  return async (device, { wrapped, publicKey }) => {
    try {
      const json = { password, wrapped, public_key: publicKey };
      const { body } = await call(`/api/devices/${device}/unlocking`, { method: "POST", json, headers: { "X-CSRFToken": csrf } });
      return body.data_key;
    } catch (problem) {
      throw new Refusal(refusalOf(problem), { field: "password" });
    }
  };
}

const SAID = { "wrong-password": "password-wrong", "too-many-attempts": "password-wait", "device-revoked": "forgotten-ended", "not-found": "forgotten-unknown" };

function refusalOf(problem) {
  return problem.unreached ? "server-away" : SAID[problem.code] ?? "forgotten-unknown";
}
