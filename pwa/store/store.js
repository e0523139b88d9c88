// One enrolment's database: the only door through which the rest of the app reads and writes what this phone keeps.
// It must not know the network, the screens, or what an entry means.

import v7 from "../vendor/uuid/v7.js";
import { bus } from "./bus.js";
import { Database } from "./database.js";
import { StoreError } from "./errors.js";
import { Evidence } from "./evidence.js";
import { Journal } from "./journal.js";
import { ENROLMENT } from "./schema.js";
import { Shelf } from "./shelf.js";
import { Takes } from "./takes.js";
import { formerRescueName, modulusIn, openVault, rescueName, wrapForRescue } from "./vault.js";

/** Open the database of an account (`accounts.js`) with its data key, `wrapped` by this device's key. */
export async function openStore(account, { deviceKey, wrapped }) {
  const db = openDatabase(account.device);
  const identity = await db.read(["vault"], (tx) => tx.objectStore("vault").get("identity"));
  if (!deviceKey || !identity) throw new StoreError("storage-broken");
  return new Store({ home: account.device, db, deviceKey, wrapped, identity, vault: await openVault(wrapped, deviceKey) });
}

/** The connection to an enrolment's database; what goes wrong with it is announced as 'store' news in this tab. */
export function openDatabase(home) {
  return new Database(ENROLMENT.name(home), ENROLMENT.steps, (problem) => bus.emitHere("store", { problem }));
}

export class Store {
  #home;
  #db;
  #vault;
  #deviceKey;
  #wrapped;
  #identity;
  #journal;
  #evidence;
  #takes;
  #shelves;
  #openedBundles = new Map();
  #courier = null;

  constructor({ home, db, vault, deviceKey, wrapped, identity }) {
    this.#home = home;
    this.#db = db;
    this.#vault = vault;
    this.#deviceKey = deviceKey;
    this.#wrapped = wrapped;
    this.#identity = identity;
    const shelf = (name) => new Shelf(db, vault, name);
    this.#shelves = { meta: shelf("meta"), drafts: shelf("drafts"), intents: shelf("intents"), visits: shelf("visits"), thumbs: shelf("thumbs") };
    this.#evidence = new Evidence(db, vault);
    this.#takes = new Takes(db, vault);
    this.#journal = new Journal(db, vault, { lock: `journal:${home}`, nonce: () => this.meta("nonce") });
  }

  /** The enrolment that signs now; a renewed enrolment keeps its database, so it may differ from `home`. */
  get device() {
    return this.#identity.device;
  }

  /** The enrolment this database was made for: names its locks and files. */
  get home() {
    return this.#home;
  }

  /** `{id, name, department}` of the officer. */
  get person() {
    return this.#identity.person;
  }

  /** Public key of the present enrolment, as a JWK. */
  get publicKey() {
    return this.#identity.publicKey;
  }

  /** What the office calls this phone. */
  get label() {
    return this.#identity.label;
  }

