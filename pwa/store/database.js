// One IndexedDB database: opening, growing, reading, writing strictly, and telling the truth when it fails.
// It must not know what is kept in it.

import { openDB } from "../vendor/idb/index.js";
import { StoreError } from "./errors.js";

/** Failures that say something about the data, not about the connection: a new connection would not help. */
const NOT_THE_CONNECTION = new Set(["ConstraintError", "QuotaExceededError", "VersionError", "DataCloneError", "DataError"]);

const CODES = { QuotaExceededError: "storage-full", VersionError: "storage-superseded" };

/**
 * A database whose shape is a list of steps. Step n makes version n+1 out of version n; steps are appended,
 * never changed, and only add, so that no upgrade can empty a queue.
 */
export class Database {
  #name;
  #steps;
  #announce;
  #opening = null;
  #superseded = false;

  constructor(name, steps, announce = () => {}) {
    this.#name = name;
    this.#steps = steps;
    this.#announce = announce;
  }

  get name() {
    return this.#name;
  }

  /** Run `work(tx)` in a reading transaction. `work` awaits nothing but that transaction's requests. */
  read(stores, work) {
    return this.#attempt((db) => settle(db.transaction(stores, "readonly"), work));
  }

  /** Run `work(tx)` in a strict writing transaction; resolves only when it is on the disk. */
  write(stores, work) {
    return this.#attempt((db) => settle(db.transaction(stores, "readwrite", { durability: "strict" }), work));
  }

  /** Give up the connection; the next use opens it again. */
  async close() {
    const opening = this.#opening;
    this.#opening = null;
    (await opening?.catch(() => null))?.close();
  }

  /** WebKit may cut a connection under a live page (bugs.webkit.org/show_bug.cgi?id=197050): try once more on a fresh one. */
  async #attempt(work) {
    try {
      return await work(await this.#open());
    } catch (error) {
      if (!isStorageFailure(error) || NOT_THE_CONNECTION.has(error.name)) throw translated(error);
    }
    await this.close();
    try {
      return await work(await this.#open());
    } catch (error) {
      throw translated(error);
    }
  }

  #open() {
    if (this.#superseded) return Promise.reject(new StoreError("storage-superseded"));
    this.#opening ??= this.#connect().catch((error) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  #connect() {
    if (!("indexedDB" in globalThis)) return Promise.reject(new StoreError("storage-unsupported"));
    return openDB(this.#name, this.#steps.length, {
      upgrade: (db, from, _to, tx) => this.#steps.slice(from).forEach((step) => step(db, tx)),
      blocked: () => this.#announce("storage-busy"),
      blocking: (_current, _wanted, event) => this.#giveWay(event.target),
      terminated: () => { this.#opening = null; },
    });
  }

  /** A newer version waits in another tab: close at once, so that it may go on, and say so. */
  #giveWay(db) {
    db.close();
    this.#superseded = true;
    this.#opening = null;
    this.#announce("storage-superseded");
  }
}

/** Await both the work and the commit; on failure report what ended the transaction, which is often more telling. */
async function settle(tx, work) {
  const committed = tx.done;
  committed.catch(() => {});
  try {
    const result = await work(tx);
    await committed;
    return result;
  } catch (error) {
    abort(tx);
    await committed.catch(() => {});
    throw isStorageFailure(error) && tx.error ? tx.error : error;
  }
}

function abort(tx) {
  try {
    tx.abort();
  } catch {
    // It has ended already: nothing is left to abort.
  }
}

function isStorageFailure(error) {
  return error instanceof DOMException;
}

/** A ConstraintError is an answer the journal works with; every other storage failure becomes a StoreError. */
function translated(error) {
  if (!isStorageFailure(error) || error.name === "ConstraintError") return error;
  return new StoreError(CODES[error.name] ?? "storage-broken", error);
}
