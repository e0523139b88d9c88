// Who is enrolled on this phone, and whose account is open. Enrolling makes keys and an encrypted database;
// registering the public key with the server is the exchange's work (`sync/enrolment.js`).

import v7 from "../vendor/uuid/v7.js";
import { bus } from "./bus.js";
import { Database } from "./database.js";
import { StoreError } from "./errors.js";
import { remembersOthers } from "./memory.js";
import { ACCOUNTS } from "./schema.js";
import { openDatabase, openStore } from "./store.js";
import { makeDataKey, makeDeviceKey } from "./vault.js";

const SIGNING = { name: "ECDSA", namedCurve: "P-256" };
const db = new Database(ACCOUNTS.name, ACCOUNTS.steps, (problem) => bus.emitHere("store", { problem }));
const opened = new Map(); // device -> promise of its Store: one per tab

/** Everybody enrolled here: `[{device, person: {id, name, department}, enrolledAt}]`, oldest first. */
export async function accounts() {
  const all = await db.read(["accounts"], (tx) => tx.objectStore("accounts").getAll());
  return all.sort((a, b) => a.enrolledAt - b.enrolledAt);
}

/** The account that is open on this phone, or null after `lock()`. */
export async function currentAccount() {
  return await db.read(["accounts", "state"], async (tx) => {
    const device = await tx.objectStore("state").get("current");
    return device ? tx.objectStore("accounts").get(device) : null;
  }) ?? null;
}

/**
 * Enrol the signed-in person (`session` is the answer of GET /api/session) and open the account: a Store.
 * A person enrolled here already gets the same enrolment again.
 */
export async function enrol({ session, person = session.person }) {
  requireSupport();
  const known = await accountOf(person.id);
  const account = known ?? await navigator.locks.request("enrolment", async () => (
    await accountOf(person.id) ?? makeAccount(person, session?.rescue_key)));
  return openAccount(account.person.id);
}

/** Open the account of somebody enrolled here, by person (id or object): a Store. */
export async function openAccount(person) {
  requireSupport();
  const account = await accountOf(person.id ?? person);
  if (!account) throw new StoreError("no-account");
  const store = await storeOf(account);
  const current = await currentAccount();
  if (current?.device !== account.device) await db.write(["state"], (tx) => tx.objectStore("state").put(account.device, "current"));
  bus.emit("account", { device: account.device });
  return store;
}

/** End the local sign-in in all tabs. Nothing is deleted: the work waits for its owner. */
export async function lock() {
  await db.write(["state"], (tx) => tx.objectStore("state").delete("current"));
  const stores = [...opened.values()];
  opened.clear();
  await Promise.all(stores.map(async (store) => (await store).close()));
  bus.emit("account", { device: null });
}

/** Go on under a new enrolment after a fork or a taken id; the old database is kept and used on. */
export async function renewEnrolment(store) {
  const { privateKey, publicKey } = await makeSigningKeys();
  await store.renew({ device: v7(), key: privateKey, publicKey });
  bus.emit("account", { device: store.home });
}

/** True if a cookie remembers an enrolment whose database is gone from this phone. */
export async function lostAccounts() {
  const devices = await Promise.all((await accounts()).map(async (account) => {
    const { device, former } = await identityOf(account);
    return [device, ...former];
  }));
  return remembersOthers(devices.flat());
}

async function accountOf(personId) {
  return (await accounts()).find(({ person }) => person.id === personId) ?? null;
}

function storeOf(account) {
  if (!opened.has(account.device)) {
    opened.set(account.device, openWithKey(account).catch((error) => {
      opened.delete(account.device);
      throw error;
    }));
  }
  return opened.get(account.device);
}

async function openWithKey(account) {
  return openStore(account, await db.read(["keys"], (tx) => tx.objectStore("keys").get(account.device)));
}

/** The account's line is written last: until then nobody is enrolled, and a cut leaves only an unused database. */
async function makeAccount(person, rescueKey) {
  const device = v7();
  const [deviceKey, { privateKey, publicKey }] = await Promise.all([makeDeviceKey(), makeSigningKeys()]);
  const about = { id: person.id, name: person.name, department: person.department ?? null };
  const home = openDatabase(device);
  const dataKey = await makeDataKey(deviceKey);
  await home.write(["vault"], (tx) => Promise.all([
    tx.objectStore("vault").put(dataKey, "data-key"),
    tx.objectStore("vault").put({ device, former: [], person: about, label: deviceLabel(), key: privateKey, publicKey }, "identity"),
  ]));
  await home.close();
  const account = { device, person: about, enrolledAt: Date.now() };
  await db.write(["keys", "accounts"], (tx) => Promise.all([
    tx.objectStore("keys").put(deviceKey, device),
    tx.objectStore("accounts").put(account),
  ]));
  if (rescueKey) await (await storeOf(account)).putRescueKey(rescueKey);
  navigator.storage?.persist?.().catch(() => false); // may wait for the person's answer
  return account;
}

async function identityOf(account) {
  const home = openDatabase(account.device);
  try {
    return await home.read(["vault"], (tx) => tx.objectStore("vault").get("identity"));
  } finally {
    await home.close();
  }
}

async function makeSigningKeys() {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(SIGNING, false, ["sign", "verify"]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  return { privateKey, publicKey: { kty, crv, x, y } };
}

/** A name by which the office tells this phone from another. */
function deviceLabel() {
  const system = /iPhone|iPad|HarmonyOS|Android|Windows|Mac OS X|Linux/.exec(navigator.userAgent)?.[0] ?? "Browser";
  const model = /Android [\d.]+; ([^;)]+)/.exec(navigator.userAgent)?.[1];
  return model ? `${system} ${model}` : system;
}

function requireSupport() {
  const whole = globalThis.indexedDB && globalThis.crypto?.subtle && navigator.locks && "".isWellFormed;
  if (!whole) throw new StoreError("storage-unsupported");
}
