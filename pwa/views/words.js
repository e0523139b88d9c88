/** Names and readings as the record says them, from a visit as loaded. Pure. */
import { t } from "../i18n/index.js";
import { reading } from "./format.js";

export function departmentOf(visit, code) {
  return visit.bundle.departments.find((one) => one.code === code);
}

export function departmentName(visit, code) {
  return departmentOf(visit, code)?.short_name ?? code ?? "";
}

/** A person's name as the team or a substitution knows it. */
export function personName(visit, person) {
  const member = visit.bundle.team.find((one) => one.person === person);
  if (member) return member.name;
  const substitute = visit.state.lists.substitutions.find((one) => one.person === person);
  return substitute?.name ?? t("person.unknown");
}

/** Who came in whose place, with the certificate, the approver and the reason. */
export function substitutionText(visit, one) {
  return t("substitution.said", { name: one.name, certificate: one.certificate, other: personName(visit, one.replaces_person), approver: one.approver, reason: one.reason });
}

/** Who may be shown and sign for a department: certified members and substitutes; who was replaced before taking part is out. */
export function certifiedOf(visit, code) {
  const replaced = new Set(visit.state.lists.substitutions.map((one) => one.replaces_person));
  const tookPart = visit.state.departments[code]?.officers ?? [];
  const members = visit.bundle.team.filter((one) => one.department === code && one.certificate && (!replaced.has(one.person) || tookPart.includes(one.person)));
  const substitutes = visit.state.lists.substitutions
    .filter((one) => one.department === code && !members.some((member) => member.person === one.person))
    .map((one) => ({ person: one.person, name: one.name, department: code, certificate: one.certificate }));
  return [...members, ...substitutes];
}

/** An answer's value with its unit, or the label of the chosen option. */
export function valueText(item, value) {
  if (value === null || value === undefined) return "";
  if (item.answer.type === "number") {
    const unit = item.answer.unit === "无量纲" ? "" : item.answer.unit;
    return `${reading(value, item.answer.decimals)} ${unit}`.trim();
  }
  if (item.answer.type === "choice") {
    return item.answer.options.find((option) => option.value === value)?.label ?? String(value);
  }
  return String(value);
}

/** What an item shows itself as: its verdict, or exempt, open, conflict. */
export function itemState(visit, id) {
  const item = visit.state.items[id];
  return item.state === "answered" ? item.verdict : item.state;
}

/** Whether an item is a department's, alone or with others: a merged item asks for several at once (合并项). */
export function owns(item, code) {
  return item.department === code || (item.also ?? []).some((one) => one.department === code);
}

/** The departments an item belongs to: its own first, then those whose items were merged into it. */
export function ownersOf(item) {
  return [...new Set([item.department, ...(item.also ?? []).map((one) => one.department)])];
}

/** The department as which the reader sees an item: the own where it is its owner, else the item's. */
export function seatOf(visit, item) {
  return owns(item, visit.department) ? visit.department : item.department;
}

/** Where a merged item is told on paper: in the section of the first of its owners who came. */
export function homeOf(visit, item) {
  return ownersOf(item).find((code) => visit.state.departments[code].state !== "absent") ?? item.department;
}

/** The departments and matters an item answers, its own first. */
export function mattersOf(item) {
  return [item, ...(item.also ?? [])].map(({ department, matter }) => ({ department, matter }));
}

/** What an item is called in a department's section: that department's matter, the first if there are several. */
export function matterIn(item, code) {
  return mattersOf(item).find(({ department }) => department === code).matter;
}

/** Names of departments, one after another. */
export function departmentNames(visit, codes) {
  return codes.map((code) => departmentName(visit, code)).join(t("list.comma"));
}

/** Items of one department in list order, those it shares with others among them. */
export function itemsOf(visit, code) {
  return visit.bundle.checklist.items.filter((item) => owns(item, code));
}

/** How far the visit is: each item once, however many departments it answers. */
export function progressOf({ state }) {
  const items = Object.values(state.items);
  return { answered: items.filter((one) => one.state === "answered").length, due: items.filter((one) => one.state !== "exempt").length };
}

/** Departments in the reader's order: the own first, then as listed. */
export function departmentsInOrder(visit) {
  const own = visit.department;
  return [...visit.bundle.departments].sort((a, b) => (b.code === own) - (a.code === own) || a.order - b.order);
}

export function inVisitOrder(list) {
  return [...list].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}
