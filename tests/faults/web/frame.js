// One phone's frame: the real modules under a clock, a chance and a network of the schedule's making.

const RealDate = Date;
let millisecond = 0;
let chance = () => 0;
let network = () => Promise.reject(new TypeError("no network"));
let locks = new Map();
let cookie = new Map();

delete globalThis.BroadcastChannel; // phones are far apart
Object.defineProperty(globalThis, "caches", { value: undefined });
globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length > 0 ? given : [globalThis.Date.now()]));
  }

  static now() {
    millisecond += 1;
    return millisecond;
  }
};
crypto.getRandomValues = (array) => array.map(() => Math.floor(chance() * 256));
globalThis.fetch = (path, options) => network(path, options);
Object.defineProperty(navigator, "locks", { value: { request: inTurn } });
Object.defineProperty(document, "cookie", {
  get: () => [...cookie].map((pair) => pair.join("=")).join("; "),
  set: (text) => {
    const [name, value] = text.split(";")[0].split("=");
    cookie.set(name, value);
  },
});

function inTurn(name, options, work = options) {
  const done = (locks.get(name) ?? Promise.resolve()).then(() => work({ name }));
  locks.set(name, done.catch(() => {}));
  return done;
}

const at = (path) => import(`/field/app/${path}`);
const parts = await Promise.all([
  at("store/store.js"), at("store/schema.js"), at("journal/entry.js"), at("journal/fold.js"), at("journal/canonical.js"),
  at("sync/round.js"), at("sync/tally.js"),
]);
const { default: v7 } = await at("vendor/uuid/v7.js");
const { privateKey, publicKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);

globalThis.phone = {
  app: Object.assign({}, ...parts),

  /** A new story, at a time of its own: later seeds are later. */
  begin(seed) {
    chance = seeded(seed);
    millisecond = RealDate.parse("2026-11-24T09:00:00+08:00") + Math.floor(seed / 8) * 1_000_000;
    cookie = new Map();
  },

  newEnrolment: () => ({ id: v7(), key: privateKey, publicKey: { kty, crv, x, y } }),

  /** A page opens: it holds no locks, and this is its network. */
  connect(send) {
    network = send;
    locks = new Map();
  },
};

/** mulberry32: small, and the same everywhere. */
function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6D2B79F5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
