/** Ask the page one is on again, soon and once, so that only what changed is swapped in. */
const DELAY_MS = 120;

let timer = null;
let wanted = false;
let writes = 0;

/** A write is being answered, with the page as it has become: what it changes need not be asked again. */
export function answering(begins) {
  writes += begins ? 1 : -1;
}

export function refresh() {
  if (writes > 0) return;
  wanted = true;
  timer ??= setTimeout(run, DELAY_MS);
}

async function run() {
  while (wanted) {
    wanted = false;
    await globalThis.htmx.ajax("GET", location.pathname + location.search, { swap: "none", headers: { "X-Live": "true" } });
  }
  timer = null;
}
