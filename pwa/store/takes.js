// Segments under way: what the recorder hands over second by second, sealed and durable at once, until the whole is evidence.
// It must not know recorders: a take is a description and numbered pieces.

import v7 from "../vendor/uuid/v7.js";
import { StoreError } from "./errors.js";

export class Takes {
  #db;
  #vault;

  constructor(db, vault) {
    this.#db = db;
    this.#vault = vault;
  }

  /** Note a segment before its first byte: `about` is `{visit, type, capture, …}`. Returns its id. */
  async begin(about) {
    const id = v7();
    const sealed = await this.#vault.sealValue(`takes/${id}`, about);
    await this.#db.write(["takes"], (tx) => tx.objectStore("takes").put(sealed, id));
    return id;
  }

  /** Keep piece `n` (ArrayBuffer), which ends `ms` after the segment began. Durable when it resolves. */
  async keep(id, n, bytes, ms) {
    const sealed = await this.#vault.seal(place(id, n), bytes);
    await this.#db.write(["pieces"], (tx) => tx.objectStore("pieces").put({ ms, sealed }, [id, n]));
  }

  /** Segments that are not evidence yet, oldest first: `[{id, about}]`. */
  async list() {
    const [ids, sealed] = await this.#db.read(["takes"], (tx) => {
      const takes = tx.objectStore("takes");
      return Promise.all([takes.getAllKeys(), takes.getAll()]);
    });
    return Promise.all(ids.map(async (id, index) => ({ id, about: await this.#vault.openValue(`takes/${id}`, sealed[index]) })));
  }

  /** How long what is here of a segment lasts, in milliseconds; null if nothing of it is. */
  async length(id) {
    const last = await this.#db.read(["pieces"], (tx) => tx.objectStore("pieces").openCursor(piecesOf(id), "prev").then((cursor) => cursor?.value));
    return last?.ms ?? null;
  }

  /** The bytes of a segment in order, one piece in memory at a time. */
  async* bytes(id) {
    const keys = await this.#db.read(["pieces"], (tx) => tx.objectStore("pieces").getAllKeys(piecesOf(id)));
    for (const [, n] of keys) {
      const piece = await this.#db.read(["pieces"], (tx) => tx.objectStore("pieces").get([id, n]));
      if (!piece) throw new StoreError("evidence-damaged");
      yield this.#vault.open(place(id, n), piece.sealed);
    }
  }

  /** Forget a segment. Only after it is evidence, or when it never had a byte. */
  drop(id) {
    return this.#db.write(["takes", "pieces"], (tx) => Promise.all([
      tx.objectStore("takes").delete(id), tx.objectStore("pieces").delete(piecesOf(id)),
    ]));
  }
}

const place = (id, n) => `pieces/${id}/${n}`;
const piecesOf = (id) => IDBKeyRange.bound([id], [id, []]);
