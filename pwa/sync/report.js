// What the office sees of this phone: how much of its work is here only, said when it changed and else once a minute.

import { tally, visitsHere } from "./tally.js";

const SHELLS = "liancha-shell-"; // as the service worker names what it keeps
const MINUTE_MS = 60_000;
const VERSION_LENGTH = 32;

/** Tell the server, `again` even where nothing changed. Throws SyncProblem("device-revoked") where the office has ended this enrolment. */
export async function report(store, session, { again = false } = {}) {
  const figures = { ...await unsent(store), version: await shellVersion() };
  const said = await store.meta("reported");
  if (!again && said?.device === store.device && Date.now() - said.at < MINUTE_MS && isSame(said.figures, figures)) return;
  await store.putMeta("reported", null); // said is only what was answered
  await session.post(`/api/devices/${store.device}/reports`, figures);
  await store.putMeta("reported", { device: store.device, at: Date.now(), figures });
}

/** `{entries, files, bytes}` over all visits of the account. */
async function unsent(store) {
  const counted = await Promise.all((await visitsHere(store)).map((visit) => tally(store, visit)));
  const sum = (name) => counted.reduce((total, one) => total + one[name], 0);
  return { entries: sum("entriesHere"), files: sum("filesHere"), bytes: sum("bytesHere") };
}

/** The newest shell kept here, by its version; nothing where the browser keeps none. */
async function shellVersion() {
  const shells = (await globalThis.caches?.keys() ?? []).filter((name) => name.startsWith(SHELLS));
  return (shells.at(-1) ?? "").slice(SHELLS.length).slice(0, VERSION_LENGTH);
}

function isSame(before, now) {
  return Object.keys(now).every((name) => before[name] === now[name]);
}
