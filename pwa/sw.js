// The service worker: keeps the shell of the field app, version by version, and answers only GETs of that shell; and
// says that there is something new when the server wakes it.
// Data never depends on it: pages talk to IndexedDB and to /api themselves.

importScripts("/field/precache.js"); // self.PRECACHE = {version, files: [path…]}

const SHELL = "/field/";
const PREFIX = "liancha-shell-";
const CACHE = PREFIX + self.PRECACHE.version;
const FILES = new Set(self.PRECACHE.files);

/** Where the browser can (static routing), it takes the files of the app from the cache without asking this worker. */
const STRAIGHT = [{ condition: { urlPattern: { pathname: "/field/app/*" }, requestMethod: "GET" }, source: { cacheName: CACHE } }];

/** Who is answered from the cache, with what; the first that fits. Everything else goes to the network untouched. */
const DECISIONS = [
  { fits: ({ mode }, path) => mode === "navigate" && isPage(path), file: () => SHELL },
  { fits: (_request, path) => FILES.has(path), file: (path) => path },
];

self.addEventListener("install", (event) => {
  event.waitUntil(fetchShell());
  if (event.addRoutes) event.waitUntil(event.addRoutes(STRAIGHT));
});
self.addEventListener("activate", (event) => event.waitUntil(dropOldShells()));

/** A newer version waits until the page says that nothing is under way and the reader wants it. */
self.addEventListener("message", ({ data }) => data === "take-over" && self.skipWaiting());

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  const decision = DECISIONS.find(({ fits }) => fits(request, pathname));
  if (decision) event.respondWith(fromShell(decision.file(pathname), request));
});

/** The server says only that there is something new; what it is, is read after signing in. One notice, however many times. */
self.addEventListener("push", (event) => {
  const { text, url } = event.data.json();
  event.waitUntil(self.registration.showNotification(text, { tag: "messages", icon: "/static/icons/icon-192.png", data: url }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data));
});

/** A page of the app: /field or anything below it that is no file. */
function isPage(path) {
  return path.startsWith(SHELL) && !path.slice(path.lastIndexOf("/")).includes(".");
}

async function fetchShell() {
  const cache = await caches.open(CACHE);
  await cache.addAll([...FILES].map((path) => new Request(path, { cache: "reload" })));
}

/** The current shell and the one before it stay: a page that was opened from the old one may still load its parts. */
async function dropOldShells() {
  const shells = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(shells.slice(0, -1).map((name) => caches.delete(name)));
}

async function fromShell(path, request) {
  const current = await caches.open(CACHE);
  const kept = await current.match(path) ?? await caches.match(path);
  return kept ?? fetch(request);
}
