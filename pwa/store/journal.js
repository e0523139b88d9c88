// The journals of the visits on this phone: appending own entries, keeping received ones, reading them all.
// It must not know what the entries mean, nor the network.

import v7 from "../vendor/uuid/v7.js";
import { canonical } from "../journal/canonical.js";
import { sealEntry } from "../journal/entry.js";
import { StoreError } from "./errors.js";
import { remember } from "./memory.js";

const ATTEMPTS = 5;
const MAX_BYTES = 64 * 1024; // more the server never takes: refuse it while the person can still do something
const STORES = ["entries", "chain", "vault"];

export class Journal {
  #db;
  #vault;
  #lock;
  #nonce;
  #opened = new Map(); // hash -> entry; an entry never changes, so what was opened once stays true

  /** `lock` names the Web Lock of this database; `nonce()` gives the newest server nonce. */
  constructor(db, vault, { lock, nonce }) {
    this.#db = db;
    this.#vault = vault;
    this.#lock = lock;
    this.#nonce = nonce;
  }

  /** Who signs here now: `{device, former, person, key}`. */
  identity() {
    return this.#db.read(["vault"], (tx) => tx.objectStore("vault").get("identity"));
  }

  /** Append signed entries to this device's chain of the visit: all or none, durable when it resolves. */
  append(visit, drafts) {
    return navigator.locks.request(this.#lock, () => this.#append(visit, drafts));
  }

  /** Read the head, sign, commit; if somebody was quicker, read again and sign again. */
  async #append(visit, drafts) {
    const nonce = await this.#nonce();
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const head = await this.#head(visit);
      const entries = await signed(visit, drafts, head, nonce);
      if (await this.#commit(head.identity, entries)) {
        remember(head.identity.device, visit, entries.at(-1).seq);
        return entries;
      }
    }
    throw new StoreError("storage-broken");
  }

  #head(visit) {
    return this.#db.read(["vault", "chain"], async (tx) => {
      const identity = await tx.objectStore("vault").get("identity");
      const last = await tx.objectStore("chain").openCursor(chainOf(visit, identity.device), "prev");
      return { identity, seq: last?.value.seq ?? 0, hash: last?.value.hash ?? null };
    });
  }

  /** False if the chain has moved on, or the enrolment was renewed, since the head was read. */
  async #commit(identity, entries) {
    const records = await this.#sealed(entries);
    try {
      return await this.#db.write(STORES, async (tx) => {
        const { device } = await tx.objectStore("vault").get("identity");
        if (device !== identity.device) return false;
        await Promise.all(entries.map((entry) => tx.objectStore("chain").add(link(entry))));
        await Promise.all(records.map((record) => tx.objectStore("entries").add(record)));
        return true;
      });
    } catch (error) {
      if (error.name !== "ConstraintError") throw error;
      return this.#holds(entries.at(-1)); // a repeated write after a cut connection meets its own first success
    }
  }

  async #holds(entry) {
    const there = await this.#db.read(["chain"], (tx) => tx.objectStore("chain").get([entry.visit, entry.device, entry.seq]));
    return there?.hash === entry.hash;
  }

  /**
   * Keep entries that came from elsewhere. Own ones that this phone no longer had take their place in the chain again;
   * where another own entry holds that place, the chain has forked. Returns `{added: [hash…], forked}`.
   */
  async keep(entries) {
    const records = await this.#sealed(entries);
    return this.#db.write(STORES, async (tx) => {
      const { device, former } = await tx.objectStore("vault").get("identity");
      const known = new Set(await presentKeys(tx.objectStore("entries"), entries.map(({ hash }) => hash)));
      const news = records.filter(({ hash }) => !known.has(hash));
      await Promise.all(news.map((record) => tx.objectStore("entries").add(record)));
      const own = entries.filter((entry) => entry.device === device || former.includes(entry.device));
      const collisions = await Promise.all(own.map((entry) => reclaim(tx.objectStore("chain"), entry)));
      return { added: news.map(({ hash }) => hash), forked: collisions.includes(device) };
    });
  }

  /** All entries of a visit, by device and seq. */
  async entries(visit) {
    const hashes = await this.hashes(visit);
    await this.#openAll(visit, hashes.filter((hash) => !this.#opened.has(hash)));
    return hashes.map((hash) => this.#opened.get(hash)).sort(byChain);
  }

  hashes(visit) {
    return this.#db.read(["entries"], (tx) => tx.objectStore("entries").index("visit").getAllKeys(visit));
  }

  /** The highest seq of each visit in the chain of the present enrolment. */
  async heads() {
    const links = await this.#db.read(["chain", "vault"], async (tx) => {
      const { device } = await tx.objectStore("vault").get("identity");
      return (await tx.objectStore("chain").getAllKeys()).filter((key) => key[1] === device);
    });
    return new Map(links.map(([visit, , seq]) => [visit, seq]));
  }

  async #openAll(visit, hashes) {
    if (hashes.length === 0) return;
    const records = await this.#db.read(["entries"], (tx) => {
      const entries = tx.objectStore("entries");
      if (hashes.length > 100) return entries.index("visit").getAll(visit);
      return Promise.all(hashes.map((hash) => entries.get(hash)));
    });
    await Promise.all(records.map(async ({ hash, sealed }) => {
      this.#opened.set(hash, await this.#vault.openValue(place(hash), sealed));
    }));
  }

  #sealed(entries) {
    return Promise.all(entries.map(async (entry) => ({
      hash: entry.hash, visit: entry.visit, sealed: await this.#vault.sealValue(place(entry.hash), entry),
    })));
  }
}

const place = (hash) => `entries/${hash}`;
const link = ({ visit, device, seq, hash }) => ({ visit, device, seq, hash });
const chainOf = (visit, device) => IDBKeyRange.bound([visit, device], [visit, device, []]);

function byChain(a, b) {
  if (a.device !== b.device) return a.device < b.device ? -1 : 1;
  return a.seq - b.seq;
}

async function signed(visit, drafts, { identity, seq, hash }, nonce) {
  const entries = [];
  for (const { kind, body } of drafts) {
    const prev = entries.at(-1)?.hash ?? hash;
    const fields = {
      id: v7(), visit, device: identity.device, seq: seq + entries.length + 1, prev,
      author: identity.person.id, at: localInstant(new Date()), nonce, kind, body,
    };
    const entry = await sealEntry(fields, identity.key);
    if (canonical(entry).byteLength > MAX_BYTES) throw new StoreError("entry-too-large");
    entries.push(entry);
  }
  return entries;
}

async function presentKeys(store, keys) {
  const found = await Promise.all(keys.map((key) => store.getKey(key)));
  return found.filter((key) => key !== undefined);
}

/** Put an own entry back into its place; the device if another entry holds that place, else null. */
async function reclaim(chain, entry) {
  const there = await chain.get([entry.visit, entry.device, entry.seq]);
  if (!there) await chain.add(link(entry));
  return there && there.hash !== entry.hash ? entry.device : null;
}

/** RFC 3339 with milliseconds and the offset of this phone's clock, for people. */
export function localInstant(date) {
  const offset = -date.getTimezoneOffset();
  const two = (n) => String(Math.trunc(Math.abs(n))).padStart(2, "0");
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1);
  return `${local}${offset < 0 ? "-" : "+"}${two(offset / 60)}:${two(offset % 60)}`;
}
