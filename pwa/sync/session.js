// The server's session as seen from the phone: whose it is, the CSRF token, the epoch, the nonce, and the clocks.

import { call, SyncProblem } from "./http.js";

/** Open the session anew and keep what new entries and screens need of it. Throws SyncProblem("sign-in") without one. */
export async function openSession(store) {
  const session = new Session(store);
  await session.renew();
  return session;
}

class Session {
  #store;
  #answer = null;

  constructor(store) {
    this.#store = store;
  }

  get epoch() {
    return this.#answer.epoch;
  }

  get csrf() {
    return this.#answer.csrf_token;
  }

  /** False when somebody else is signed in: then this phone pushes, but takes nothing. */
  get isOwn() {
    return this.#answer.person.id === this.#store.person.id;
  }

  async renew() {
    const asked = Date.now();
    const { body } = await call("/api/session");
    if (typeof body?.person?.id !== "string" || typeof body.csrf_token !== "string") throw new SyncProblem("not-the-server");
    this.#answer = body;
    await this.#store.putMeta("nonce", body.nonce ?? null);
    await this.#store.putMeta("clock", { skew: (asked + Date.now()) / 2 - Date.parse(body.server_time), at: Date.now() });
    if (body.rescue_key) await this.#store.putRescueKey(body.rescue_key);
  }

  get(path, options) {
    return call(path, options);
  }

  /** A write; where the token is stale, fetch the session again and repeat it. */
  async post(path, json) {
    return this.withToken((csrf) => call(path, { method: "POST", json, headers: { "X-CSRFToken": csrf } }));
  }

  /** Run `work(csrf)`, once more with a fresh token if the server says that it is stale. */
  async withToken(work) {
    try {
      return await work(this.csrf);
    } catch (problem) {
      if (problem.code !== "csrf-stale") throw problem;
    }
    await this.renew();
    return work(this.csrf);
  }
}
