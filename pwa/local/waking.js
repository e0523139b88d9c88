/** Waking this phone when there is something new: the browser asks its maker's server for an address, and ours keeps it. */
import { call } from "../sync/http.js";
import { Refusal } from "./refusal.js";
import { askSession } from "./session.js";

const SHELL = "/field/";

/** "unable" where the browser knows no reminders, else "on" or "off". */
export async function waking() {
  if (!("Notification" in window) || !("PushManager" in window)) return "unable";
  return await subscription() ? "on" : "off";
}

export async function startWaking(person) {
  if (await Notification.requestPermission() !== "granted") throw new Refusal("waking-denied");
  const write = await ownWrite(person);
  const { body: { key } } = await call("/api/push");
  try {
    const { pushManager } = await navigator.serviceWorker.ready;
    const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    await write("/api/push", made.toJSON());
  } catch (error) {
    console.warn("no reminders", error);
    throw new Refusal("waking-unreached");
  }
}

export async function stopWaking(person) {
  const [write, made] = [await ownWrite(person), await subscription()];
  if (!made) return;
  await write("/api/push/endings", { endpoint: made.endpoint });
  await made.unsubscribe();
}

/** Who is woken is said by the server's session: it has to be this person's. */
async function ownWrite(person) {
  const session = await askSession();
  if (session.person?.id !== person.id) throw new Refusal("waking-session");
  return (path, json) => call(path, { method: "POST", json, headers: { "X-CSRFToken": session.csrf } });
}

async function subscription() {
  const registration = await navigator.serviceWorker.getRegistration(SHELL);
  return registration?.pushManager.getSubscription() ?? null;
}
