/** Ask the page one is on again, soon and once, so that only what changed is swapped in. */
const DELAY_MS = 120;

const here = () => location.pathname + location.search;

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
    const place = here();
    await globalThis.htmx.ajax("GET", place, { swap: "none", headers: { "X-Live": "true" } });
    wanted ||= place !== here(); // the page one went to meanwhile may have been read before the news
  }
  timer = null;
}
