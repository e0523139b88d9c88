// Parts of a page that follow what happens: an element with `data-etag` is asked for again only if it has changed,
// and not while nobody looks. The tag is sent by hand, so that a 304 reaches htmx, which then swaps nothing.

document.addEventListener("htmx:config:request", (event) => {
  const { sourceElement, request } = event.detail.ctx;
  const tag = sourceElement.dataset?.etag;
  if (tag === undefined) return;
  if (document.hidden) event.preventDefault();
  request.headers["If-None-Match"] = tag;
});

document.addEventListener("htmx:after:request", (event) => {
  const { sourceElement, response } = event.detail.ctx;
  if (sourceElement.dataset?.etag === undefined) return;
  const failed = response.status >= 500;
  sayLost(failed);
  if (failed) event.preventDefault(); // what is shown stays
  const tag = response.headers.get("ETag");
  if (tag) sourceElement.dataset.etag = tag;
});

document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx?.sourceElement.dataset?.etag !== undefined) sayLost(true);
});

// A page that no longer follows says so.
function sayLost(lost) {
  document.getElementById("live-lost").hidden = !lost;
}

// What a reader has folded open or shut stays so when the part around it changes.
window.htmx.config.morphIgnore.push("open");
