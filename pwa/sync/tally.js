// What of each visit is on this phone only, and what needs the person: counted from the store, for the screens.

import { heldAsKnown, openLedger } from "./ledger.js";

/** `{entriesHere, filesHere, bytesHere, bytesSent, attention: [{problem, …}]}` of one visit. */
export async function tally(store, visit) {
  const [hashes, ledger, evidence] = await Promise.all([store.hashes(visit), openLedger(store, visit), store.evidenceList(visit)]);
  const there = await heldAsKnown(visit, ledger);
  const files = evidence.filter(({ grade }) => grade === "local" || grade === "uploading");
  return {
    entriesHere: hashes.filter((hash) => !there.has(hash)).length,
    filesHere: files.length,
    bytesHere: sum(files.map(({ bytes }) => bytes)),
    bytesSent: sum(files.map(({ sent }) => sent)),
    attention: [...ofEntries(ledger, new Set(hashes)), ...ofFiles(evidence), ...ofVisit(ledger)],
  };
}

/** The visits something is known of: listed, written on, or photographed. */
export async function visitsHere(store) {
  const [listed, written, pictured] = await Promise.all([store.visits(), store.heads(), store.evidenceVisits()]);
  return [...new Set([...listed.map(({ id }) => id), ...written.keys(), ...pictured])];
}

function ofEntries(ledger, here) {
  const refused = Object.entries(ledger.refused).map(([hash, { problem, detail }]) => ({ problem, detail, hash }));
  const keptBack = ledger.quarantined.filter((hash) => here.has(hash)).map((hash) => (
    { problem: ledger.standings[hash]?.standing ?? "quarantined", reason: ledger.standings[hash]?.reason ?? null, hash }));
  return [...refused, ...keptBack];
}

function ofFiles(evidence) {
  return evidence.filter(({ refused }) => refused).map(({ sha256, refused }) => ({ ...refused, sha256 }));
}

function ofVisit(ledger) {
  return [
    ...(ledger.problem ? [{ problem: ledger.problem.code, detail: ledger.problem.detail }] : []),
    ...(ledger.loss ? [{ problem: "loss-detected", ...ledger.loss }] : []),
    ...(ledger.forked ? [{ problem: "chain-forked" }] : []),
  ];
}

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
