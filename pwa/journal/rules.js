// The law of a visit: who may write what, what an answer is worth, what stands in the way of a sign-off.
// The same as server/visits/rules.py, whose docstrings give the sources; tests/vectors/ keeps the two equal.

import { isRecord } from "./canonical.js";
import { push, readBundle, readTeam } from "./roster.js";
import { problemOfBody } from "./schemas.js";

export const MARKET_REGULATION = "SCJG";
export const LEADING = new Set(["settlement", "visit.signed", "visit.reopened", "visit.aborted"]);
export const OF_ITEM = new Set(["answer", "measure", "corrected"]);
export const OF_DEPARTMENT = new Set([
  "visit.arrived", "identity.shown", "rights.informed", "recusal.asked", "visit.left", "party.present",
  "note", "clue", "sample", "inquiry", "survey", "served", "measure", "supplement", "recording",
  "department.completed", "department.reopened",
]);
export const OF_DEPARTMENT_OR_LEAD = new Set(["department.absent", "officer.substituted"]);
export const STEPS = ["arrived", "identity", "rights", "recusal", "party"];

// Who may write what

/** Whether the author of a genuine entry had the right to write it; `team` is the bundle's own if not given. */
export function mayWrite(bundle, entry, team = null) {
  const roster = readBundle(bundle);
  const member = (team ? readTeam(team) : roster.members).get(entry.author);
  if (!member) return false;
  return problemOfBody(entry.kind, entry.body) !== null || hasRight(roster, member, entry.kind, entry.body);
}

/** Whether a member may write an entry of this kind; the body fits its kind's schema. */
export function hasRight(roster, member, kind, body) {
  const leads = member.lead || member.deputy;
  const own = (code) => member.departments.has(code);
  if (LEADING.has(kind)) return leads;
  if (kind === "lead.taken-over") return member.deputy;
  if (OF_ITEM.has(kind) && !ownsItem(roster, member, body.item)) return false;
  if (OF_DEPARTMENT.has(kind)) return own(body.department);
  if (OF_DEPARTMENT_OR_LEAD.has(kind)) return leads || own(body.department);
  if (kind === "signature") return body.scope === "visit" || leads || own(body.scope);
  if (kind === "evidence" || kind === "statement" || kind === "expert.opinion") {
    return body.department === undefined || body.department === null || own(body.department);
  }
  return true;
}

/** Whether the item is the member's department's, alone or with others; one that nobody knows is nobody's. */
export function ownsItem(roster, member, item) {
  return !roster.items.has(item) || [...roster.items.get(item).matters.keys()].some((code) => member.departments.has(code));
}

// What an answer is worth

/** `pass` or `fail` of a reading against its limits, both inclusive; null where nothing can be judged. */
export function judgeNumber(answer, value) {
  const low = Number.isInteger(answer.min) ? answer.min : null;
  const high = Number.isInteger(answer.max) ? answer.max : null;
  if (!Number.isInteger(value) || (low === null && high === null)) return null;
  return (low !== null && value < low) || (high !== null && value > high) ? "fail" : "pass";
}

/** What an answer lacks, or null; `answer` is the item's answer type, `said` the body of an answer. */
export function problemOfAnswer(answer, said) {
  if (said.verdict === "na" && !said.reason) return "reason-missing";
  if (said.verdict === "fail" && !said.remark) return "words-missing";
  if (said.verdict === "na" || said.verdict === "pending") return null;
  return problemOfValue(answer, said);
}

function problemOfValue(answer, said) {
  const { type } = answer;
  const value = said.value ?? null;
  if (type !== "number" && type !== "choice" && type !== "text") return null;
  if (value === null || value === "") return "value-missing";
  if ((typeof value === "string") === (type === "number")) return "value-unfit";
  const given = type === "number" ? judgeNumber(answer, value) : resultOfChoice(answer, value);
  if (type === "choice" && given === null) return "value-unfit";
  return given !== null && given !== said.verdict && !said.override ? "override-missing" : null;
}

/** The result of the option chosen; null for a text, which has no options. */
function resultOfChoice(answer, value) {
  for (const option of Array.isArray(answer.options) ? answer.options : []) {
    if (isRecord(option) && option.value === value) return typeof option.result === "string" ? option.result : null;
  }
  return null;
}

// Results per matter

