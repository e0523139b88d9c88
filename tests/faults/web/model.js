// A server as DESIGN §4 describes it, small enough to be run through ten thousand schedules.
// `test_schedules.py` gives the same requests to the real server and demands the same answers.

export class ModelServer {
  #app;
  #world;
  #state;

  constructor(app, world) {
    this.#app = app;
    this.#world = world;
    this.#state = { epoch: 1, devices: {}, entries: [], asides: [], lost: [] };
  }

  /** All it knows, for a backup. */
  backup() {
    return structuredClone(this.#state);
  }

  /** Yesterday's backup put back, under a new epoch as after every restore. */
  restore(backup) {
    this.#state = { ...structuredClone(backup), epoch: this.#state.epoch + 1 };
  }

  get hashes() {
    return this.#state.entries.map(({ entry }) => entry.hash);
  }

  /** What the fold of the server is given. */
  get journal() {
    return { entries: this.#state.entries.map(({ entry }) => entry), quarantined: this.#aside(), lost: this.#lost() };
  }

  /** `{status, body, etag}`. */
  handle(person, { method, path, body, etag }) {
    const visit = `/api/visits/${this.#world.visit}`;
    const url = new URL(path, "http://model");
    const routes = {
      "GET /api/session": () => this.#session(person),
      "POST /api/devices": () => this.#enrol(person, body),
      "GET /api/visits": () => ({ status: 200, body: { visits: [this.#line()], older: null } }),
      [`GET ${visit}/bundle`]: () => ({ status: 200, body: this.#world.bundle }),
      [`GET ${visit}/hashes`]: () => ({ status: 200, body: this.#hashes() }),
      [`GET ${visit}/entries`]: () => this.#page(Number(url.searchParams.get("after")), Number(url.searchParams.get("limit")), etag),
      [`POST ${visit}/entries`]: () => ({ status: 200, body: this.#push(body) }),
      [`POST ${visit}/receipts`]: () => ({ status: 200, body: { receipts: Object.fromEntries(body.hashes.map((hash) => [hash, "absent"])) } }),
    };
    if (/^\/api\/devices\/[^/]+\/reports$/.test(url.pathname)) return { status: 204, body: null };
    const route = routes[`${method} ${url.pathname}`];
    return route ? structuredClone(route()) : { status: 404, body: { code: "not-found" } };
  }

  #session(person) {
    const about = this.#world.people.find(({ id }) => id === person);
    const body = { person: about, csrf_token: "token", epoch: `epoch ${this.#state.epoch}`, nonce: this.#world.nonce };
    return { status: 200, body: { ...body, server_time: "2026-11-24T09:30:00+08:00" } };
  }

  #enrol(person, { id, public_key: key }) {
    const known = this.#state.devices[id];
    if (known && (known.person !== person || known.key.x !== key.x)) return { status: 409, body: { code: "device-taken" } };
    this.#state.devices[id] = { person, key };
    if (known) return { status: 201, body: {} };
    for (const row of this.#inChains(({ entry, reason }) => entry.device === id && reason === "device-unknown")) this.#stand(row);
    return { status: 201, body: {} };
  }

  #inChains(wanted) {
    return this.#state.entries.filter(wanted).sort((a, b) => a.entry.seq - b.entry.seq || (a.entry.hash < b.entry.hash ? -1 : 1));
  }

  #line() {
    const { visit, digest } = this.#world;
    const digests = { bundle_digest: digest, journal_digest: this.#digest(), held_digest: this.#app.journalDigest(this.#aside()) };
    return { id: visit, status: "open", date: "2026-11-24", slot: "09:30", ...digests };
  }

  #accepted() {
    return this.#state.entries.filter(({ position }) => position !== null).sort((a, b) => a.position - b.position);
  }

  #aside() {
    return this.#state.entries.filter(({ position }) => position === null).map(({ entry }) => entry.hash).sort();
  }

  #lost() {
    return [...this.#state.lost].sort((a, b) => (placeName(a) < placeName(b) ? -1 : 1));
  }

  #digest() {
    return this.#app.journalDigest(this.#accepted().map(({ entry }) => entry.hash));
  }

  #hashes() {
    const aside = this.#state.entries.filter(({ position }) => position === null);
    return {
      epoch: `epoch ${this.#state.epoch}`,
      journal_digest: this.#digest(),
      accepted: this.#accepted().map(({ entry }) => entry.hash).sort(),
      quarantined: this.#aside(),
      standings: Object.fromEntries(aside.map(({ entry, standing, reason }) => [entry.hash, { standing, reason }])),
      lost: this.#lost(),
    };
  }

  #page(after, limit, known) {
    const etag = `"${this.#digest()}-${this.#aside().join()}"`;
    if (known === etag) return { status: 304, body: null, etag };
    const rows = this.#accepted().filter(({ position }) => position > after);
    const more = rows.length > limit;
    const entries = rows.slice(0, limit).map(({ entry, position }) => ({ ...entry, position }));
    const aside = more ? [] : this.#state.entries.filter(({ position }) => position === null).map(({ entry }) => entry);
    return { status: 200, body: { entries, quarantined: aside, head: this.#accepted().length, more }, etag };
  }

  #push({ entries, lost = [] }) {
    for (const place of lost) this.#lose(place);
    const answer = { accepted: [], rejected: [] };
    const inOrder = [...entries].sort((a, b) => (
      a.device === b.device ? a.seq - b.seq || (a.hash < b.hash ? -1 : 1) : a.device < b.device ? -1 : 1));
    for (const entry of inOrder) {
      const said = this.#take(entry);
      if (said.problem) answer.rejected.push({ hash: entry.hash, id: entry.id, ...said });
      else answer.accepted.push(entry.hash);
    }
    return { ...answer, journal_digest: this.#digest(), epoch: `epoch ${this.#state.epoch}` };
  }

  #lose({ device, seq, hash }) {
    const known = this.#state.lost.some((one) => placeName(one) === placeName({ device, seq, hash }));
    if (!known && !this.hashes.includes(hash)) this.#state.lost.push({ device, seq, hash });
  }

  #take(entry) {
    const { entries } = this.#state;
    const held = entries.find((row) => row.entry.hash === entry.hash);
    if (held) return said(held);
    if (this.#app.hashEntry(entry) !== entry.hash) return { problem: "bad-hash" };
    if (entries.some((row) => row.entry.id === entry.id)) return { problem: "id-reused" };
    if (!this.#isLinked(entry)) return this.#unlinked(entry);
    const row = { entry, position: null };
    entries.push(row);
    this.#stand(row);
    this.#state.lost = this.#state.lost.filter((one) => (
      one.device !== entry.device || one.seq !== entry.seq || (one.hash !== null && one.hash !== entry.hash)));
    return said(row);
  }

  #isLinked({ device, seq, prev }) {
    if (seq === 1) return prev === null;
    const before = this.#state.entries.some(({ entry }) => entry.hash === prev && entry.device === device && entry.seq === seq - 1);
    return before || this.#state.lost.some((one) => one.device === device && one.seq === seq - 1 && one.hash === prev);
  }

  #unlinked({ device, seq, prev }) {
    if (prev === null || seq === 1 || this.hashes.includes(prev)) return { problem: "malformed" };
    const filled = new Set([...this.#state.entries.map(({ entry }) => entry), ...this.#state.lost]
      .filter((one) => one.device === device).map((one) => one.seq));
    let from = 1;
    while (from < seq && filled.has(from)) from += 1;
    return { problem: "seq-gap", resend_from: from < seq ? from : 1 };
  }

  #stand(row) {
    const device = this.#state.devices[row.entry.device];
    if (!device) return Object.assign(row, { standing: "provisional", reason: "device-unknown" });
    if (!this.#mayWrite(row.entry)) return Object.assign(row, { standing: "quarantined", reason: "not-allowed" });
    return Object.assign(row, { standing: "accepted", reason: null, position: this.#accepted().length + 1 });
  }

  /** Of the kinds the schedules write, only answers belong to a department. */
  #mayWrite({ author, kind, body }) {
    if (kind !== "answer") return true;
    const item = this.#world.bundle.checklist.items.find(({ id }) => id === body.item);
    return item.department === this.#world.people.find(({ id }) => id === author).department;
  }
}

const placeName = ({ device, seq, hash }) => `${device} ${String(seq).padStart(6, "0")} ${hash ?? ""}`;
const said = ({ entry, standing, reason }) => (standing === "accepted" ? {} : { problem: standing, reason });
