// Which entries have an effect: those that fit, name what exists, and whose author had the right.
// See server/visits/folding/effect.py.

import KINDS from "../kinds.js";
import { addDepartment, newMember, push, readBundle } from "../roster.js";
import { hasRight, LEADING, OF_DEPARTMENT_OR_LEAD, OF_ITEM } from "../rules.js";

const DEPARTMENTAL = new Set(Object.keys(KINDS).filter((kind) => "department" in (KINDS[kind].properties || {})));
const ACTING = new Set([...LEADING, ...OF_DEPARTMENT_OR_LEAD]);
ACTING.delete("visit.signed");

/** The entries that count, by kind, and who leads; with the problems of those that do not count. */
export function takeEffect(journal, given, bundles) {
  const leading = new Set([...given.members].filter(([, member]) => member.lead).map(([person]) => person));
  for (const person of takeovers(journal, given)) leading.add(person);
  const roster = withSubstitutes(journal, given, leading);
  const byKind = new Map();
  const problems = [];
  for (const entry of journal.fitting) {
    const problem = unknown(entry, roster) || wrong(entry, roster, leading, bundles);
    if (problem) problems.push({ problem, hash: entry.hash });
    else push(byKind, entry.kind, entry);
  }
  const of = (...kinds) => kinds.flatMap((kind) => byKind.get(kind) || []);
  return { effective: { byKind, roster, leading, of }, problems };
}

function takeovers(journal, roster) {
  return journal.fitting
    .filter((entry) => entry.kind === "lead.taken-over" && roster.members.get(entry.author)?.deputy)
    .map((entry) => entry.author);
}

/** The roster with those who stand in for others; who named them must be of the bundle's own team. */
function withSubstitutes(journal, given, leading) {
  const named = journal.fitting.filter((entry) => entry.kind === "officer.substituted" && !wrong(entry, given, leading, {}));
  if (!named.length) return given;
  const members = new Map();
  for (const [person, member] of given.members) {
    members.set(person, { ...member, departments: new Set(member.departments), certified: new Set(member.certified) });
  }
  for (const { body } of named) {
    if (!members.has(body.person)) members.set(body.person, newMember());
    addDepartment(members.get(body.person), body.department, body.certificate);
  }
  return { ...given, members };
}

/** Where an entry speaks of what the bundle lacks. */
function unknown({ kind, body }, roster) {
  if (OF_ITEM.has(kind) && !roster.items.has(body.item)) return "unknown-item";
  let department = DEPARTMENTAL.has(kind) ? body.department : null;
  if (kind === "signature" && body.scope !== "visit") department = body.scope;
  if (typeof department === "string" && !roster.departments.includes(department)) return "unknown-department";
  if (kind !== "settlement" || body.register === "visit") return null;
  const [scope] = body.register.split(":", 1);
  const name = body.register.slice(scope.length + 1);
  const known = scope === "item" ? roster.items.has(name) : roster.departments.includes(name);
  return known ? null : "unknown-register";
}

/** `wrong-author`, or `not-lead` for a deputy's act of leading without having taken over. */
function wrong(entry, roster, leading, bundles) {
  const rights = [roster];
  if (entry.kind === "visit.signed") {
    // judged by the team it was signed with as well: a sealed record stays sealed
    const name = entry.body.covers.bundle;
    if (Object.hasOwn(bundles, name)) rights.push(readBundle(bundles[name]));
  }
  if (!rights.some((one) => may(entry, one))) return "wrong-author";
  if (!ACTING.has(entry.kind) || leading.has(entry.author)) return null;
  const member = roster.members.get(entry.author);
  return OF_DEPARTMENT_OR_LEAD.has(entry.kind) && member.departments.has(entry.body.department) ? null : "not-lead";
}

function may(entry, roster) {
  const member = roster.members.get(entry.author);
  return Boolean(member) && hasRight(roster, member, entry.kind, entry.body);
}
