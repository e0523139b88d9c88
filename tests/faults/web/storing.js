// A morning's work on a phone whose storage fails at one chosen call, then a new page on good storage: what was called saved is there,
// nothing was taken for empty, and the same work, done again where it was refused, comes to its end.

import { ModelServer } from "./model.js";
import { bad, good } from "./strikes.js";
import { openVault } from "./vault.js";

const at = (path) => import(`/field/app/${path}`);
const parts = await Promise.all([
  at("store/store.js"), at("journal/entry.js"), at("journal/fold.js"), at("journal/canonical.js"), at("journal/hash.js"),
  at("capture/record.js"), at("sync/exchange.js"),
]);
const app = Object.assign({}, ...parts);
const { default: v7 } = await at("vendor/uuid/v7.js");
const FAULTS = new Set(["storage-broken", "storage-full"]);

const { privateKey: key, publicKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
const jwk = { kty, crv, x, y };

/** Work through it with calls `first` to before `last` failing in that way: `{made, wrong, entries, context, state}`. */
export async function run(world, photo, { way, first, last }) {
  const phone = new Phone(world, photo);
  await phone.prepare();
  bad(way, first, last);
  const refused = await phone.work();
  const made = good();
  if (refused) phone.see(FAULTS.has(refused.code), `refused by ${refused.name} ${refused.code} ${refused.message}`);
  else phone.see(first === Infinity || last === first + 1, "nothing was refused");
  await phone.reopen();
  await phone.isAsPromised("after it");
  const again = await phone.work();
  phone.see(!again, `refused again: ${again?.code} ${again?.stack}`);
  await phone.isAsPromised("in the end");
  return { made, refused: refused?.code ?? null, wrong: phone.wrong, ...await phone.end() };
}

class Phone {
  constructor(world, photo) {
    const person = world.people[2];
    const home = v7();
    Object.assign(this, { world, photo, home, wrong: [], promised: [], done: new Set() });
    this.identity = { device: home, former: [], person, label: "phone", key, publicKey: jwk };
    this.server = new ModelServer(app, world);
  }

  see(fact, words) {
    if (!fact) this.wrong.push(words);
  }

  /** A database with its keys and the bundle; a colleague's entries on the server. */
  async prepare() {
    const { visit, bundle, digest } = this.world;
    const db = app.openDatabase(this.home);
    await db.write(["vault"], (tx) => Promise.all([
      tx.objectStore("vault").put(this.identity, "identity"),
      tx.objectStore("vault").put("wrapped before", `rescue2:${bundle.rescue_key?.n}`),
    ]));
    await db.close();
    await this.reopen();
    await this.store.putBundle(visit, bundle, digest);
    const colleague = { person: this.world.people[0], device: v7() };
    const heard = ["到场", "开始检查"];
    const entries = [];
    for (const text of heard) entries.push(await noteOf(visit, colleague, text, entries));
    this.server.handle(colleague.person.id, { method: "POST", path: "/api/devices", body: { id: colleague.device, public_key: jwk } });
    this.server.handle(this.identity.person.id, { method: "POST", path: "/api/devices", body: { id: this.home, public_key: jwk } });
    this.server.handle(colleague.person.id, { method: "POST", path: `/api/visits/${visit}/entries`, body: { entries } });
  }

  /** A page opens: nothing is known but what is on the disk. */
  async reopen() {
    await this.store?.close();
    this.store = new app.Store({ home: this.home, db: app.openDatabase(this.home), deviceKey: null, identity: this.identity, vault: openVault });
  }

  /** Every step that was not done yet; the error that ended it, or null. */
  async work() {
    for (const [name, step] of Object.entries(this.#steps)) {
      if (this.done.has(name)) continue;
      try {
        await step();
        this.done.add(name);
        await this.#isNotEmpty(name);
      } catch (error) {
        return error;
      }
    }
    return null;
  }

  #steps = {
    draft: async () => {
      await this.store.putDraft("remark", { remark: "压力不足" });
      this.promised.push(["draft"]);
    },
    intent: async () => { this.intent = await this.store.putIntent({ ...this.#target, way: "app" }); },
    photo: async () => {
      const about = { ...this.#target, source: "app", where: Promise.resolve(null) };
      const entry = await app.capturePhoto(this.store, this.world.visit, this.photo, about);
      this.promised.push(["entry", entry], ["photo", entry.body]);
    },
    answer: async () => {
      const body = { item: "XF2", verdict: "fail", value: null, remark: "压力不足", replaces: [] };
      this.promised.push(["entry", await this.store.append(this.world.visit, "answer", body)]);
    },
    film: async () => {
      const take = await this.store.takes.begin({ visit: this.world.visit, type: "video/webm", capture: { source: "app" } });
      await this.store.takes.keep(take, 0, new Uint8Array(1000).fill(7).buffer, 1000);
      this.promised.push(["take", take]);
    },
    exchange: async () => {
      await app.exchange(this.store, this.#session, this.world.visit);
      this.promised.push(["entries", this.server.hashes]);
    },
    end: async () => {
      await this.store.dropIntent(this.intent);
      this.promised.push(["ended", this.intent]);
    },
  };

  get #target() {
    return { visit: this.world.visit, item: "XF2", moment: null, department: "XFJY", caption: "" };
  }

  get #session() {
    const ask = async (method, path, body, { headers } = {}) => (
      this.server.handle(this.identity.person.id, { method, path, body, etag: headers?.["If-None-Match"] ?? null }));
    return { epoch: "epoch 1", isOwn: true, get: (path, options) => ask("GET", path, null, options), post: (path, body) => ask("POST", path, body) };
  }

  /** Reads tell everything that was called saved, or fail aloud. */
  async #isNotEmpty(name) {
    const hashes = this.promised.filter(([kind]) => kind === "entry").map(([, { hash }]) => hash);
    const reads = {
      hashes: async () => (await this.store.hashes(this.world.visit)).filter((hash) => hashes.includes(hash)).length === hashes.length,
      draft: async () => Boolean(await this.store.draft("remark")),
      photos: async () => (await this.store.evidenceList(this.world.visit)).length >= this.promised.filter(([kind]) => kind === "photo").length,
      bundle: async () => (await this.store.bundle(this.world.visit)) !== null,
    };
    for (const [read, holds] of Object.entries(reads)) {
      this.see(await holds(), `${read} came back short after ${name}`);
    }
  }

  async isAsPromised(when) {
    const { store, world: { visit } } = this;
    await app.finishCaptures(store);
    const entries = await store.entries(visit);
    const checks = {
      draft: async () => (await store.draft("remark")).remark === "压力不足",
      entry: async (entry) => entries.some((one) => app.canonicalText(one) === app.canonicalText(entry)),
      entries: async (hashes) => hashes.every((hash) => entries.some((one) => one.hash === hash)),
      photo: ({ sha256, bytes }) => this.#holds(sha256, bytes),
      take: async () => entries.some(({ kind, body }) => kind === "evidence" && body.type === "video/webm" && body.bytes === 1000),
      ended: async (id) => (await store.intents()).every((intent) => intent.id !== id),
    };
    for (const [kind, fact] of this.promised) this.see(await checks[kind](fact), `${kind} is gone ${when}`);
    const own = entries.filter(({ device }) => device === this.home);
    this.see(own.every(({ seq }, n) => seq === n + 1), `a hole in the chain ${when}`);
    for (const { body } of entries.filter(({ kind }) => kind === "evidence")) {
      this.see(await this.#holds(body.sha256, body.bytes), `${body.type} is named and not here ${when}`);
    }
    for (const { sha256, bytes } of await store.evidenceList(visit)) this.see(await this.#holds(sha256, bytes), `a file without its bytes ${when}`);
  }

  async #holds(sha256, bytes) {
    try {
      const blob = await this.store.evidenceBlob(this.world.visit, sha256);
      const sum = app.hasher();
      sum.update(new Uint8Array(await blob.arrayBuffer()));
      return blob.size === bytes && sum.hex() === sha256;
    } catch {
      return false;
    }
  }

  /** All that is here in the end, and the state it folds to; the database is not needed any more. */
  async end() {
    const { visit, bundle, digest } = this.world;
    await app.exchange(this.store, this.#session, visit);
    const entries = await this.store.entries(visit);
    this.see(entries.length === this.server.hashes.length, "phone and server differ");
    const context = { quarantined: [], lost: [], blobs: {}, bundles: { [digest]: bundle }, digest };
    await this.store.close();
    indexedDB.deleteDatabase(`liancha-${this.home}`);
    return { entries, state: app.canonicalText(app.fold(bundle, entries, context)) };
  }
}

function noteOf(visit, { person, device }, text, before) {
  const fields = {
    id: v7(), visit, device, seq: before.length + 1, prev: before.at(-1)?.hash ?? null, author: person.id,
    at: "2026-11-24T09:31:00.000+08:00", nonce: null, kind: "note", body: { department: person.department, text },
  };
  return app.sealEntry(fields, key);
}
