/**
 * What is typed and not yet saved, per visit and form: kept in memory for the pages and in the
 * store for the day this page is killed. A draft is never a record; saving the form drops it.
 */
const SCOPE = "drafts";
const DELAY_MS = 250;

const memory = new Map();
const waiting = new Map();

/** All drafts of a visit: {form: {field: value}}. */
export async function draftsOf(store, visit) {
  const key = place(store, visit);
  if (!memory.has(key)) {
    const kept = await store.draft(`${SCOPE}/${visit}`);
    if (!memory.has(key)) memory.set(key, kept ?? {});
  }
  return memory.get(key);
}

/** Note what a form holds now; it reaches the disk shortly, or at once through `flush`. */
export async function noteDraft(store, visit, form, values) {
  const drafts = await draftsOf(store, visit);
  change(store, visit, { ...drafts, [form]: { ...drafts[form], ...values } });
}

export async function dropDraft(store, visit, form) {
  const { [form]: dropped, ...rest } = await draftsOf(store, visit);
  if (!dropped) return; // most answers are a tap: nothing was typed, nothing waits to be written
  change(store, visit, rest);
  await flush();
}

/** Write everything that waits: before the page hides, and after a form was saved. */
export function flush() {
  const jobs = [...waiting.values()];
  waiting.clear();
  return Promise.all(jobs.map(({ timer, write }) => {
    clearTimeout(timer);
    return write();
  }));
}

/** Nothing typed stays in memory while the app is locked; the store has it. */
export function forgetDrafts() {
  memory.clear();
}

function change(store, visit, drafts) {
  const key = place(store, visit);
  memory.set(key, drafts);
  clearTimeout(waiting.get(key)?.timer);
  const write = () => store.putDraft(`${SCOPE}/${visit}`, memory.get(key));
  waiting.set(key, { write, timer: setTimeout(() => {
    waiting.delete(key);
    write().catch(() => {}); // the store itself tells that it failed; the words are still on the screen
  }, DELAY_MS) });
}

function place(store, visit) {
  return `${store.home}/${visit}`;
}
