// Who is enrolled on this phone, and whose account is open. Enrolling makes keys and an encrypted database;
// registering the public key with the server is the exchange's work (`sync/enrolment.js`).

import { fromBase64Url, toBase64Url } from "../journal/entry.js";
import v7 from "../vendor/uuid/v7.js";
import { bus } from "./bus.js";
import { Database } from "./database.js";
import { StoreError } from "./errors.js";
import { letterKeyOf, post, postAll, takeMail } from "./mail.js";
import { remembersOthers } from "./memory.js";
import { countTry, forgetTries, ifRoom } from "./pins.js";
import { ACCOUNTS } from "./schema.js";
import { openDatabase, openStore } from "./store.js";
import { forgetTabs, recall, sealedForTab } from "./tab.js";
import { makeAnswerKeys, makeDataKey, makeDeviceKey, openByPin, rescueName, sealByPin, wrapAgain } from "./vault.js";

const HELD = "held:";
const SIGNING = { name: "ECDSA", namedCurve: "P-256" };
const db = new Database(ACCOUNTS.name, ACCOUNTS.steps, (problem) => bus.emitHere("store", { problem }));
const opened = new Map(); // device -> promise of its Store: one per tab

/** Everybody enrolled here: `[{device, person: {id, name, department}, enrolledAt, letterKey, provisional, unsent}]`, oldest first. */
export async function accounts() {
  const all = await db.read(["accounts"], (tx) => tx.objectStore("accounts").getAll());
  return all.sort((a, b) => a.enrolledAt - b.enrolledAt);
}

/** The account this phone was used with last, open or locked; null after `leave()`. */
export async function currentAccount() {
  return await db.read(["accounts", "state"], async (tx) => {
    const device = await tx.objectStore("state").get("current");
    return device ? tx.objectStore("accounts").get(device) : null;
  }) ?? null;
}

/**
 * Enrol the signed-in person (`session` is the answer of GET /api/session) under a PIN and open the account: a Store.
 * A person enrolled here already gets the same enrolment again, if the PIN is theirs.
 */
export async function enrol({ session, person = session.person, pin }) {
  requireSupport();
  const account = await addAccount({ person, pin });
  const store = await openAccount(account.person, pin);
  if (session?.rescue_key) await store.putRescueKey(session.rescue_key);
  return store;
}

/**
 * The account of a person on this phone, made if there is none. `provisional`: without a sign-in, on a colleague's word;
 * its entries count once the person has signed in on this phone and confirmed it.
 */
export async function addAccount({ person, pin, provisional = false, rescueKeys = [] }) {
  requireSupport();
  return await accountOf(person.id) ?? navigator.locks.request("enrolment", async () => (
    await accountOf(person.id) ?? makeAccount(person, pin, { provisional, rescueKeys })));
}

/** The person has signed in and says that this enrolment is theirs. */
export async function confirmAccount(store) {
  await store.putMeta("provisional", null);
  await changeAccount(store.home, { provisional: false });
}

/** Note, for whoever looks at the list of people, what of an account's work only this phone has: `{entries, files}`. */
export async function noteUnsent(device, unsent) {
  await changeAccount(device, { unsent });
}

/** Note what the server holds, as the open account was told: visit -> `{epoch, hashes}`. Whoever opens theirs next, offline, need not call it unsent. */
export async function noteHeld(words) {
  await ifRoom(db.write(["state"], (tx) => Promise.all([...words].map(([visit, word]) => tx.objectStore("state").put(word, HELD + visit)))));
}

/** What was noted so of a visit, or null. */
export async function heldHere(visit) {
  return await db.read(["state"], (tx) => tx.objectStore("state").get(HELD + visit)) ?? null;
}

/** Take in what colleagues on this phone have laid ready, and lay ready what they lack. Its failure hurts nobody's work. */
export async function exchangeMail(store) {
  try {
    await takeMail(db, store);
    await postAll(db, await accounts(), store);
  } catch (error) {
    console.error(error);
  }
}

