// Whether a sign-off is in force, and which part of the journal it seals. See server/visits/folding/signoffs.py.

import { blockers, differingResults, expectedResults } from "../rules.js";

/** What these entries of the visit's register go back to: codes of aborted visits, "" for a visit that went on. */
export function endings(registers, hashes) {
  const members = new Map(registers.get("visit").members.map((entry) => [entry.hash, entry]));
  const seen = new Set();
  const found = new Set();
  const waiting = [...hashes];
  while (waiting.length) {
    const hash = waiting.pop();
    const entry = members.get(hash);
    if (!entry || seen.has(hash)) continue;
    seen.add(hash);
    const before = entry.body.replaces.filter((other) => members.has(other) && other !== hash);
    if (entry.kind === "visit.aborted") found.add(entry.body.code);
    else if (entry.kind === "settlement") waiting.push(entry.body.chooses);
    else if (entry.kind === "visit.signed" && before.length) waiting.push(...before);
    else found.add("");
  }
  return found.size ? [...found].sort() : [""];
}

/** Why a sign-off that is a head of the visit's register is not in force; empty if it is. */
export function judge(entry, journal, registers, partOf) {
  const { covers, results } = entry.body;
  const ended = endings(registers, [entry.hash]);
  const reasons = covers.heads
    .filter((head) => !journal.entries.has(head))
    .map((hash) => ({ code: "covered-missing", hash }));
  if (registers.get("visit").heads.length > 1 || ended.length > 1) reasons.push({ code: "visit-conflict" });
  const part = partOf(entry);
  if (!part) return [...reasons, { code: "bundle-unknown", bundle: covers.bundle }];
  const { state, effective } = part;
  const abort = ended.at(-1) || null;
  if (!effective.leading.has(entry.author)) reasons.push({ code: "not-lead", author: entry.author });
  return reasons.concat(
    blockers(state, effective.roster, abort),
    differingResults(results, expectedResults(state, effective.roster, abort)),
  );
}
