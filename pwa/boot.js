/**
 * The entry of the field app: hands htmx the phone's own server, opens an account, starts the exchange,
 * and asks for the page the address names.
 */
import { currentLanguage, t } from "./i18n/index.js";
import { alerts, watch } from "./local/alerts.js";
import { app } from "./local/app.js";
import { behave } from "./local/behave.js";
import { flush } from "./local/drafts.js";
import { takeIcons } from "./local/icons.js";
import { resumeCapture } from "./local/capture.js";
import { begin, close, lockNow, notePlace, watchIdle } from "./local/locking.js";
import { watchPins } from "./local/pinpad.js";
import { refresh } from "./local/refresh.js";
import { createRouter } from "./local/router.js";
import { ROUTES } from "./local/routes.js";
import { isSomebodyElse, openSomebody, stay } from "./local/session.js";
import { watchUnsent } from "./local/unsent.js";
import { watchVersion } from "./local/version.js";
import { currentAccount } from "./store/accounts.js";
import { bus } from "./store/bus.js";
import { alertList } from "./views/alerts.js";
import { frame } from "./views/components.js";
import { brokenPage, failurePage, notice } from "./views/gate.js";

const { htmx } = globalThis;
const here = () => location.pathname + location.search;

const views = {
  frame: (page) => frame({ ...page, alerts: alertList(alerts()) }),
  failure(error) {
    report(error);
    return error.name === "StoreError" ? brokenPage(error.code) : failurePage({ code: error.code ?? error.name, params: error.params ?? {} });
  },
  notice(error) {
    report(error);
    return notice({ code: error.code ?? error.name, params: error.params ?? {} });
  },
};

const localFetch = createRouter(ROUTES, views, here);

function report(error) {
  if (error.name !== "Refusal" && error.name !== "StoreError") console.error(error);
}

/** Every request under /field/ is answered in the page; the files of the shell are no requests of htmx. */
document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  const { pathname } = new URL(ctx.request.action || here(), location.href);
  if (pathname === "/field" || pathname.startsWith("/field/")) ctx.fetch = localFetch;
});

/** What a reader opened or folded away stays so when its part is swapped; what a search or filter found is shown. */
htmx.registerExtension("keep-open", {
  htmx_before_morph_attr: (element, { attrName }) => attrName !== "open" || element.tagName !== "DETAILS" || "found" in element.dataset,
});

function go(address, history = {}) {
  return htmx.ajax("GET", address, { target: "#screen", swap: "outerSync", ...history });
}

/** Addresses of the gate itself: behind it the person goes on where they were. */
const GATES = /^\/field\/(people|colleague|enrol|who)\b/;

function listen() {
  bus.on("journal", refresh);
  bus.on("visits", refresh);
  bus.on("sync", refresh);
  bus.on("account", onAccount);
  bus.on("store", ({ problem }) => {
    app.shut(() => brokenPage(problem));
    go(here());
  });
  document.addEventListener("locked", () => go(here()));
  document.addEventListener("opened", ({ detail: { place } }) => opened(place));
  document.addEventListener("htmx:after:swap", notePlace);
  watchIdle(lockAgain);
  watchUnsent();
}

/** Another tab has locked, or opened somebody else's account: so does this one, unless something runs in it. */
async function onAccount({ device }) {
  if (!app.store || device === app.store.home || app.busy) return;
  await close();
  await go(here());
}

async function lockAgain() {
  await lockNow();
  await go(here());
}

/** The right PIN was given: on with the page one was on, or with the place where this person was. */
async function opened(place) {
  stay();
  if (await resumeCapture(app.store)) return;
  await (GATES.test(location.pathname) ? go(place, { push: "true" }) : go(here()));
}

async function start() {
  document.documentElement.lang = currentLanguage();
  document.querySelector("#loading").textContent = t("loading");
  behave(document.body);
  watchPins(document.body);
  takeIcons(document.body).catch(report); // words stand beside every icon
  addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", flush);
  const store = await openSomebody();
  if (store) await begin(store);
  await go(here());
  notePlace();
  listen();
  watch();
  if (store) await resumeCapture(store).catch(report);
  const account = await currentAccount().catch(() => null); // a broken store has said so already
  if (account && await isSomebodyElse(account.person)) await go("/field/who", { push: "true" });
}

navigator.serviceWorker?.register("/field/sw.js", { scope: "/field/" }).then(watchVersion).catch((error) => console.warn("no service worker", error));
await start();
