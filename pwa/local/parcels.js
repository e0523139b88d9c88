/**
 * The file being made or taken in, as the pages show it: one at a time, for as long as this page is open.
 * The work runs beside the requests, since it may take minutes and says how far it is.
 */
import { thisBrowser } from "./browser.js";
import { download } from "./downloads.js";
import { refresh } from "./refresh.js";
import { Refusal } from "./refusal.js";

let job = null;
let picked = null;

/** `{kind, of, phase: working|done|failed, done, total, problem, …what the work gave}` of this kind of work, or null. */
export function jobOf(kind, of = null) {
  return job?.kind === kind && job.of === of ? job : null;
}

/** Begin: `work(progress)` gives what the pages are to show. */
export function begin(kind, of, work) {
  if (job?.phase === "working") throw new Refusal("parcel-busy");
  const mine = { kind, of, phase: "working", done: 0, total: 0, problem: null };
  const progress = (done, total) => {
    Object.assign(mine, { done, total });
    refresh();
  };
  job = mine;
  work(progress).then((result) => Object.assign(mine, result, { phase: "done" }), (error) => {
    if (!error.code) console.error(error);
    Object.assign(mine, { phase: "failed", problem: error.code ?? error.name });
  }).finally(refresh);
}

/** Put away what was made or shown, so that the page begins anew. */
export function putAway() {
  if (job?.phase !== "working") job = null;
}

/** The file chosen to be taken in, or null. */
export const pickedFile = () => picked;

export function choose(file) {
  picked = file;
  putAway();
  refresh();
}

/** Whether this phone's share sheet takes files at all. */
function canShareFiles() {
  return fitting(named(new Blob(["0"]), "0")) !== null;
}

/** Give the file to the share sheet. A person who closes it again has done nothing wrong. */
export async function share({ blob, name }) {
  try {
    await navigator.share({ files: [fitting(named(blob, name))] });
  } catch (error) {
    if (error.name !== "AbortError") save({ blob, name });
  }
}

/** Put the file among the downloads of this phone. */
export function save({ blob, name }) {
  download(named(blob, name)[0]);
}

/** The same bytes under the names they may travel by: Chromium shares only types it knows, text among them. */
function named(blob, name) {
  return [new File([blob], `${name}.liancha`, { type: "application/octet-stream" }), new File([blob], `${name}.liancha.txt`, { type: "text/plain" })];
}

function fitting(files) {
  return files.find((file) => navigator.canShare?.({ files: [file] })) ?? null;
}

/** What names a file: the number of its visit or the person, and the minute. */
export function fileName(kind, what, now = new Date()) {
  const two = (n) => String(n).padStart(2, "0");
  return `${kind}-${what}-${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}-${two(now.getHours())}${two(now.getMinutes())}`.replace(/[\\/:*?"<>|\s]/g, "_");
}

/** How files leave this phone and come to it: not at all where another app's window holds the page. */
export const waysOfFiles = () => ({ shares: canShareFiles(), embedded: thisBrowser().host !== null });

