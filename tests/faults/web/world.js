// Five phones, each a frame with the real modules of the exchange, one server, and a network that a schedule directs.
// A schedule is a list of acts with all their chances in them; the same list always does the same.

import { copyOf, emptyData, MemoryDatabase } from "./memory.js";
import { ModelServer } from "./model.js";
import { openVault } from "./vault.js";

const PAGE = 3; // entries to a page: so few that journals of these schedules have several
const QUIET_PASSES = 8;

/** Run one schedule in the frames: what went wrong, and all that is needed to look closer. */
export async function run(frames, world, schedule) {
  const played = new Play(frames, world, schedule.seed);
  for (const act of schedule.acts) await played.act(act);
  return played.end();
}

class Play {
  constructor(frames, world, seed) {
    this.world = world;
    this.app = frames[0].app;
    this.server = new ModelServer(this.app, world);
    this.backup = null;
    this.late = [];      // requests whose senders have given up: they may still arrive
    this.failures = [];
    this.log = [];       // what reached the server, in order
    this.promised = new Map(); // hash -> entry that was shown as saved, or receipted, and has not been destroyed since
    this.phones = frames.map((frame, n) => new Phone(this, frame, world.people[n], seed * 8 + n));
  }

  async act(act) {
    await this.#acts[act.do](act);
    await this.quiet();
  }

  #acts = {
    write: ({ phone, kind, roll }) => this.phones[phone].write(kind, roll),
    round: ({ phone, again }) => this.phones[phone].round(again),
    net: (act) => this.#net(act),
    late: ({ roll }) => this.#deliverLate(roll),
    kill: ({ phone, after }) => this.phones[phone].killAfter(after),
    keep: ({ phone }) => this.phones[phone].keep(),
    restore: ({ phone }) => this.#destroying(() => this.phones[phone].restore()),
    lose: ({ phone, roll }) => this.#destroying(() => this.phones[phone].loseOne(roll)),
    yesterday: () => {
      this.backup = this.server.backup();
      this.log.push({ do: "backup" });
    },
    disaster: () => this.backup && this.#destroying(() => {
      this.server.restore(this.backup);
      this.log.push({ do: "restore" });
    }),
  };

  /** What only the destroyed copy held is nobody's promise any more. */
  #destroying(deed) {
    const before = this.#everywhere();
    deed();
    const after = this.#everywhere();
    for (const hash of before) if (!after.has(hash)) this.promised.delete(hash);
  }

  #everywhere() {
    return new Set([...this.server.hashes, ...this.phones.flatMap((phone) => phone.hashes)]);
  }

  get pending() {
    return this.phones.flatMap((phone) => phone.pending);
  }

  #net({ roll, fate }) {
    const { pending } = this;
    if (pending.length === 0) return;
    const request = pending[Math.floor(roll * pending.length)];
    if (request.answer) return request.settle(request.answer); // it has come that far already
    const fates = {
      deliver: () => request.settle(this.serve(request)),
      twice: () => [this.serve(request), request.settle(this.serve(request))],
      "lost-answer": () => [this.serve(request), request.fail()],
      "lost-request": () => request.fail(),
      ghost: () => [this.late.push(request), request.fail()],
      "slow-answer": () => { request.answer = this.serve(request); },
      portal: () => request.settle({ status: 200, portal: true }),
      trouble: () => request.settle({ status: 503, body: { code: "internal", detail: null } }),
      stale: () => request.settle(request.method === "POST" ? { status: 400, body: { code: "csrf-stale" } } : this.serve(request)),
    };
    fates[fate]();
  }

  #deliverLate(roll) {
    if (this.late.length === 0) return;
    const [request] = this.late.splice(Math.floor(roll * this.late.length), 1);
    this.serve(request);
  }

  serve({ person, method, path, body, etag }) {
    const asked = { person, method, path: path.replace(/limit=\d+/, `limit=${PAGE}`), body, etag };
    const answer = this.server.handle(person, asked);
    this.log.push({ ...asked, answer });
    for (const hash of answer.body?.accepted ?? []) if (this.written?.has(hash)) this.promised.set(hash, true);
    return answer;
  }

  /** Until every phone either waits for the network or has nothing under way. */
  async quiet() {
    while (!this.phones.every((phone) => phone.isQuiet)) await tick();
  }

  /** The faults are over: everyone exchanges by itself, until nothing changes any more. */
  async end() {
    for (const phone of this.phones) phone.fear = Infinity;
    this.late.splice(0).forEach((request) => this.serve(request));
    for (let pass = 0, before = null; pass < QUIET_PASSES; pass += 1) {
      for (const phone of this.phones) await this.#wholeRound(phone);
      const now = JSON.stringify([this.server.journal.quarantined, this.server.hashes, this.phones.map(({ hashes }) => hashes)]);
      if (now === before) break;
      before = now;
    }
    return this.#judged();
  }

  async #wholeRound(phone) {
    phone.round(false);
    for (;;) {
      await this.quiet();
      const { pending } = this;
      if (pending.length === 0 && !phone.task) return;
      for (const request of pending) request.settle(request.answer ?? this.serve(request));
    }
  }

  async #judged() {
    const there = [...this.server.hashes].sort();
    const missing = [...this.promised.keys()].filter((hash) => !there.includes(hash));
    if (missing.length > 0) this.failures.push({ what: "promised and gone", hashes: missing });
    const views = await Promise.all(this.phones.map((phone) => phone.view()));
    views.forEach(({ hashes, unsettled }, n) => {
      if (hashes.join() !== there.join()) this.failures.push({ what: "sets differ", phone: n, lacks: lacking(there, hashes), hasMore: lacking(hashes, there) });
      if (unsettled.length > 0) this.failures.push({ what: "not settled", phone: n, unsettled });
    });
    const { entries, quarantined, lost } = this.server.journal;
    const context = { quarantined, lost, blobs: {}, bundles: { [this.world.digest]: this.world.bundle }, digest: this.world.digest };
    const state = this.app.canonicalText(this.app.fold(this.world.bundle, entries, context));
    views.forEach((view, n) => {
      if (view.state !== state) this.failures.push({ what: "states differ", phone: n, context: view.context });
    });
    return { failures: this.failures, log: this.log, entries, context: { quarantined, lost }, state };
  }
}