/** The national result code of a matter from its folded items; null while one is open or in conflict. */
export function deriveResult(items) {
  const due = items.filter((item) => item.state !== "exempt");
  if (!due.length) return "X2";
  if (due.some((item) => item.state !== "answered")) return null;
  const verdicts = new Set(due.map((item) => item.verdict));
  if (verdicts.has("pending")) return "R8";
  if (verdicts.has("fail")) {
    const failed = due.filter((item) => item.verdict === "fail");
    return failed.every((item) => item.measures.length || item.corrected.length) ? "R5" : "R8";
  }
  return isAll(verdicts, "na") && due.every((item) => item.heads[0].act) ? "R7" : "R1";
}

/** The codes a department may confirm for a matter, the derived one among them; empty while it has none. */
export function allowedResults(department, items) {
  const derived = deriveResult(items);
  if (derived === null || derived === "X2") return derived ? [derived] : [];
  const verdicts = new Set(items.filter((item) => item.state === "answered").map((item) => item.verdict));
  const failed = verdicts.has("fail");
  const allowed = [derived, "R6"];
  if (failed && !verdicts.has("pending")) allowed.push("R5", "R8");
  if (isAll(verdicts, "na")) allowed.push("R1", "R7");
  if (department === MARKET_REGULATION) allowed.push("R4", ...(failed ? ["R2", "R3"] : []));
  return [...new Set(allowed)].sort();
}

function isAll(verdicts, verdict) {
  return verdicts.size === 1 && verdicts.has(verdict);
}

/** The results of a department present at an aborted visit: a Map of matter to R4, R6 or X2. */
export function resultsOfAbort(roster, department, code) {
  const matters = new Map();
  if (code === "R4" && department !== MARKET_REGULATION) return matters;
  for (const item of roster.itemsOf(department)) {
    for (const matter of item.matters.get(department)) {
      if (!item.exempt || code === "R4") matters.set(matter, code);
      else if (!matters.has(matter)) matters.set(matter, "X2");
    }
  }
  return matters;
}

// Outdated

/** Whether one of the entries that touch a department is outside the closure and in no supplement's closure. */
export function outdated(touching, closure, supplements) {
  return touching.some((hash) => !closure.has(hash) && !supplements.some((supplement) => supplement.has(hash)));
}

/** Whether a signature has what makes it one: strokes, a photographed page, or a valid refusal. */
export function signatureIsValid(body, officers, evidence) {
  if (body.method === "screen") return Boolean(body.drawing) && body.drawing.strokes.some((stroke) => stroke.length);
  if (body.method === "paper") return Object.values(evidence).some((held) => held.entries.includes(body.page));
  return refusalIsValid(body.refusal, officers, evidence);
}

function refusalIsValid(refusal, officers, evidence) {
  if (!refusal || new Set(refusal.officers.filter((person) => officers.has(person))).size < 2) return false;
  if (refusal.witness) return true;
  const video = refusal.video ? evidence[refusal.video] : undefined;
  return Boolean(video) && video.withdrawn === null && /^(video|audio)\//.test(video.type);
}

// What stands in the way of a sign-off

/** What a sign-off of this state would lack; `abort` is the code of an aborted visit, or null. */
export function blockers(state, roster, abort) {
  if (abort !== null) return blockersOfAbort(state, abort);
  const found = [];
  const present = roster.departments.filter((code) => state.departments[code].state !== "absent");
  for (const code of present) {
    found.push(
      ...blockersOfDepartment(state, code),
      ...blockersOfItems(state, roster, code),
      ...blockersOfParty(state, code),
      ...blockersOfOfficersSignatures(state, roster, code),
      ...blockersOfResults(state, roster, code),
    );
  }
  if (!present.some((code) => state.departments[code].state === "completed")) found.push({ code: "nobody-present" });
  return found;
}

function blockersOfAbort(state, abort) {
  const [wanted, kind] = abort === "R4" ? [2, "image/"] : [1, "video/"];
  const held = Object.values(state.evidence).filter((one) => one.withdrawn === null && one.type.startsWith(kind));
  return held.length >= wanted ? [] : [{ code: "abort-evidence-missing", abort }];
}

