// Who and what a bundle names, read once: items, departments, members. See server/visits/roster.py.

import { isRecord, isText } from "./canonical.js";

/** The roster of a bundle; `whole` is false where something in it was not of the agreed form. */
export function readBundle(bundle) {
  const reader = makeReader();
  const visit = reader.text(reader.record(bundle, "visit"), "id");
  const items = new Map();
  for (const row of reader.rows(reader.record(bundle, "checklist"), "items")) {
    const item = reader.item(row);
    if (item && items.has(item.id)) reader.whole = false;
    else if (item) items.set(item.id, item);
  }
  const codes = reader.rows(bundle, "departments").map((row) => reader.text(row, "code"));
  const named = codes.filter((code) => code !== null);
  for (const item of items.values()) named.push(...item.matters.keys());
  const former = isRecord(bundle) && Array.isArray(bundle.former) ? bundle.former : []; // what they wrote keeps its effect
  const members = readTeam([...reader.rows(bundle, "team"), ...former]);
  const byDepartment = new Map();
  for (const item of items.values()) for (const owner of item.matters.keys()) push(byDepartment, owner, item);
  return {
    visit,
    items,
    departments: [...new Set(named)],
    members,
    whole: reader.whole,
    itemsOf: (department) => byDepartment.get(department) || [],
  };
}

/** The members of a team, by person. */
export function readTeam(rows) {
  const members = new Map();
  for (const row of rows) {
    if (!isRecord(row) || !isText(row.person)) continue;
    if (!members.has(row.person)) members.set(row.person, newMember());
    const member = members.get(row.person);
    if (isText(row.department)) addDepartment(member, row.department, row.certificate);
    member.lead ||= row.lead === true;
    member.deputy ||= row.deputy === true;
  }
  return members;
}

/** A member who stands for no department yet. */
export function newMember() {
  return { departments: new Set(), certified: new Set(), lead: false, deputy: false };
}

/** The member stands for this department too, certified if a certificate is named. */
export function addDepartment(member, department, certificate) {
  member.departments.add(department);
  if (typeof certificate === "string" && certificate) member.certified.add(department);
}

/** Appends to the list under a key of a Map. */
export function push(lists, key, value) {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** Reads members of the agreed type and remembers whether all were. */
function makeReader() {
  const reader = { whole: true };
  const member = (holder, name, fits, otherwise) => {
    const value = isRecord(holder) && Object.hasOwn(holder, name) ? holder[name] : undefined;
    if (fits(value)) return value;
    reader.whole = false;
    return otherwise;
  };
  reader.record = (holder, name) => member(holder, name, isRecord, {});
  reader.text = (holder, name) => member(holder, name, isText, null);
  reader.rows = (holder, name) => {
    const rows = member(holder, name, Array.isArray, []);
    const good = rows.filter(isRecord);
    if (good.length !== rows.length) reader.whole = false;
    return good;
  };
  reader.item = (row) => {
    const [id, department, matter] = ["id", "department", "matter"].map((name) => reader.text(row, name));
    if (id === null || department === null || matter === null) return null;
    const matters = new Map([[department, [matter]]]); // by owner: the own department first, then those merged into it
    for (const [code, other] of merged(row)) if (!matters.get(code)?.includes(other)) push(matters, code, other);
    const answer = reader.record(row, "answer");
    return { id, department, matters, answer, evidence_on_fail: row.evidence_on_fail === true, exempt: row.exempt === true };
  };
  const merged = (row) =>
    (Object.hasOwn(row, "also") ? reader.rows(row, "also") : [])
      .map((one) => [reader.text(one, "department"), reader.text(one, "matter")])
      .filter(([code, matter]) => code !== null && matter !== null);
  return reader;
}
