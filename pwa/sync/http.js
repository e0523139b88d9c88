// One request to the server, and an honest reading of its answer. Whatever is not the server's own JSON
// (a captive portal's page, a proxy's error) is no success and no refusal: the server was not reached.

const TIMEOUT_MS = 30_000;

/** The server was not reached: nothing is wrong with what was to be sent. */
const UNREACHED = new Set(["offline", "timeout", "not-the-server", "server-error"]);

/** A request that did not succeed. `code` is the server's problem code, or why it was not reached. */
export class SyncProblem extends Error {
  constructor(code, { status = 0, detail = null } = {}) {
    super(code);
    this.name = "SyncProblem";
    this.code = code;
    this.status = status;
    this.detail = detail;
  }

  get unreached() {
    return UNREACHED.has(this.code);
  }
}

/** `{status, body, etag}` of a JSON call; 204 and 304 have no body. Throws SyncProblem. */
export async function call(path, options = {}) {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new DOMException("too slow", "TimeoutError")), options.timeout ?? TIMEOUT_MS);
  try {
    return await exchanged(path, options, limit.signal);
  } finally {
    clearTimeout(timer);
  }
}

async function exchanged(path, { method = "GET", json, headers = {} }, signal) {
  const response = await reach(path, {
    method,
    headers: { Accept: "application/json", ...(json === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
    body: json === undefined ? undefined : JSON.stringify(json),
    credentials: "same-origin",
    cache: "no-store",
    redirect: "error", // no call of the API is redirected; a captive portal's is
    signal,
  });
  if (response.status === 304 || response.status === 204) return { status: response.status, body: null, etag: response.headers.get("ETag") };
  const body = await content(response);
  if (!response.ok) throw problemOf(response.status, body);
  return { status: response.status, body, etag: response.headers.get("ETag") };
}

async function reach(path, options) {
  try {
    return await fetch(path, options);
  } catch (error) {
    throw new SyncProblem(error.name === "TimeoutError" ? "timeout" : "offline");
  }
}

async function content(response) {
  const type = response.headers.get("Content-Type") ?? "";
  if (!/^application\/(problem\+)?json\b/.test(type)) throw new SyncProblem("not-the-server", { status: response.status });
  try {
    return await response.json();
  } catch (error) {
    throw new SyncProblem(error.name === "TimeoutError" ? "timeout" : "not-the-server", { status: response.status });
  }
}

/** A list an answer must hold; without it the answer is not the server's. */
export function listIn(body, name) {
  if (!Array.isArray(body?.[name])) throw new SyncProblem("not-the-server");
  return body[name];
}

/** What a body that is not a success says; also used for answers to uploads. */
export function problemOf(status, body) {
  if (typeof body?.code !== "string") return new SyncProblem("not-the-server", { status });
  if (status === 507) return new SyncProblem("server-full", { status, detail: body.detail });
  if (status >= 500) return new SyncProblem("server-error", { status, detail: body.detail });
  return new SyncProblem(body.code, { status, detail: body.detail });
}
