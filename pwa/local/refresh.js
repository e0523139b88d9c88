/** Ask the page one is on again, soon and once, so that only what changed is swapped in. */
const DELAY_MS = 120;

let timer = null;
let wanted = false;

export function refresh() {
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
