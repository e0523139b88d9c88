// How far each department is, and what was signed: steps, officers, results, what a later change made outdated.
// See server/visits/folding/closing.py.

import { push } from "../roster.js";
import { deriveResult, mattersOf, outdated, signatureIsValid, STEPS as NEEDED } from "../rules.js";
import { sorted } from "../sort.js";
import { table } from "./findings.js";

const STEPS = {
  arrived: "visit.arrived",
  identity: "identity.shown",
  rights: "rights.informed",
  recusal: "recusal.asked",
  left: "visit.left",
  party: "party.present",
};
const STATES = { "department.completed": "completed", "department.absent": "absent", "department.reopened": "open" };

/** What touches each department, to be held against what a signature or a completion covers. */
export function readChanges(journal, effective, registers, evidence) {
  const touching = new Map();
  const supplements = new Map();
  const { items } = effective.roster;
  const touch = (departments, { hash }) => {
    for (const code of departments) if (code) push(touching, code, hash);
  };
  for (const { id, matters } of items.values()) {
    for (const entry of registers.get(`item:${id}`).members) touch(matters.keys(), entry);
  }
  for (const entry of effective.of("measure", "corrected")) touch(items.get(entry.body.item).matters.keys(), entry);
  for (const entry of effective.of("department.reopened")) touch([entry.body.department], entry);
  for (const { mark, shown } of evidence.withdrawals) {
    touch(items.get(shown.item || "")?.matters.keys() ?? [shown.department], mark);
  }
  for (const { body } of effective.of("supplement")) push(supplements, body.department, journal.covered(body.covers));
  return {
    /** Those of the departments that changed after what the entry covers. */
    outdated(entry, departments) {
      const closure = journal.covered(entry.body.covers);
      return departments.filter((code) => outdated(touching.get(code) || [], closure, supplements.get(code) || []));
    },
  };
}

/** The state of every department. */
export function foldDepartments(journal, effective, registers, items, changes) {
  const steps = readSteps(effective);
  const tookPart = readOfficers(journal, effective);
  const folded = table();
  for (const code of effective.roster.departments) {
    const { heads } = registers.get(`department:${code}`);
    const value = heads.length === 1 ? heads[0].value : null;
    const completed = value !== null && value.kind === "department.completed";
    const results = table();
    for (const [matter, rows] of mattersOf(items, effective.roster, code)) results[matter] = deriveResult(rows);
    folded[code] = {
      state: stateOf(heads),
      heads: heads.map((head) => head.entry.hash),
      reason: value?.body.reason ?? null,
      text: value?.body.text ?? null,
      outdated: completed && changes.outdated(value, [code]).length > 0,
      steps: steps.get(code),
      ready: NEEDED.every((step) => steps.get(code)[step].length > 0),
      officers: sorted(tookPart.get(code) || []),
      counts: countsOf(effective.roster.itemsOf(code).map((item) => items[item.id])),
      results,
      confirmed: completed ? value.body.results : null,
    };
  }
  return folded;
}

function stateOf(heads) {
  if (heads.length > 1) return "conflict";
  return heads.length ? STATES[heads[0].value.kind] : "open";
}

function readSteps(effective) {
  const steps = new Map();
  for (const code of effective.roster.departments) {
    steps.set(code, Object.fromEntries(Object.keys(STEPS).map((name) => [name, []])));
  }
  for (const [name, kind] of Object.entries(STEPS)) {
    for (const { hash, body } of effective.of(kind)) steps.get(body.department)[name].push(hash);
  }
  return steps;
}

/** Per department, its certified officers who showed their card and wrote or signed. */
function readOfficers(journal, effective) {
  const active = new Set(journal.accepted.map((entry) => entry.author));
  for (const { body } of effective.of("signature")) if (body.person && body.method !== "refused") active.add(body.person);
  const tookPart = new Map();
  for (const { body } of effective.of("identity.shown")) {
    for (const { person } of body.officers) {
      if (!active.has(person) || !effective.roster.members.get(person)?.certified.has(body.department)) continue;
      if (!tookPart.has(body.department)) tookPart.set(body.department, new Set());
      tookPart.get(body.department).add(person);
    }
  }
  return tookPart;
}

function countsOf(items) {
  const counts = { items: items.length, answered: 0, open: 0, exempt: 0, conflict: 0, pass: 0, fail: 0, na: 0, pending: 0 };
  for (const { state, verdict } of items) {
    counts[state] += 1;
    if (verdict !== null) counts[verdict] += 1;
  }
  return counts;
}

/** All signatures and refusals: whether each is valid, and for which departments outdated. */
export function foldSignatures(effective, evidence, changes) {
  const { members, departments } = effective.roster;
  const certified = new Set([...members].filter(([, member]) => member.certified.size).map(([person]) => person));
  return effective.of("signature").map((entry) => {
    const { covers, ...body } = entry.body;
    const scope = body.scope === "visit" ? departments : [body.scope];
    return {
      ...body,
      hash: entry.hash,
      author: entry.author,
      at: entry.at,
      valid: signatureIsValid(body, certified, evidence),
      outdated: sorted(changes.outdated(entry, scope)),
    };
  });
}

/** Entries that cover what is not here. */
export function problemsOfCovers(journal, effective) {
  const covering = effective.of("signature", "department.completed", "supplement", "visit.signed");
  return covering.flatMap(({ hash, body }) =>
    body.covers.heads
      .filter((head) => !journal.entries.has(head))
      .map((target) => ({ problem: "unknown-target", hash, target })),
  );
}
