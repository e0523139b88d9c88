// When to exchange, and what to tell the screens about it. One tab at a time (Web Lock `sync:<device>`): on opening,
// when the network or the person comes back, after writing, by the button, every 3 s for an open visit, else seldom.

import { lostAccounts } from "../store/accounts.js";
import { bus } from "./bus.js";
import { exchange, poll } from "./exchange.js";
import { runRound } from "./round.js";
import { tally, visitsHere } from "./tally.js";
import { uploadEvidence, uploadIsDue } from "./uploads.js";

const POLL_MS = 3_000;
const ROUND_MS = 60_000;
const BACKOFF_MS = [5_000, 15_000, 30_000, 60_000, 120_000, 300_000];
const AFTER_WRITING_MS = 300;
const CLOCK_LIMIT_MS = 5 * 60_000;
const VISIT_IN_PATH = /\/visits\/([0-9a-f]{8}-[0-9a-f-]{27})/;

let current = null;

/** Begin to exchange for an open account; replaces what ran before. Returns a function that stops it. */
export function startSync(store) {
  current?.stop();
  const mine = new Exchange(store);
  current = mine;
  mine.begin();
  return () => mine.stop();
}

/** End the exchange: a round under way comes to its end, and none follows. */
export function stopSync() {
  current?.stop();
  current = null;
}

/** Exchange now; resolves when that round is over, however it ended. `button` sends refused things again. */
export function syncNow(reason = "button") {
  return current ? current.round(reason) : Promise.resolve();
}

/**
 * `{phase, counted, items, bytes, lastContact, problem, visits, clockSkew, ownSession}` as the screens show it.
 * Until `counted`, nobody knows yet what is on this phone only: nothing may be called stored.
 */
export function syncState() {
  return current ? current.state : restingState();
}

function restingState() {
  return {
    phase: "idle", counted: false, items: { done: 0, total: 0 }, bytes: { done: 0, total: 0 },
    lastContact: null, problem: null, clockSkew: null, ownSession: null, visits: {},
  };
}

class Exchange {
  state = restingState();
  #store;
  #session = null;
  #running = null;
  #wanted = null;
  #failures = 0;
  #timer = null;
  #writing = null;
  #stopped = false;
  #lost = false;
  #unlisten = [];

  constructor(store) {
    this.#store = store;
  }

  async begin() {
    this.#listen();
    try {
      await this.#recall();
    } catch (problem) {
      await this.#failed(problem);
    }
    await this.round("open");
  }