  /** All enrolments that ever signed in this database: the present one and those before it. */
  get devices() {
    return [this.#identity.device, ...this.#identity.former];
  }

  // The journal

  /** Write one entry; it is durable when this resolves. */
  async append(visit, kind, body) {
    const [entry] = await this.appendMany(visit, [{ kind, body }]);
    return entry;
  }

  /** Write several entries, all or none. */
  async appendMany(visit, drafts) {
    if (drafts.length === 0) return [];
    const entries = await this.#journal.append(visit, drafts);
    await this.#post(visit, entries);
    bus.emit("journal", { visit, device: this.#home, own: true }, { entries });
    return entries;
  }

  /** Keep entries from elsewhere, without positions. Returns `{added: [hash…], forked}`. */
  async putEntries(visit, entries, { post = true } = {}) {
    const kept = await this.#journal.keep(entries);
    if (post) await this.#post(visit, entries.filter(({ hash }) => kept.added.includes(hash)));
    if (kept.added.length > 0) bus.emit("journal", { visit, device: this.#home, own: false });
    return kept;
  }

  /** `courier(visit, entries)` hands what was written or received to colleagues on this phone (`mail.js`). */
  set courier(courier) {
    this.#courier = courier;
  }

  /** Whatever becomes of it, what was saved is saved; what was not handed on is at the next opening. */
  async #post(visit, entries) {
    await this.#courier?.(visit, entries).catch((error) => console.error(error));
  }

  entries(visit) {
    return this.#journal.entries(visit);
  }

  hashes(visit) {
    return this.#journal.hashes(visit);
  }

  /** Map of visit -> highest seq written by the present enrolment. */
  heads() {
    return this.#journal.heads();
  }

  // The list of visits and their bundles

  /** The lines of the list as last served, each with `listed` (false: no longer served, kept for what is here). */
  async visits() {
    return (await this.#shelves.visits.all()).map(([, visit]) => visit);
  }

  /** Replace the served list; lines that are no longer served stay, marked. */
  async putVisits(list) {
    const served = new Map(list.map((visit) => [visit.id, { ...visit, listed: true }]));
    const gone = (await this.visits()).filter(({ id }) => !served.has(id)).map((visit) => [visit.id, { ...visit, listed: false }]);
    await this.#shelves.visits.putAll([...served, ...gone]);
    bus.emit("visits", { device: this.#home });
  }

  /** Add the line of a visit of which the server has not spoken; one that is listed stays as it is. */
  async addVisit(visit) {
    if (await this.#shelves.visits.get(visit.id)) return;
    await this.#shelves.visits.put(visit.id, { ...visit, listed: false });
    bus.emit("visits", { device: this.#home });
  }

  /** The newest bundle of a visit, or null while it has not been downloaded. */
  async bundle(visit) {
    const digest = await this.meta(`bundle:${visit}`);
    return digest ? this.#bundleVersion(visit, digest) : null;
  }

  /** Keep the bundle the server gave: from now on it is the visit's own. */
  async putBundle(visit, bundle, digest) {
    await this.keepBundle(visit, bundle, digest, { current: true });
    if (bundle.rescue_key) await this.putRescueKey(bundle.rescue_key);
    await this.#post(visit, []);
  }

  /** Keep one more version of a bundle, since sealed states refer to versions by digest. The rescue key of no file is believed. */
  async keepBundle(visit, bundle, digest, { current }) {
    const sealed = await this.#vault.sealValue(`bundles/${visit}/${digest}`, bundle);
    await this.#db.write(["bundles"], (tx) => tx.objectStore("bundles").put({ visit, digest, sealed }));
    if (current) await this.putMeta(`bundle:${visit}`, digest);
    bus.emit("visits", { device: this.#home });
  }

  async #bundles(visit) {
    const range = IDBKeyRange.bound([visit], [visit, []]);
    const keys = await this.#db.read(["bundles"], (tx) => tx.objectStore("bundles").getAllKeys(range));
    return new Map(await Promise.all(keys.map(async ([, digest]) => [digest, await this.#bundleVersion(visit, digest)])));
  }

  /** One version; it never changes, so it is opened once. */
  async #bundleVersion(visit, digest) {
    const place = `bundles/${visit}/${digest}`;
    if (!this.#openedBundles.has(place)) {
      const { sealed } = await this.#db.read(["bundles"], (tx) => tx.objectStore("bundles").get([visit, digest]));
      this.#openedBundles.set(place, await this.#vault.openValue(place, sealed));
    }
    return this.#openedBundles.get(place);
  }

  /** What the fold takes beside bundle and entries: quarantined, lost, blobs, bundles, digest. */
  async context(visit) {
    const [known, digest, bundles] = await Promise.all([
      this.meta(`context:${visit}`), this.meta(`bundle:${visit}`), this.#bundles(visit),
    ]);
    return { quarantined: [], lost: [], blobs: {}, ...known, bundles: Object.fromEntries(bundles), digest };
  }

  /** Change members of the context. Only the exchange writes it, under its lock. */
  async putContext(visit, changes) {
    const known = await this.meta(`context:${visit}`);
    const next = { ...known, ...changes };
    if (JSON.stringify(next) === JSON.stringify(known)) return;
    await this.putMeta(`context:${visit}`, next);
    bus.emit("journal", { visit, device: this.#home, own: false });
  }

  // Evidence

  /** Segments of video and sound on their way to become evidence: `takes.js`. */
  get takes() {
    return this.#takes;
  }

  /** Keep a file (Blob, ArrayBuffer or async pieces of bytes), proven by reading it back: `{sha256, bytes}`. Entries that name it come after. */
  putEvidence(visit, source, about) {
    return this.#evidence.put(visit, source, about);
  }

  evidenceBlob(visit, sha256) {
    return this.#evidence.blob(visit, sha256);
  }

  evidenceSource(visit, sha256) {
    return this.#evidence.source(visit, sha256);
  }

  /** `[{sha256, bytes, type, name, capture, addedAt, grade, sent, upload, refused, released}]`, oldest first; `released`: its bytes are no longer here. */
  evidenceList(visit) {
    return this.#evidence.list(visit);
  }

  evidenceVisits() {
    return this.#evidence.visits();
  }

  /** Any of `{grade, sent, upload, refused}`: how far the upload of one piece has come. */
  noteUpload(visit, sha256, changes) {
    return this.#evidence.note(visit, sha256, changes);
  }

  /** Give back the room of a piece whose receipt is one of `grades`: the bytes given back. */
  releaseEvidence(visit, sha256, grades) {
    return this.#evidence.release(visit, sha256, grades);
  }

  sweep() {
    return this.#evidence.sweep();
  }

  /** The small picture of a piece of evidence as a Blob, or null. */
  async thumb(sha256) {
    const bytes = await this.#shelves.thumbs.getBytes(sha256);
    return bytes && new Blob([bytes], { type: "image/jpeg" });
  }

  async putThumb(sha256, blob) {
    await this.#shelves.thumbs.putBytes(sha256, blob instanceof Blob ? await blob.arrayBuffer() : blob);
  }

  // What a killed page must find again

  /** Note what a camera is being opened for, before it opens: `{visit, item, moment, department, source, …}` -> id. */
  async putIntent(intent) {
    const id = intent.id ?? v7();
    await this.#shelves.intents.put(id, { ...intent, id, at: Date.now() });
    return id;
  }

  /** Captures that never came to their end, oldest first. */
  async intents() {
    const intents = (await this.#shelves.intents.all()).map(([, intent]) => intent);
    return intents.sort((a, b) => a.at - b.at);
  }

  dropIntent(id) {
    return this.#shelves.intents.drop(id);
  }

  draft(key) {
    return this.#shelves.drafts.get(key);
  }

  putDraft(key, value) {
    return this.#shelves.drafts.put(key, value);
  }

  dropDraft(key) {
    return this.#shelves.drafts.drop(key);
  }

  // Small facts and the state of the storage

  meta(key) {
    return this.#shelves.meta.get(key);
  }

  putMeta(key, value) {
    return this.#shelves.meta.put(key, value);
  }

  /** `{usage, quota, persisted}` in bytes, null where the browser does not say. */
  async estimate() {
    const { usage = null, quota = null } = await navigator.storage?.estimate?.() ?? {};
    return { usage, quota, persisted: await navigator.storage?.persisted?.() ?? false };
  }

  /** Wrap the data key to the organisation's key too, once for each key it ever had; this replaces a wrapping without a label. */
  async putRescueKey({ n }) {
    const present = await this.#db.read(["vault"], (tx) => tx.objectStore("vault").get(rescueName(n)));
    if (present) return;
    const rescue = await wrapForRescue(this.#wrapped, this.#deviceKey, n, this.person.id);
    await this.#db.write(["vault"], (tx) => Promise.all([
      tx.objectStore("vault").put(rescue, rescueName(n)),
      tx.objectStore("vault").delete(formerRescueName(n)),
    ]));
  }

  /** The organisation's keys this account had from the server, each as `{n}`: the only ones to believe without a network. */
  async rescueKeys() {
    const names = await this.#db.read(["vault"], (tx) => tx.objectStore("vault").getAllKeys());
    return names.map(modulusIn).filter(Boolean).map((n) => ({ n }));
  }

  /** Read who signs here again, after another tab may have renewed the enrolment. */
  async refresh() {
    this.#identity = await this.#journal.identity();
  }

  /** Sign as a new enrolment from now on; the database and all it holds stays. `identity`: `{device, key, publicKey}`. */
  async renew({ device, key, publicKey }) {
    this.#identity = await this.#db.write(["vault"], async (tx) => {
      const vault = tx.objectStore("vault");
      const before = await vault.get("identity");
      const identity = { ...before, device, key, publicKey, former: [...before.former, before.device] };
      await vault.put(identity, "identity");
      return identity;
    });
  }

  /** Give the connection back. Nothing is deleted, ever. */
  close() {
    return this.#db.close();
  }
}