async function changeAccount(device, changes) {
  await db.write(["accounts"], async (tx) => {
    const all = tx.objectStore("accounts");
    const account = await all.get(device);
    if (account) await all.put({ ...account, ...changes });
  });
}

/**
 * Open the account of somebody enrolled here, by person (id or object) and PIN: a Store. `leaving()` is awaited once the
 * PIN is known to be right, before the account is the open one.
 */
export async function openAccount(person, pin, leaving = async () => {}) {
  requireSupport();
  const account = await accountOf(person.id ?? person);
  if (!account) throw new StoreError("no-account");
  const wrapped = await unlocked(account, pin);
  await leaving();
  return open(account, wrapped);
}

/** The account that was open in this tab before a reload, if its person was not idle for too long: a Store, or null. */
export async function resumeAccount() {
  requireSupport();
  const account = await currentAccount();
  const wrapped = account && await recall(db, account.device);
  return wrapped ? open(account, wrapped) : null;
}

/** False for an enrolment of the time before PINs: the next one to open it sets its PIN. */
export async function hasPin(account) {
  return !isWithoutPin(await keyRecord(account));
}

/** Give an account another PIN. Only the key's wrapping changes, in one transaction. */
export async function changePin(account, pin, next) {
  const wrapped = await unlocked(account, pin);
  const sealed = await sealByPin(wrapped, next);
  await withHome(account, (home) => home.write(["vault"], (tx) => tx.objectStore("vault").put(sealed, "data-key")));
}

/** The data key of an account as wrapped for the organisation, or null where it never met this key of it since there are labels. */
export async function rescueCopy(account, rescueKey) {
  return await withHome(account, (home) => home.read(["vault"], (tx) => tx.objectStore("vault").get(rescueName(rescueKey.n)))) ?? null;
}

/**
 * Set a PIN in place of a forgotten one and open the account: a Store. `unwrap(device, {wrapped, publicKey})` asks the
 * organisation for the data key; only the key's wrapping changes.
 */
export async function resetPin(account, { rescueKey, pin, unwrap, leaving }) {
  const [copy, { device }, once, deviceKey] = await Promise.all([
    rescueCopy(account, rescueKey), identityOf(account), makeAnswerKeys(), deviceKeyOf(account),
  ]);
  const answer = await unwrap(device, { wrapped: toBase64Url(new Uint8Array(copy)), publicKey: once.publicKey });
  const wrapped = await wrapAgain(fromBase64Url(answer), once.privateKey, deviceKey);
  const sealed = await sealByPin(wrapped, pin);
  await withHome(account, (home) => home.write(["vault"], (tx) => tx.objectStore("vault").put(sealed, "data-key")));
  await forgetTries(db, account.device);
  await leaving();
  return open(account, wrapped);
}

/** Ask for the PIN again, in all tabs. The account stays the one this phone shows first. */
export async function lock() {
  await db.write(["state"], (tx) => forgetTabs(tx.objectStore("state")));
  await closeOthers(null);
  bus.emit("account", { device: null });
}

