// IndexedDB on a bad day: its calls are counted, and from one of them on they fail, each in one of the ways known from the field.

const lost = (name) => new DOMException("Connection to Indexed Database server lost", name);
const REQUESTS = ["put", "add", "get", "getKey", "getAll", "getAllKeys", "delete", "openCursor"];
const WRITES = new Set(["put", "add"]);

/** What a struck call does: `of(name)` says which calls are counted, `strike(call)` is the end of one. */
const WAYS = {
  throws: {
    of: (name) => name !== "commit",
    strike: () => { throw lost("InvalidStateError"); },
  },
  closes: {
    of: (name) => name !== "commit" && name !== "open",
    strike: ({ owner, go }) => {
      const tx = owner instanceof IDBDatabase ? null : transactionOf(owner);
      const db = tx?.db ?? owner;
      db.close();
      setTimeout(() => db.dispatchEvent(new Event("close")));
      const result = go();
      if (tx) fail(tx, lost("UnknownError"));
      return result;
    },
  },
  errs: {
    of: (name) => REQUESTS.includes(name),
    strike: ({ owner, go }) => {
      const request = go();
      fail(transactionOf(owner), lost("UnknownError"));
      return request;
    },
  },
  fills: {
    of: (name) => WRITES.has(name),
    strike: ({ owner, go }) => {
      const request = go();
      fail(transactionOf(owner), new DOMException("full", "QuotaExceededError"));
      return request;
    },
  },
  // it is on the disk, and the page hears the contrary
  unsaid: {
    of: (name) => name === "commit",
    strike: ({ owner, event }) => {
      event.stopImmediatePropagation();
      Object.defineProperty(owner, "error", { value: lost("UnknownError"), configurable: true });
      owner.dispatchEvent(new Event("abort"));
    },
  },
};

let way = null;
let from = Infinity;
let until = Infinity;
let made = 0;

/** Count the calls of that way anew; those from number `first` to before number `last` fail. */
export function bad(name, first = Infinity, last = Infinity) {
  [way, from, until, made] = [WAYS[name], first, last, 0];
}

/** The day is good again: how many calls were made. */
export function good() {
  way = null;
  return made;
}

function isStruck(name) {
  if (!way?.of(name)) return false;
  made += 1;
  return made >= from && made < until;
}

function fail(tx, error) {
  Object.defineProperty(tx, "error", { value: error, configurable: true });
  try {
    tx.abort();
  } catch {
    // another request of the same transaction was struck before
  }
}

const transactionOf = (owner) => owner.transaction ?? owner.objectStore.transaction;

function watch(prototype, name) {
  const original = prototype[name];
  prototype[name] = function watched(...given) {
    const go = () => original.apply(this, given);
    return isStruck(name) ? way.strike({ owner: this, go }) : go();
  };
}

watch(IDBFactory.prototype, "open");
for (const name of REQUESTS) watch(IDBObjectStore.prototype, name);
for (const name of ["getAll", "getAllKeys"]) watch(IDBIndex.prototype, name);

const begin = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function watched(stores, mode) {
  const begun = begin.call(this, stores, mode); // not strict: no power fails here, and thousands of flushes would take their time
  begun.addEventListener("complete", (event) => begun.mode === "readwrite" && isStruck("commit") && way.strike({ owner: begun, event }));
  return begun;
};
watch(IDBDatabase.prototype, "transaction");