const lacking = (wanted, held) => wanted.filter((hash) => !held.includes(hash));

class Phone {
  constructor(play, frame, person, seed) {
    Object.assign(this, { play, frame, person, copy: null, pending: [], task: null, fear: Infinity });
    frame.begin(seed);
    this.app = frame.app;
    this.data = emptyData(this.app.ENROLMENT.steps);
    const { id, key, publicKey } = frame.newEnrolment();
    this.home = id;
    const identity = { device: id, former: [], person, label: "phone", key, publicKey };
    this.#inVault("identity", identity);
    this.#inVault(`rescue2:${play.world.bundle.rescue_key.n}`, "wrapped before");
    this.#boot();
  }

  #inVault(key, value) {
    this.data.get("vault").rows.set(JSON.stringify(key), { key, value });
  }

  /** A page opens: new connections over what is on the disk. */
  #boot() {
    const phone = this;
    this.life = {
      over: false,
      async step() {
        if (this.over) return new Promise(() => {}); // nothing a dead page began goes on
        if ((phone.fear -= 1) > 0) return undefined;
        phone.die();
        return new Promise(() => {});
      },
    };
    const life = this.life;
    this.frame.connect((path, options) => this.#send(life, path, options));
    const identity = this.data.get("vault").rows.get('"identity"').value;
    this.store = new this.app.Store({
      home: this.home, db: new MemoryDatabase(this.data, life), deviceKey: null, identity, vault: openVault,
    });
  }

  /** The page is gone between two of its operations, and is opened again. What was promised has to be there. */
  die() {
    this.life.over = true;
    this.fear = Infinity;
    this.task = null;
    this.writing = null;
    this.play.late.push(...this.pending.filter(({ answer }) => !answer));
    this.pending = [];
    this.#boot();
  }

  get isQuiet() {
    return !this.writing && (!this.task || this.pending.length > 0);
  }

  get hashes() {
    return [...this.data.get("entries").rows.values()].map(({ key }) => key).sort();
  }

  killAfter(steps) {
    if (steps === 0) return this.die();
    this.fear = steps;
    return undefined;
  }

  keep() {
    this.copy = copyOf(this.data);
  }

  restore() {
    if (!this.copy) return;
    this.die();
    this.data = copyOf(this.copy);
    this.#boot();
  }

  /** One record of the journal rots away on this phone. */
  loseOne(roll) {
    this.die();
    const { rows } = this.data.get("entries");
    const names = [...rows.keys()].sort();
    if (names.length > 0) rows.delete(names[Math.floor(roll * names.length)]);
  }

  write(kind, roll) {
    const { life, store } = this;
    this.writing = this.#append(store, kind, roll).then((entry) => {
      if (!life.over) this.play.promised.set(entry.hash, true);
    }, (error) => this.#broke("write", error)).finally(() => {
      if (!life.over) this.writing = null;
    });
  }

  async #append(store, kind, roll) {
    const { bundle, visit } = this.play.world;
    const entries = await store.entries(visit);
    return store.append(visit, ...draft(this.app, { kind, roll, bundle, entries, person: this.person, digest: this.play.world.digest }));
  }

  round(again) {
    if (this.task) return;
    const { life } = this;
    const reporter = { touched: async () => {}, sent: () => {} };
    const task = this.app.runRound(this.store, { again, reporter }).catch((error) => this.#broke("round", error)).finally(() => {
      if (this.task === task) this.task = null;
    });
    this.task = life.over ? null : task;
  }

  /** An error without a code is a fault of ours. */
  #broke(where, error) {
    if (!error.code || error instanceof DOMException) this.play.failures.push({ what: "broke", where, error: `${error} ${error.stack}` });
  }

  #send(life, path, { method = "GET", headers = {}, body }) {
    if (life.over) return new Promise(() => {});
    return new Promise((resolve, reject) => {
      const request = {
        person: this.person.id, method, path, etag: headers["If-None-Match"] ?? null, body: body === undefined ? null : JSON.parse(body),
        settle: (answer) => {
          this.#take(request);
          resolve(responseOf(answer));
        },
        fail: () => {
          this.#take(request);
          reject(new TypeError("Failed to fetch"));
        },
      };
      this.pending.push(request);
    });
  }

  #take(request) {
    this.pending = this.pending.filter((one) => one !== request);
  }

  /** What this phone holds in the end, what it still calls unfinished, and what it shows. */
  async view() {
    const { visit } = this.play.world;
    const [entries, bundle, context, tally] = await Promise.all([
      this.store.entries(visit), this.store.bundle(visit), this.store.context(visit), this.app.tally(this.store, visit),
    ]);
    const harmless = new Set(["quarantined", "provisional", "loss-detected", "chain-forked"]);
    const unsettled = tally.attention.filter(({ problem }) => !harmless.has(problem));
    if (tally.entriesHere > 0) unsettled.push({ problem: "unsent", entries: tally.entriesHere });
    const state = this.app.canonicalText(this.app.fold(bundle, entries, context));
    return { hashes: this.hashes, unsettled, state, context: { quarantined: context.quarantined, lost: context.lost } };
  }
}

