// A shelf: one object store of sealed values by key. Small facts, drafts, intents, list lines and thumbnails stand on shelves.

export class Shelf {
  #db;
  #vault;
  #name;

  constructor(db, vault, name) {
    this.#db = db;
    this.#vault = vault;
    this.#name = name;
  }

  /** The value, or null when there is none. A failed read is an error, never null. */
  async get(key) {
    const sealed = await this.#db.read([this.#name], (tx) => tx.objectStore(this.#name).get(key));
    return sealed === undefined ? null : this.#vault.openValue(this.#place(key), sealed);
  }

  async put(key, value) {
    await this.putAll([[key, value]]);
  }

  /** Several values in one transaction: all or none. */
  async putAll(pairs) {
    const records = await Promise.all(pairs.map(async ([key, value]) => [key, await this.#vault.sealValue(this.#place(key), value)]));
    await this.#putSealed(records);
  }

  async all() {
    const [keys, sealed] = await this.#db.read([this.#name], (tx) => {
      const shelf = tx.objectStore(this.#name);
      return Promise.all([shelf.getAllKeys(), shelf.getAll()]);
    });
    return Promise.all(keys.map(async (key, n) => [key, await this.#vault.openValue(this.#place(key), sealed[n])]));
  }

  async drop(key) {
    await this.#db.write([this.#name], (tx) => tx.objectStore(this.#name).delete(key));
  }

  async getBytes(key) {
    const sealed = await this.#db.read([this.#name], (tx) => tx.objectStore(this.#name).get(key));
    return sealed === undefined ? null : this.#vault.open(this.#place(key), sealed);
  }

  async putBytes(key, bytes) {
    await this.#putSealed([[key, await this.#vault.seal(this.#place(key), bytes)]]);
  }

  async #putSealed(records) {
    await this.#db.write([this.#name], (tx) => {
      const shelf = tx.objectStore(this.#name);
      return Promise.all(records.map(([key, sealed]) => shelf.put(sealed, key)));
    });
  }

  #place(key) {
    return `${this.#name}/${key}`;
  }
}