function blockersOfDepartment(state, code) {
  const department = state.departments[code];
  const found = [];
  if (department.state === "open" || department.state === "conflict") found.push(`department-${department.state}`);
  if (department.outdated) found.push("department-outdated");
  for (const step of STEPS) {
    if (!department.steps[step].length) found.push(`${step === "arrived" ? "arrival" : step}-missing`);
  }
  if (department.officers.length < 2) found.push("too-few-officers");
  return found.map((name) => ({ code: name, department: code }));
}

function blockersOfItems(state, roster, code) {
  const found = [];
  for (const item of roster.itemsOf(code)) {
    const folded = state.items[item.id];
    const named = { department: code, item: item.id };
    if (folded.state === "open" || folded.state === "conflict") found.push({ code: `item-${folded.state}`, ...named });
    if (folded.state !== "answered") continue;
    const why = problemOfAnswer(item.answer, folded.heads[0]);
    if (why) found.push({ code: "answer-incomplete", why, ...named });
    if (folded.photo_missing) found.push({ code: "photo-missing", ...named });
  }
  return found;
}

function blockersOfParty(state, code) {
  const signed = state.signatures.filter((one) => one.role === "party" && (one.scope === "visit" || one.scope === code));
  const valid = signed.filter((one) => one.valid);
  if (valid.some((one) => !one.outdated.includes(code))) return [];
  if (valid.length) return [{ code: "signature-outdated", department: code, role: "party" }];
  const refused = signed.filter((one) => one.method === "refused");
  if (refused.length) return refused.map((one) => ({ code: "refusal-invalid", department: code, hash: one.hash }));
  return [{ code: "party-unsigned", department: code }];
}

function blockersOfOfficersSignatures(state, roster, code) {
  const signers = new Map();
  for (const one of state.signatures) {
    if ((one.role !== "inspector" && one.role !== "lead") || !one.valid || !speaksFor(one, roster, code)) continue;
    const signer = one.person || one.name;
    const key = `${one.role} ${signer}`;
    if (!signers.has(key)) signers.set(key, { role: one.role, signer, fresh: false });
    signers.get(key).fresh ||= !one.outdated.includes(code);
  }
  return [...signers.values()]
    .filter((one) => !one.fresh)
    .map(({ role, signer }) => ({ code: "signature-outdated", department: code, role, signer }));
}

function speaksFor(signature, roster, code) {
  if (signature.scope !== "visit" || signature.role === "lead") return signature.scope === "visit" || signature.scope === code;
  const member = roster.members.get(signature.person || "");
  return !member || member.departments.has(code);
}

function blockersOfResults(state, roster, code) {
  const { confirmed } = state.departments[code];
  if (confirmed === null) return [];
  const matters = mattersOf(state.items, roster, code);
  const differ = [...matters.keys()].filter((matter) => {
    const allowed = allowedResults(code, matters.get(matter));
    return allowed.length && !allowed.includes(ownValue(confirmed, matter));
  });
  differ.push(...Object.keys(confirmed).filter((matter) => !matters.has(matter)));
  return differ.map((matter) => ({ code: "results-differ", department: code, matter }));
}

/** The folded items of a department, by matter, as a Map; a merged item counts for each it was merged from. */
export function mattersOf(items, roster, department) {
  const matters = new Map();
  for (const item of roster.itemsOf(department)) {
    for (const matter of item.matters.get(department)) push(matters, matter, items[item.id]);
  }
  return matters;
}

/** What a sign-off of this state has to name: a Map of department to a Map of matter to code. */
export function expectedResults(state, roster, abort) {
  const expected = new Map();
  for (const code of roster.departments) {
    const department = state.departments[code];
    if (department.state === "absent") expected.set(code, new Map());
    else if (abort !== null) expected.set(code, resultsOfAbort(roster, code, abort));
    else expected.set(code, new Map(Object.entries(department.confirmed || {})));
  }
  return expected;
}

/** Where a sign-off names other results than expected; a department left out counts as naming none. */
export function differingResults(named, expected) {
  const codes = new Set([...Object.keys(named), ...expected.keys()]);
  return [...codes]
    .filter((code) => differs(ownValue(named, code) || {}, expected.get(code) || new Map()))
    .map((department) => ({ code: "results-differ", department }));
}

function differs(named, expected) {
  const matters = Object.keys(named);
  return matters.length !== expected.size || matters.some((matter) => named[matter] !== expected.get(matter));
}

function ownValue(holder, name) {
  return Object.hasOwn(holder, name) ? holder[name] : undefined;
}
