/**
 * The phone's own server: a table of routes, and the one function that answers
 * what htmx asks for under /field/. Knows HTTP's shape (a request in, a Response
 * out), nothing about what the pages say.
 *
 * A handler gets {method, url, params, query, form} and answers with
 *   a page    {title, render}   shown whole, or as the parts that changed;
 *   DONE                        a write is durable: its form is empty again, the page one is on is asked again;
 *   KEPT                        a draft was noted: the page one is on is asked again;
 *   see(path)                   a write is durable: go there;
 *   a Response                  as it is.
 */
import { Refusal } from "./refusal.js";
import { composed, show, update } from "./live.js";
import { answering } from "./refresh.js";

export const DONE = Symbol("done");
export const KEPT = Symbol("kept");

/** Answer a write by going to another page, in place of the one it came from. */
export function see(path) {
  const there = { path: encodeURI(path), target: "#screen", swap: "outerSync show:top", replace: path };
  return new Response("", { status: 200, headers: { "HX-Location": JSON.stringify(there) } });
}

/**
 * @param routes [[method, "/field/visits/:visit", handler]…]
 * @param views {frame(page) → html of <main id="screen">, failure(problem) → page,
 *               notice(problem) → html of the notice}
 * @param here () → path and query of the page the reader is on
 */
export function createRouter(routes, views, here) {
  let failed = false;
  const table = routes.map(([method, pattern, handler]) => ({ method, handler, ...matcher(pattern) }));

  function find(method, path) {
    for (const route of table) {
      const match = route.method === method && route.regexp.exec(path);
      if (match) {
        const values = match.slice(1).map(decodeURIComponent);
        return { handler: route.handler, params: Object.fromEntries(route.names.map((n, i) => [n, values[i]])) };
      }
    }
    throw new Refusal("no-such-page");
  }

  async function answer(method, address, form) {
    const url = new URL(address, "http://phone");
    const { handler, params } = find(method, url.pathname);
    return handler({ method, url, params, query: url.searchParams, form });
  }

  async function page(address, live) {
    const result = await answer("GET", address, new URLSearchParams());
    if (live && placeOf(address) !== here()) return fragment("", null); // the reader has left it meanwhile
    return result instanceof Response ? result : rendered(result, address, live, result.title);
  }

  function rendered(what, address, live, title, status) {
    const made = composed(() => views.frame(what));
    return fragment((live ? update : show)(made, placeOf(address)), title, status);
  }

  /** A page that could not be made says so; one that is shown already stays, and a notice says so. */
  async function read(address, live) {
    try {
      const made = await page(address, live);
      failed = false;
      return made;
    } catch (error) {
      if (live && !failed) return refused(error);
      failed = true;
      return rendered(views.failure(error), address, live, null, statusOf(error));
    }
  }

  async function write(method, address, form) {
    answering(true);
    try {
      const result = await answer(method, address, form);
      if (result !== DONE && result !== KEPT) return result;
      const changes = await page(here(), true);
      changes.headers.set("HX-Trigger", result === DONE ? "saved" : "noted");
      return changes;
    } catch (error) {
      return refused(error);
    } finally {
      answering(false);
    }
  }

  function refused(error) {
    const text = `<hx-partial hx-target="#notice" hx-swap="innerHTML">${views.notice(error)}</hx-partial>`;
    const trigger = JSON.stringify({ refused: { field: error.field ?? "" } });
    return new Response(text, { status: 200, headers: { ...HTML, "HX-Trigger": trigger } });
  }

  /** The `fetch` that htmx is handed for everything under /field/. */
  return async function localFetch(address, { method = "GET", body = null, headers = {} } = {}) {
    if (method === "GET") return read(address, headers["X-Live"] === "true");
    return write(method, address, body ?? new URLSearchParams());
  };
}

const HTML = { "Content-Type": "text/html; charset=utf-8" };

function fragment(text, title, status = 200) {
  const head = title ? `<title>${escapeTitle(title)}</title>` : "";
  return new Response(text && head + text, { status, headers: HTML });
}

/** Path and query of an address, as `here()` gives them. */
function placeOf(address) {
  const { pathname, search } = new URL(address, "http://phone");
  return pathname + search;
}

function escapeTitle(title) {
  return title.replace(/[&<]/g, (sign) => (sign === "&" ? "&amp;" : "&lt;"));
}

function statusOf(error) {
  return error instanceof Refusal && error.code === "no-such-page" ? 404 : 500;
}

/** "/field/visits/:visit" → the pattern and the names of its holes. */
function matcher(pattern) {
  const names = [];
  const source = pattern.replace(/:([a-z]+)/g, (_, name) => {
    names.push(name);
    return "([^/]+)";
  });
  return { regexp: new RegExp(`^${source}/?$`), names };
}