  /** What is known before any contact: what is here, when the server was last reached, and whether something is gone. */
  async #recall() {
    const [lastContact, clock, lost] = await Promise.all([
      this.#store.meta("last-contact"), this.#store.meta("clock"), lostAccounts(),
    ]);
    this.#lost = lost;
    this.#publish({ lastContact, clockSkew: clockSkew(clock), problem: lost ? "loss-detected" : null });
    await this.#countAll();
    await this.#store.sweep();
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#writing);
    this.#unlisten.forEach((unlisten) => unlisten());
  }

  /** One round at a time in this tab; what is asked for meanwhile runs right after it. */
  round(reason) {
    if (this.#running) {
      this.#wanted = this.#wanted === "button" ? "button" : reason;
      return this.#running;
    }
    clearTimeout(this.#timer);
    this.#running = this.#rounds(reason).finally(() => {
      this.#running = null;
      this.#schedule();
    });
    return this.#running;
  }

  async #rounds(reason) {
    for (let next = reason; next && !this.#stopped; next = this.#wanted) {
      this.#wanted = null;
      const options = next === "timer" ? { ifAvailable: true } : {};
      await navigator.locks.request(`sync:${this.#store.home}`, options, (lock) => lock && this.#guarded(next));
    }
  }

  /** Run one round and turn every way it may end into the state; nothing is thrown at the screens. */
  async #guarded(reason) {
    if (!navigator.onLine && reason !== "button") return this.#publish({ phase: "offline", problem: null });
    this.#publish({ phase: "syncing", ...this.#open() });
    try {
      this.#session = await runRound(this.#store, { again: reason === "button", reporter: this.#reporter() });
      await this.#reached();
    } catch (problem) {
      this.#session = null;
      await this.#failed(problem);
    }
  }

  async #reached() {
    this.#failures = 0;
    const lastContact = Date.now();
    await this.#store.putMeta("last-contact", lastContact);
    const skew = clockSkew(await this.#store.meta("clock"));
    const problem = this.#session.isOwn ? clockProblem(skew) ?? (this.#lost ? "loss-detected" : null) : "other-person";
    this.#publish({ phase: this.#restingPhase(problem), problem, lastContact, clockSkew: skew, ownSession: this.#session.isOwn });
  }

  async #failed(problem) {
    this.#failures += 1;
    if (!problem.code) console.error(problem); // a fault of ours, not of the network: leave its trace
    await this.#countAll().catch(() => {}); // the store itself may have failed
    const phase = problem.unreached ? "offline" : "attention";
    this.#publish({ phase, problem: problem.code ?? "sync-failed" });
  }

  #restingPhase(problem) {
    const needsPerson = problem || Object.values(this.state.visits).some(({ attention }) => attention.length > 0);
    return needsPerson ? "attention" : "idle";
  }

  #reporter() {
    return {
      touched: (visit) => this.#touched(visit),
      sent: (visit, bytes) => this.#publish({ bytes: { ...this.state.bytes, done: this.state.bytes.done + bytes } }),
    };
  }

  /** What lies before a round: the totals its progress is measured by. */
  #open() {
    const here = Object.values(this.state.visits);
    const total = here.reduce((n, { entriesHere, filesHere }) => n + entriesHere + filesHere, 0);
    const bytes = here.reduce((n, { bytesHere, bytesSent }) => n + bytesHere - bytesSent, 0);
    return { items: { done: 0, total }, bytes: { done: 0, total: bytes } };
  }

  async #touched(visit) {
    await this.#retally([visit]);
    const left = this.#open().items.total;
    this.#publish({ items: { total: Math.max(this.state.items.total, left), done: Math.max(this.state.items.total - left, 0) } });
  }

  async #countAll() {
    await this.#retally(await visitsHere(this.#store));
    this.#publish({ counted: true });
  }

  async #retally(visits) {
    const counted = await Promise.all(visits.map(async (visit) => [visit, await tally(this.#store, visit)]));
    this.#publish({ visits: { ...this.state.visits, ...Object.fromEntries(counted) } });
  }

  #publish(changes) {
    this.state = { ...this.state, ...changes };
    bus.emit("sync", { device: this.#store.home, state: this.state });
  }

  #listen() {
    const onDocument = () => document.visibilityState === "visible" && this.round("visible");
    const onOnline = () => this.round("online");
    const onOffline = () => this.#publish({ phase: "offline", problem: null });
    document.addEventListener("visibilitychange", onDocument);
    addEventListener("online", onOnline);
    addEventListener("offline", onOffline);
    this.#unlisten = [
      () => document.removeEventListener("visibilitychange", onDocument),
      () => removeEventListener("online", onOnline),
      () => removeEventListener("offline", onOffline),
      bus.on("journal", (news) => this.#heard(news)),
      bus.on("sync", ({ device, state }) => { if (device === this.#store.home) this.state = state; }),
      bus.on("account", () => this.#store.refresh().catch(() => {})),
    ];
  }

  /** Something was written in this tab or another: count it, and soon send it. */
  #heard({ visit, device, own }) {
    if (device !== this.#store.home || !own) return;
    clearTimeout(this.#writing);
    this.#writing = setTimeout(() => this.#sendSoon(visit), AFTER_WRITING_MS);
  }

  #schedule() {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tick(), this.#delay());
  }

  #delay() {
    if (this.#failures > 0) return BACKOFF_MS[Math.min(this.#failures, BACKOFF_MS.length) - 1] * (0.8 + 0.4 * Math.random());
    return visitInView() ? POLL_MS : ROUND_MS;
  }

  #tick() {
    const visit = visitInView();
    const stale = Date.now() - (this.state.lastContact ?? 0) > ROUND_MS;
    if (visit && !stale && this.#isReady()) return this.#forOne(visit, "timer", (session) => this.#pollOnce(session, visit));
    return this.round("timer");
  }

  /** What was just written goes by a round of its visit only, if the session is known; else by a whole round. */
  async #sendSoon(visit) {
    await this.#retally([visit]).catch(() => {});
    if (!this.#isReady()) return this.round("writing");
    return this.#forOne(visit, "writing", (session) => this.#sendOnce(session, visit));
  }

  #isReady() {
    return this.#session?.isOwn && this.#failures === 0 && !this.#running && navigator.onLine;
  }

  /** The light question of an open visit; only news make a round of that visit. */
  async #pollOnce(session, visit) {
    if (await poll(this.#store, session, visit)) await exchange(this.#store, session, visit);
  }

  async #sendOnce(session, visit) {
    await exchange(this.#store, session, visit);
    if (!await uploadIsDue(this.#store, visit)) return;
    await uploadEvidence(this.#store, session, visit, { progress: (bytes) => this.#reporter().sent(visit, bytes) });
  }

  /** Work on one visit, unless a round is running somewhere: then what is written joins the next one. */
  async #forOne(visit, reason, work) {
    const session = this.#session;
    try {
      const done = await navigator.locks.request(`sync:${this.#store.home}`, { ifAvailable: true }, async (lock) => {
        if (lock) await work(session);
        return Boolean(lock);
      });
      if (!done && reason === "writing") return this.round(reason);
      await this.#retally([visit]);
      this.#publish({ phase: this.#restingPhase(this.state.problem) });
    } catch (problem) {
      await this.#failed(problem);
    }
    this.#schedule();
  }
}

/** The visit whose page is open and visible in this tab. */
function visitInView() {
  if (document.visibilityState !== "visible") return null;
  return VISIT_IN_PATH.exec(location.pathname)?.[1] ?? null;
}

function clockSkew(clock) {
  return clock && Number.isFinite(clock.skew) ? clock.skew : null;
}

function clockProblem(skew) {
  return skew !== null && Math.abs(skew) > CLOCK_LIMIT_MS ? "clock-wrong" : null;
}
