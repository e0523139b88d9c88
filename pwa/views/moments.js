/**
 * which moments must be shown by picture or sound, and which of them are. Pure, from a visit as loaded.
 * Shown is a moment by evidence tagged with it, or by a segment that ran while it was recorded.
 */
import { itemsOf, owns } from "./words.js";

const GRAVE = "S3";

/** `[{key, moment, item, state: "shown"|"lacking"|"coming", href}]` of the reader's department, in the order of a visit. */
export function obligatoryMoments(visit) {
  const own = visit.state.departments[visit.department];
  if (!own) return [];
  const evidence = Object.values(visit.state.evidence).filter((one) => !one.withdrawn && one.department === visit.department);
  const base = `/field/visits/${visit.id}`;
  const steps = (name) => own.steps[name].map((hash) => visit.entries.get(hash)?.at).filter(Boolean);
  const step = (moment, times, href) => ({ key: moment, moment, item: null, href, state: stateOf(times, evidence, (one) => one.moment === moment) });
  const record = (moment) => `${base}/recorder?moment=${moment}`;
  const arrive = `${base}/arrive/${visit.department}`;
  return [
    step("arrival", steps("arrived"), `${arrive}#arrived`),
    step("identity", steps("identity"), `${arrive}#identity`),
    step("rights", steps("rights"), record("rights")),
    ...failures(visit, base),
    ...ifAny(timesOf(visit.state.lists.samples, visit), (times) => step("sample", times, record("sample"))),
    ...ifAny(refusals(visit), (times) => step("refusal", times, `${base}/refusal?scope=visit`)),
    step("leaving", steps("left"), record("leaving")),
  ];
}

function stateOf(times, evidence, tagged) {
  if (evidence.some((one) => tagged(one) || times.some((at) => ranAt(one, at)))) return "shown";
  return times.length ? "lacking" : "coming";
}

/** Whether a piece of a recording covers an instant. */
function ranAt({ captured_at: from, duration_ms: length }, at) {
  const since = Date.parse(at) - Date.parse(from);
  return Number.isFinite(length) && since >= 0 && since <= length;
}

/** Grave failures, and those whose item asks for a photo; of a merged item any of its owners' serves. */
function failures(visit, base) {
  const standing = Object.values(visit.state.evidence).filter((one) => !one.withdrawn);
  const failed = itemsOf(visit, visit.department).filter((item) => visit.state.items[item.id].verdict === "fail" && (item.severity === GRAVE || item.evidence_on_fail));
  return failed.map((item) => ({
    key: `fail-${item.id}`, moment: "fail", item, href: `${base}/items/${item.id}`,
    state: stateOf(visit.state.items[item.id].heads.map(({ at }) => at), standing.filter((one) => owns(item, one.department)), (one) => one.item === item.id),
  }));
}

function timesOf(list, visit) {
  return list.filter(({ department }) => department === visit.department).map(({ at }) => at);
}

/** Refused signatures, and a visit broken off for obstruction. */
function refusals(visit) {
  const refused = visit.state.signatures.filter(({ method, scope }) => method === "refused" && (scope === "visit" || scope === visit.department));
  const broken = visit.state.register.heads.map((hash) => visit.entries.get(hash)).filter((entry) => entry?.body.code === "R6");
  return [...refused, ...broken].map(({ at }) => at);
}

function ifAny(times, make) {
  return times.length ? [make(times)] : [];
}
