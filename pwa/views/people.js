/** Changes of people: the deputy takes the lead, an officer stands in for another. */
import { t } from "../i18n/index.js";
import { part } from "../local/live.js";
import { takeOver } from "./close-lead.js";
import { areaField, choiceField, icon, linkButton, needs, submit, textField, writeForm } from "./components.js";
import { moment } from "./format.js";
import { html } from "./html.js";
import { departmentName, departmentsInOrder, inVisitOrder, personName, substitutionText } from "./words.js";

export function peoplePage(visit, drafts, sync) {
  const base = `/field/visits/${visit.id}`;
  return {
    title: t("people.title"),
    back: `${base}#records`,
    sync,
    body: () => html`${part("lead", leading(visit, drafts))}${part("substitutions", substitutions(visit, drafts.substitution ?? {}))}`,
    bar: () => html`<nav id="bar" class="bar">${linkButton(base, t("item.to-list"), { symbol: "list" })}</nav>`,
  };
}

/** Who leads, and the deputy's way to take it over. */
function leading(visit, drafts) {
  const taken = inVisitOrder(visit.state.lists.takeovers);
  const lead = visit.bundle.team.find((one) => one.lead);
  const deputies = visit.bundle.team.filter((one) => one.deputy).map((one) => one.name);
  return html`<section id="lead" class="card"><h2>${icon("flag")}${t("people.lead")}</h2>
    <p>${t("people.leads", { lead: lead?.name ?? "", deputy: deputies.join(t("list.comma")) || t("people.nobody") })}</p>
    ${taken.map((one) => html`<p class="said">${t("takeover.said", { person: personName(visit, one.author), reason: one.reason })}<span class="quiet">${moment(one.at)} ${visit.entryMark(one.hash)}</span></p>`)}
    ${takeOver(visit, drafts)}
    ${visit.leads && taken.some((one) => one.author === visit.person.id) && linkButton(`/field/visits/${visit.id}/close#lead`, t("takeover.go"), { look: "main", symbol: "writing-sign" })}</section>`;
}

/** Substitutions so far, and the form for one more. */
function substitutions(visit, draft) {
  const list = inVisitOrder(visit.state.lists.substitutions);
  return html`<section id="substitutions" class="card"><h2>${icon("replace")}${t("substitution.title")}</h2>
    ${list.map((one) => html`<p class="said">${departmentName(visit, one.department)} ${substitutionText(visit, one)}<span class="quiet">${personName(visit, one.author)} ${moment(one.at)} ${visit.entryMark(one.hash)}</span></p>`)}
    <p>${t("substitution.text")}</p>${form(visit, draft, list.length)}</section>`;
}

function form(visit, draft, count) {
  const reserve = reserveOf(visit);
  if (visit.sealed) return needs(t("refused.sealed"));
  if (!reserve.length) return needs(t("substitution.no-reserve"));
  const sections = departmentsInOrder(visit).filter(({ code }) => reserve.some((one) => one.department === code));
  return writeForm({ id: "substitution", action: `/field/visits/${visit.id}/substitutions`, draft: "substitution", act: `substitution:${count}` }, html`
    ${choiceField({ id: "substitution-other", name: "other", label: t("substitution.other"), value: draft.other, options: replaceable(visit).map((one) => ({ value: one.person, label: one.name, note: `${departmentName(visit, one.department)} ${one.certificate}` })) })}
    <div class="field"><label for="substitution-person">${t("substitution.person")}</label><select id="substitution-person" name="person"><option value="">${t("substitution.choose")}</option>${sections.map(({ code, short_name: name }) =>
      html`<optgroup label="${name}">${reserve.filter((one) => one.department === code).map((one) => html`<option value="${one.person}"${one.person === draft.person ? html` selected` : ""}>${one.name} ${one.certificate}</option>`)}</optgroup>`)}</select><p class="hint">${t("substitution.person-hint")}</p></div>
    ${textField({ id: "substitution-approver", name: "approver", label: t("substitution.approver"), value: draft.approver ?? "", maxlength: 60, hint: t("substitution.approver-hint") })}
    ${areaField({ id: "substitution-reason", name: "reason", label: t("substitution.reason"), value: draft.reason ?? "", maxlength: 500 })}
    ${submit(t("substitution.save"), { symbol: "replace" })}`);
}

/** Whom the reader may replace: officers of the own department, the lead those of every department. */
export function replaceable(visit) {
  const replaced = new Set(visit.state.lists.substitutions.map((one) => one.replaces_person));
  return visit.bundle.team.filter((one) => one.certificate && !replaced.has(one.person) && (visit.leads || one.department === visit.department));
}

/** Certified officers who may stand in, as the office named them beforehand, and who do not stand in yet. */
export function reserveOf(visit) {
  const here = new Set([...visit.bundle.team, ...visit.state.lists.substitutions].map((one) => one.person));
  const codes = new Set(replaceable(visit).map((one) => one.department));
  return (visit.bundle.reserve ?? []).filter((one) => codes.has(one.department) && !here.has(one.person));
}
