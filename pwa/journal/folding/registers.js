// Registers: what can be said twice. What supersedes what, which entries are heads, and what they say.
// See server/visits/folding/registers.py.

import { byUtf8 } from "../sort.js";

const OF_VISIT = ["visit.signed", "visit.reopened", "visit.aborted"];
const OF_DEPARTMENT = ["department.completed", "department.absent", "department.reopened"];
const KINDS = ["answer", "settlement", "statement", "measure", ...OF_VISIT, ...OF_DEPARTMENT];
const EMPTY = { members: [], heads: [] };

/**
 * All registers of a journal, by name: `get(name)` gives `members` and `heads`; a head is `{entry, value}`, the
 * value being the entry that holds it (another one if settled).
 */
export function readRegisters(journal, effective) {
  const problems = [];
  const entriesByName = new Map();
  for (const entry of effective.of(...KINDS).sort((a, b) => byUtf8(a.hash, b.hash))) {
    const name = registerOf(entry);
    if (!entriesByName.has(name)) entriesByName.set(name, new Map());
    entriesByName.get(name).set(entry.hash, entry);
  }
  const registers = new Map();
  for (const [name, entries] of entriesByName) registers.set(name, readRegister(name, entries, journal, problems));
  return { problems, get: (name) => registers.get(name) || EMPTY };
}

function readRegister(name, entries, journal, problems) {
  for (const entry of entries.values()) checkNames(name, entry, journal, problems);
  const values = readValues(entries, problems);
  const standing = [...entries.values()].filter((entry) => values.get(entry.hash));
  const superseded = new Set();
  for (const { hash, body } of standing) {
    for (const target of body.replaces || []) if (target !== hash && values.get(target)) superseded.add(target);
  }
  let heads = standing.filter((entry) => !superseded.has(entry.hash));
  if (standing.length && !heads.length) {
    problems.push({ problem: "cycle", register: name });
    heads = standing;
  }
  return { members: standing, heads: heads.map((entry) => ({ entry, value: values.get(entry.hash) })) };
}

/** Name what an entry replaces though it cannot: itself, what is not here, what is of another register. */
function checkNames(name, entry, journal, problems) {
  for (const target of new Set(entry.body.replaces || [])) {
    const named = journal.entries.get(target);
    let problem = null;
    if (target === entry.hash) problem = "cycle";
    else if (!named) problem = "unknown-target";
    else if (registerOf(named) !== name) problem = "foreign-register";
    if (problem) problems.push({ problem, hash: entry.hash, target });
  }
}

/** The entry that holds the value of each; null for a settlement that chooses nothing. */
function readValues(entries, problems) {
  const values = new Map();
  for (const key of entries.keys()) {
    const path = new Set();
    let step = key;
    while (step !== null && !values.has(step) && entries.get(step).kind === "settlement" && !path.has(step)) {
      path.add(step);
      step = choice(entries, entries.get(step));
    }
    let value = null;
    if (step !== null && !path.has(step)) {
      if (!values.has(step)) values.set(step, entries.get(step));
      value = values.get(step);
    }
    for (const settled of path) values.set(settled, value);
  }
  for (const [hash, value] of values) if (value === null) problems.push({ problem: "bad-choice", hash });
  return values;
}

function choice(entries, settlement) {
  const { chooses, replaces } = settlement.body;
  return entries.has(chooses) && replaces.includes(chooses) ? chooses : null;
}

/** The register an entry belongs to, whether or not it counts; null for one that belongs to none. */
export function registerOf({ unfit, kind, body }) {
  if (unfit !== null) return null;
  if (kind === "answer") return `item:${body.item}`;
  if (kind === "settlement") return body.register;
  if (OF_DEPARTMENT.includes(kind)) return `department:${body.department}`;
  if (OF_VISIT.includes(kind)) return "visit";
  if (kind === "measure") return `measure:${body.item}`;
  return kind === "statement" ? `statement:${body.department || ""}` : null;
}
