// The fold: from a bundle and a set of journal entries to the state of the visit. Pure and total; order,
// repetition and batching of the entries change nothing. The same function as server/visits/fold.py, part by part,
// held equal by tests/vectors/.

import { canonical, canonicalText, isPlain } from "./canonical.js";
import { foldDepartments, foldSignatures, problemsOfCovers, readChanges } from "./folding/closing.js";
import { takeEffect } from "./folding/effect.js";
import { foldEvidence, foldItems, foldLists, problemsOfNames, readEvidence } from "./folding/findings.js";
import { readContext, readJournal } from "./folding/intake.js";
import { readRegisters, registerOf } from "./folding/registers.js";
import { endings, judge } from "./folding/signoffs.js";
import { sha256Hex } from "./hash.js";
import { readBundle } from "./roster.js";
import { blockers } from "./rules.js";
import { byUtf8, sorted } from "./sort.js";

/** The state of a visit; its form is described in docs/state.md. */
export function fold(bundle, entries, context = {}) {
  const told = readContext(context);
  const { journal, problems } = readJournal(entries, readBundle(bundle).visit, told.quarantined);
  return foldJournal(bundle, journal, told, problems);
}

/** The state a sign-off sealed: the fold of what it covers, over the bundle it names; null where either is unknown. */
export function sealed(bundle, entries, signOff, context = {}) {
  const told = readContext(context);
  const { journal } = readJournal(entries, readBundle(bundle).visit, told.quarantined);
  const entry = journal.entries.get(signOff);
  if (!entry || entry.kind !== "visit.signed" || entry.unfit !== null) return null;
  const { covers } = entry.body;
  const over = bundleNamed(covers.bundle, bundle, told);
  return over === null ? null : foldJournal(over, journal.part(journal.covered(covers)), told, []);
}

/** The hashes of the entries at and before these heads in their chains, not going past what was missing. */
export function closure(entries, heads, missing = []) {
  return readJournal(entries, null, new Set()).journal.closure(heads, missing);
}

/**
 * The `covers` that names exactly these entries: the last of every chain seen, both sides of a hole or fork; where
 * a chain has a hole, `missing` names the entry known to be lacking, so that the set stays the same when it arrives.
 */
export function coversOf(entries, bundleDigest) {
  const { journal } = readJournal(entries, null, new Set());
  const here = [...journal.entries.keys()];
  const before = new Set([...journal.entries.values()].map((entry) => entry.prev).filter((prev) => prev !== null));
  const last = here.filter((hash) => !before.has(hash));
  const reached = journal.closure(last);
  const inRings = here.filter((hash) => !reached.has(hash)); // links that only a damaged entry can have
  const covers = { heads: sorted([...last, ...inRings]), bundle: bundleDigest };
  const missing = sorted([...before].filter((hash) => !journal.entries.has(hash)));
  return missing.length ? { ...covers, missing } : covers;
}

function foldJournal(bundle, journal, told, problems) {
  const { state, effective, registers, found } = stateOf(bundle, journal, told);
  const { heads } = registers.get("visit");
  const ended = endings(registers, heads.map((head) => head.entry.hash));
  const standing = new Set(heads.map((head) => head.value.hash));
  const inTheWay = blockers(state, effective.roster, (ended.length === 1 && ended[0]) || null);
  if (heads.length > 1) inTheWay.push({ code: "visit-conflict" });
  const signoffs = effective.of("visit.signed").map((entry) => {
    const partOf = (signed) => partSealed(signed, bundle, journal, told);
    const reasons = standing.has(entry.hash) ? judge(entry, journal, registers, partOf) : [{ code: "replaced" }];
    return { hash: entry.hash, author: entry.author, at: entry.at, in_force: !reasons.length, reasons: inOrder(reasons) };
  });
  const seal = signoffs.find((one) => one.in_force)?.hash ?? null;
  const unknown = signoffs.flatMap(({ hash, reasons }) =>
    reasons
      .filter((reason) => reason.code === "bundle-unknown")
      .map((reason) => ({ problem: "bundle-unknown", hash, bundle: reason.bundle })),
  );
  return {
    ...state,
    blockers: inOrder(inTheWay),
    signoffs,
    sealed: seal,
    late: lateEntries(journal, seal),
    status: statusOf(heads, ended, effective, seal),
    problems: inOrder([...problems, ...found, ...journal.problems(told.lost), ...unknown]),
  };
}

/** All that does not depend on sign-offs. */
function stateOf(bundle, journal, told) {
  const roster = readBundle(bundle);
  const { effective, problems } = takeEffect(journal, roster, told.bundles);
  const registers = readRegisters(journal, effective);
  const shown = readEvidence(journal, effective);
  const changes = readChanges(journal, effective, registers, shown);
  const evidence = foldEvidence(shown, told.blobs);
  const items = foldItems(effective, registers, shown);
  const state = {
    register: { heads: registers.get("visit").heads.map((head) => head.entry.hash) },
    departments: foldDepartments(journal, effective, registers, items, changes),
    items,
    evidence,
    lists: foldLists(effective, registers),
    signatures: foldSignatures(effective, evidence, changes),
  };
  const found = [
    ...(roster.whole ? [] : [{ problem: "bad-bundle" }]),
    ...problems,
    ...registers.problems,
    ...shown.problems,
    ...problemsOfNames(effective, evidence),
    ...problemsOfCovers(journal, effective),
  ];
  return { state, effective, registers, found };
}

/** What a sign-off covers, folded over the bundle it names; null where that is unknown. */
function partSealed(signed, bundle, journal, told) {
  const { covers } = signed.body;
  const over = bundleNamed(covers.bundle, bundle, told);
  return over === null ? null : stateOf(over, journal.part(journal.covered(covers)), told);
}

/** The version of the bundle with this digest, or null. */
function bundleNamed(digest, bundle, told) {
  if (Object.hasOwn(told.bundles, digest)) return told.bundles[digest];
  const own = told.digest || (isPlain(bundle) ? sha256Hex(canonical(bundle)) : null);
  return own === digest ? bundle : null;
}

/** What is not part of the sealed state though it counts: come later, from a phone that was offline. */
function lateEntries(journal, seal) {
  if (seal === null) return [];
  const inside = journal.covered(journal.entries.get(seal).body.covers);
  return journal.accepted
    .filter((entry) => !inside.has(entry.hash) && registerOf(entry) !== "visit")
    .map((entry) => entry.hash);
}

function statusOf(heads, ended, effective, seal) {
  if (heads.length > 1) return "conflict";
  if (seal !== null) return "signed";
  if (heads.length && ended.at(-1)) return "aborted";
  return effective.byKind.size ? "open" : "assigned";
}

/** Each once, in the order of their canonical JSON. */
function inOrder(rows) {
  const byText = new Map(rows.map((row) => [canonicalText(row), row]));
  return sorted(byText.keys()).map((text) => byText.get(text));
}