/** What an officer would write next: `[kind, body]`. */
function draft(app, { kind, roll, bundle, entries, person, digest }) {
  const { items } = bundle.checklist;
  const own = items.filter(({ department }) => (department === person.department) === (kind !== "foreign"));
  const item = own[Math.floor(roll * own.length)].id;
  const replaced = new Set(entries.flatMap(({ body }) => body.replaces ?? []));
  const heads = entries.filter(({ kind: is, body, hash }) => is === "answer" && body.item === item && !replaced.has(hash));
  const answer = { item, verdict: ["pass", "fail", "na"][Math.floor(roll * 97) % 3], value: null, remark: "好", reason: "无", replaces: heads.map(({ hash }) => hash) };
  const bodies = {
    answer: () => ["answer", answer],
    foreign: () => ["answer", answer],
    note: () => ["note", { department: person.department, text: `记录 ${roll}` }],
    completed: () => ["department.completed", {
      department: person.department, results: {}, covers: app.coversOf(entries, digest),
      replaces: entries.filter(({ kind: is, body, hash }) => is === "department.completed" && body.department === person.department && !replaced.has(hash)).map(({ hash }) => hash),
    }],
  };
  return bodies[kind]();
}

function responseOf({ status, body, etag, portal }) {
  if (portal) return new Response("<title>Free Wi-Fi</title>", { status: 200, headers: { "Content-Type": "text/html" } });
  const headers = { "Content-Type": status >= 400 ? "application/problem+json" : "application/json", ...(etag && { ETag: etag }) };
  return new Response(status === 304 || status === 204 ? null : JSON.stringify(body), { status, headers });
}

const channel = new MessageChannel();
const waiting = [];
channel.port1.onmessage = () => waiting.shift()();

/** One turn of the event loop. */
function tick() {
  return new Promise((resolve) => {
    waiting.push(resolve);
    channel.port2.postMessage(null);
  });
}