/** End the local sign-in in all tabs. Nothing is deleted: the work waits for its owner. */
export async function leave() {
  await db.write(["state"], (tx) => tx.objectStore("state").delete("current"));
  await lock();
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

/** The wrapped data key of an account, by its PIN. */
async function unlocked(account, pin) {
  const record = await keyRecord(account);
  if (isWithoutPin(record)) return carryOver(account, record, pin);
  await countTry(db, account.device);
  const wrapped = await openByPin(record, pin);
  await forgetTries(db, account.device);
  return wrapped;
}

/** An enrolment of the time before PINs: its data key is sealed by the PIN from now on; all else stays as it is. */
async function carryOver(account, wrapped, pin) {
  const sealed = await sealByPin(wrapped, pin);
  const carried = await withHome(account, (home) => home.write(["vault"], async (tx) => {
    const vault = tx.objectStore("vault");
    if (!isWithoutPin(await vault.get("data-key"))) return false; // another tab was quicker
    await vault.put(sealed, "data-key");
    return true;
  }));
  return carried ? wrapped : unlocked(account, pin);
}

async function keyRecord(account) {
  const record = await withHome(account, (home) => home.read(["vault"], (tx) => tx.objectStore("vault").get("data-key")));
  if (!record) throw new StoreError("storage-broken");
  return record;
}

const isWithoutPin = (record) => "key" in record;

/** Make an account the open one of this phone; whoever was open before is locked. */
async function open(account, wrapped) {
  const store = await storeOf(account, wrapped);
  store.courier = async (visit, entries) => post(db, await accounts(), store, visit, entries);
  if (!account.letterKey) await ifRoom(nameLetterKey(account, store));
  const [place, sealed] = await sealedForTab(account.device, wrapped);
  await endOthers(account.device);
  await ifRoom(db.write(["state"], (tx) => Promise.all([
    tx.objectStore("state").put(account.device, "current"), tx.objectStore("state").put(sealed, place)])));
  await closeOthers(account.device);
  bus.emit("account", { device: account.device });
  return store;
}

/** From here on no reload opens another's account without their PIN, whether or not there is room for a note of this one. */
function endOthers(device) {
  return db.write(["state"], async (tx) => {
    const state = tx.objectStore("state");
    if (await state.get("current") !== device) await Promise.all([forgetTabs(state), state.delete("current")]);
  });
}

async function nameLetterKey(account, store) {
  await changeAccount(account.device, { letterKey: await letterKeyOf(store) });
}

function storeOf(account, wrapped) {
  if (!opened.has(account.device)) {
    opened.set(account.device, openWithKey(account, wrapped).catch((error) => {
      opened.delete(account.device);
      throw error;
    }));
  }
  return opened.get(account.device);
}

async function openWithKey(account, wrapped) {
  return openStore(account, { deviceKey: await deviceKeyOf(account), wrapped });
}

function deviceKeyOf({ device }) {
  return db.read(["keys"], (tx) => tx.objectStore("keys").get(device));
}

async function closeOthers(device) {
  const others = [...opened].filter(([one]) => one !== device);
  for (const [one] of others) opened.delete(one);
  await Promise.all(others.map(async ([, store]) => (await store).close()));
}

/** The account's line is written last: until then nobody is enrolled, and a cut leaves only an unused database. */
async function makeAccount(person, pin, { provisional, rescueKeys }) {
  const device = v7();
  const [deviceKey, { privateKey, publicKey }] = await Promise.all([makeDeviceKey(), makeSigningKeys()]);
  const about = { id: person.id, name: person.name, department: person.department ?? null };
  const wrapped = await makeDataKey(deviceKey);
  const dataKey = await sealByPin(wrapped, pin);
  await withHome({ device }, (home) => home.write(["vault"], (tx) => Promise.all([
    tx.objectStore("vault").put(dataKey, "data-key"),
    tx.objectStore("vault").put({ device, former: [], person: about, label: deviceLabel(), key: privateKey, publicKey }, "identity"),
  ])));
  const store = await openStore({ device }, { deviceKey, wrapped });
  const letterKey = await letterKeyOf(store);
  if (provisional) await store.putMeta("provisional", true);
  for (const rescueKey of rescueKeys) await store.putRescueKey(rescueKey);
  await store.close();
  const account = { device, person: about, enrolledAt: Date.now(), letterKey, provisional };
  await db.write(["keys", "accounts"], (tx) => Promise.all([
    tx.objectStore("keys").put(deviceKey, device),
    tx.objectStore("accounts").put(account),
  ]));
  navigator.storage?.persist?.().catch(() => false); // may wait for the person's answer
  return account;
}

function identityOf(account) {
  return withHome(account, (home) => home.read(["vault"], (tx) => tx.objectStore("vault").get("identity")));
}

/** Work on an account's database beside its Store. */
async function withHome(account, work) {
  const home = openDatabase(account.device);
  try {
    return await work(home);
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
