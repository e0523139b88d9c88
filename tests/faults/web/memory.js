// A Database in memory, shaped by the app's own schema, whose owner may die after any of its operations.
// What was committed is in `data`, which outlives every connection; what was not is gone.

/** Empty stores of the app's schema: name -> {keyPath, indexes, rows: Map(JSON of key -> {key, value})}. */
export function emptyData(steps) {
  const data = new Map();
  const db = {
    createObjectStore(name, { keyPath = null } = {}) {
      const store = { keyPath, indexes: {}, rows: new Map() };
      data.set(name, store);
      return { createIndex: (index, path) => { store.indexes[index] = path; } };
    },
  };
  const tx = { objectStore: (name) => ({ createIndex: (index, path) => { data.get(name).indexes[index] = path; } }) };
  for (const step of steps) step(db, tx);
  return data;
}

/** A copy that shares nothing that changes. */
export function copyOf(data) {
  return new Map([...data].map(([name, store]) => [name, { ...store, rows: new Map(store.rows) }]));
}

export class MemoryDatabase {
  #data;
  #life;
  #turn = Promise.resolve();

  constructor(data, life) {
    this.#data = data;
    this.#life = life;
  }

  read(names, work) {
    return this.#inTurn(names, work, false);
  }

  write(names, work) {
    return this.#inTurn(names, work, true);
  }

  close() {
    return Promise.resolve();
  }

  #inTurn(names, work, writes) {
    const done = this.#turn.then(() => this.#run(names, work, writes));
    this.#turn = done.catch(() => {});
    return done;
  }

  async #run(names, work, writes) {
    const scratch = new Map(names.map((name) => [name, { ...this.#data.get(name), rows: new Map(this.#data.get(name).rows) }]));
    const result = await work({ objectStore: (name) => storeOver(scratch.get(name), this.#life) });
    await this.#life.step();
    if (writes) for (const [name, store] of scratch) this.#data.set(name, store);
    await this.#life.step();
    return result;
  }
}

function storeOver({ keyPath, indexes, rows }, life) {
  const keyOf = (value, key) => (keyPath === null ? key : Array.isArray(keyPath) ? keyPath.map((name) => value[name]) : value[keyPath]);
  const name = (key) => JSON.stringify(key);
  const matching = (query) => [...rows.values()].filter(({ key }) => fits(query, key)).sort((a, b) => indexedDB.cmp(a.key, b.key));
  const asked = async (answer) => {
    await life.step();
    return answer();
  };
  const put = (value, given) => {
    const key = keyOf(value, given);
    rows.set(name(key), { key, value });
    return key;
  };
  return {
    get: (query) => asked(() => matching(query)[0]?.value),
    getKey: (query) => asked(() => matching(query)[0]?.key),
    getAll: (query) => asked(() => matching(query).map(({ value }) => value)),
    getAllKeys: (query) => asked(() => matching(query).map(({ key }) => key)),
    openCursor: (query, direction = "next") => asked(() => {
      const found = matching(query);
      return (direction === "prev" ? found.at(-1) : found[0]) ?? null;
    }),
    put: (value, key) => asked(() => put(value, key)),
    add: (value, key) => asked(() => {
      if (rows.has(name(keyOf(value, key)))) throw new DOMException("there is one", "ConstraintError");
      return put(value, key);
    }),
    delete: (query) => asked(() => matching(query).forEach(({ key }) => rows.delete(name(key)))),
    index: (index) => {
      const chosen = (query) => [...rows.values()].filter(({ value }) => fits(query, value[indexes[index]]))
        .sort((a, b) => indexedDB.cmp(a.key, b.key));
      return {
        getAll: (query) => asked(() => chosen(query).map(({ value }) => value)),
        getAllKeys: (query) => asked(() => chosen(query).map(({ key }) => key)),
      };
    },
  };
}

function fits(query, key) {
  if (query === undefined || query === null) return true;
  return typeof query.includes === "function" && "lower" in Object(query) ? query.includes(key) : indexedDB.cmp(query, key) === 0;
}
