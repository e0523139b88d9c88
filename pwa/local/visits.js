/**
 * A visit as the pages see it: bundle, folded state, what the server holds, who is looking.
 * The fold is kept until the journal changes in this tab or another (the bus says so).
 */
import { coversOf, fold } from "../journal/fold.js";
import { readBundle } from "../journal/roster.js";
import { bus } from "../store/bus.js";
import { heldAsKnown, openLedger } from "../sync/ledger.js";
import { recordMark } from "../views/components.js";
import { metresBetween, moment } from "../views/format.js";
import { html } from "../views/html.js";
import { owns } from "../views/words.js";
import { Refusal } from "./refusal.js";

/** What the office decided meanwhile: the visit was called off, or the reader taken off its team. */
const ENDED = new Set(["cancelled", "left"]);

const folds = new Map();
const exercises = new Set();
const custodies = new Map();

bus.on("journal", ({ visit, entries = null }) => {
  if (!entries || entries.some(({ kind }) => kind === "evidence")) custodies.delete(visit);
  if (entries && folds.has(visit)) growBy(visit, entries);
  else folds.delete(visit);
});
bus.on("visits", () => folds.clear());
bus.on("sync", () => custodies.clear());
bus.on("account", () => {
  folds.clear();
  custodies.clear();
});

/** The visit, or null while its bundle has not been downloaded. */
export async function findVisit(store, id) {
  const [folded, custody] = await Promise.all([cached(folds, id, () => folding(store, id)), cached(custodies, id, () => custodyOf(store, id))]);
  return folded && visitView(store.person, folded, custody);
}

export async function openVisit(store, id) {
  const visit = await findVisit(store, id);
  if (visit) return visit;
  const listed = (await store.visits()).find((one) => one.id === id);
  throw listed?.release_at ? new Refusal("visit-withheld", { at: moment(listed.release_at) }) : new Refusal("visit-not-here");
}

/** Whether a visit that was opened is an exercise (演练): every screen of it says so. */
export const isExercise = (id) => exercises.has(id);

/** A promise per key, so that two askers share one reading; a failed reading is never kept. */
function cached(cache, key, read) {
  if (!cache.has(key)) {
    const reading = read().catch((error) => {
      if (cache.get(key) === reading) cache.delete(key);
      throw error;
    });
    cache.set(key, reading);
  }
  return cache.get(key);
}

/** What this tab has just written is folded in without reading the journal again: a tap must not wait for that. */
function growBy(visit, news) {
  const before = folds.get(visit);
  folds.delete(visit);
  cached(folds, visit, async () => {
    const folded = await before;
    return folded && foldedOf({ ...folded, entries: [...folded.entries.values(), ...news] });
  });
}

async function folding(store, id) {
  const [bundle, entries, context, listed] = await Promise.all([store.bundle(id), store.entries(id), store.context(id), store.visits()]);
  if (!bundle) return null;
  if (bundle.visit.training) exercises.add(id);
  const said = listed.find((visit) => visit.id === id)?.status;
  return foldedOf({
    id,
    ended: ENDED.has(said) ? said : null,
    bundle,
    context,
    digest: context.digest,
    entries,
    roster: readBundle(bundle),
    numbers: numbersOf(bundle),
    items: new Map(bundle.checklist.items.map((item) => [item.id, item])),
  });
}

function foldedOf({ bundle, context, entries, ...known }) {
  return { ...known, bundle, context, state: fold(bundle, entries, context), entries: new Map(entries.map((entry) => [entry.hash, entry])) };
}

async function custodyOf(store, id) {
  const [ledger, files] = await Promise.all([openLedger(store, id), store.evidenceList(id)]);
  return {
    held: await heldAsKnown(id, ledger),
    grades: new Map(files.map((file) => [file.sha256, file.grade])),
    percents: new Map(files.map((file) => [file.sha256, Math.floor((100 * (file.sent ?? 0)) / (file.bytes || 1))])),
  };
}

function visitView(person, folded, { held: there, grades, percents }) {
  const { bundle, state, numbers, items, entries } = folded;
  const member = bundle.team.find((one) => one.person === person.id);
  const department = member?.department ?? person.department;
  const order = orderFor(bundle, department);
  const own = order.filter((item) => owns(item, department));
  const markHash = (hash) => recordMark(there.has(hash));
  return {
    ...folded,
    person,
    member: member ?? null,
    department,
    grades,
    percents,
    leads: Boolean(member?.lead) || state.lists.takeovers.some((one) => one.author === person.id),
    deputises: Boolean(member?.deputy) && !state.lists.takeovers.some((one) => one.author === person.id),
    sealed: state.status === "signed",
    covers: () => coversOf([...entries.values()], folded.digest),
    itemOf: (id) => items.get(id),
    numberOf: (id) => numbers.get(id),
    nextOpen: (after) => nextOpen(state, own, after),
    neighbours: (id) => neighbours(order, id),
    entryMark: markHash,
    markOf: ({ heads, evidence }) => itemMark(heads, evidence, there, grades),
    metresTo: (location) => distanceTo(bundle.enterprise, location),
  };
}

/** Items as the reader goes through them: those of the own department first, each once. */
function orderFor(bundle, department) {
  const orders = new Map(bundle.departments.map(({ code, order }) => [code, order]));
  const rank = (item) => (owns(item, department) ? -1 : orders.get(item.department));
  return [...bundle.checklist.items].sort((a, b) => rank(a) - rank(b));
}

/** The numbers of the items, the same on phone, paper form and record: counted through, the lead's department first. */
export function numbersOf({ departments, checklist }) {
  const codes = [...departments].sort((a, b) => b.lead - a.lead || a.order - b.order || (a.code < b.code ? -1 : 1)).map(({ code }) => code);
  const items = codes.flatMap((code) => checklist.items.filter(({ department }) => department === code));
  return new Map(items.map(({ id }, index) => [id, index + 1]));
}

function nextOpen(state, own, after) {
  const open = own.filter((item) => ["open", "conflict"].includes(state.items[item.id].state) && item.id !== after);
  const place = own.findIndex((item) => item.id === after);
  return (open.find((item) => own.indexOf(item) > place) ?? open[0])?.id ?? null;
}

function neighbours(order, id) {
  const place = order.findIndex((item) => item.id === id);
  return { before: order[place - 1]?.id ?? null, after: order[place + 1]?.id ?? null };
}

function itemMark(heads, evidence, there, grades) {
  if (!heads.length && !evidence.length) return html``;
  const here = heads.some((one) => !there.has(one.hash)) || evidence.some((sha256) => ["local", "uploading", "gone"].includes(grades.get(sha256)));
  return recordMark(!here);
}

function distanceTo(enterprise, location) {
  if (enterprise.lat === null || enterprise.lat === undefined) return null;
  return metresBetween(location, enterprise);
}
