/** The lead's part of the close: all departments' results, absences, sign-off, reopening, abort. */
import { t } from "../i18n/index.js";
import { expectedResults } from "../journal/rules.js";
import { blockerText } from "./close.js";
import { absence } from "./close-department.js";
import { areaField, choiceField, icon, needs, submit, writeForm } from "./components.js";
import { shootButtons } from "./evidence.js";
import { moment } from "./format.js";
import { html } from "./html.js";
import { departmentName, inVisitOrder, personName } from "./words.js";

export function leadSection(visit, drafts) {
  if (!visit.leads) return html`<section id="lead" class="card"><h2>${icon("gavel")}${t("lead.title")}</h2><p class="quiet">${t("lead.others", { person: leadName(visit) })}</p>${takeOver(visit, drafts)}${signoffs(visit)}</section>`;
  const { status, blockers } = visit.state;
  return html`<section id="lead" class="card"><h2>${icon("gavel")}${t("lead.title")}</h2>
    ${status === "conflict" ? statusConflict(visit, drafts) : ""}
    ${status !== "signed" && html`${others(visit, drafts)}${resultTable(visit)}`}
    ${status === "signed" ? reopenVisit(visit, drafts) : blockers.length ? needs(t("lead.blocked", { count: blockers.length }), { href: "#blockers", text: t("lead.see") }) : signOff(visit)}
    ${signoffs(visit)}
    ${status !== "signed" && abort(visit, drafts)}</section>`;
}

function leadName(visit) {
  const taken = inVisitOrder(visit.state.lists.takeovers).at(-1);
  if (taken) return personName(visit, taken.author);
  const lead = visit.bundle.team.find((one) => one.lead);
  return lead ? lead.name : "";
}

/** The deputy of the bundle may take the lead, with a reason. */
export function takeOver(visit, drafts) {
  if (!visit.deputises || visit.sealed) return "";
  return html`<p>${t("takeover.text", { person: leadName(visit) })}</p><details class="fold"><summary>${t("takeover.add")}</summary>${writeForm({ id: "takeover", action: `/field/visits/${visit.id}/takeovers`, draft: "takeover", act: `takeover:${visit.state.lists.takeovers.length}` }, html`
    ${areaField({ id: "takeover-reason", name: "reason", label: t("takeover.reason"), value: drafts.takeover?.reason ?? "", maxlength: 500 })}${submit(t("takeover.save"), { look: "plain", symbol: "user-check" })}`)}</details>`;
}

/** Departments still open that the lead may declare absent; one that comes after all reopens itself. */
function others(visit, drafts) {
  const open = visit.bundle.departments.filter(({ code }) => code !== visit.department && ["open", "conflict"].includes(visit.state.departments[code].state));
  return open.map(({ code }) => absence(visit, code, drafts));
}

/** The result of each department and matter as it would be signed. */
function resultTable(visit) {
  const results = finalResults(visit);
  if (Object.values(results).every((matters) => Object.keys(matters).length === 0)) return "";
  return html`<h3>${t("lead.results")}</h3><dl class="results">${visit.bundle.departments.map(({ code }) => html`<div><dt>${departmentName(visit, code)}</dt><dd>${
    Object.entries(results[code] ?? {}).map(([matter, result]) => html`<p>${matter}<b>${result} ${t(`result.${result}`)}</b></p>`)
  }${Object.keys(results[code] ?? {}).length === 0 && html`<p class="quiet">${t("lead.no-results")}</p>`}</dd></div>`)}</dl>`;
}

/** What the sign-off states: {department: {matter: code}}, as the rules expect it. */
export function finalResults(visit) {
  const expected = expectedResults(visit.state, visit.roster, abortCode(visit));
  return Object.fromEntries([...expected].map(([code, matters]) => [code, Object.fromEntries(matters)]));
}

/** R4 or R6 while the visit is aborted, else null. */
function abortCode({ state, entries }) {
  if (state.status !== "aborted") return null;
  return state.register.heads.map((hash) => entries.get(hash)?.body.code).find(Boolean) ?? null;
}

function signOff(visit) {
  return html`<p>${t("lead.sign-text")}</p>${writeForm({ id: "signoff", action: `/field/visits/${visit.id}/signoff`, act: `signoff:${visit.state.register.heads.join(",")}:${visit.entries.size}` }, submit(t("lead.sign"), { symbol: "lock" }))}`;
}

function reopenVisit(visit, drafts) {
  return html`<p class="sealed">${icon("lock")}${t("visit.sealed")}</p><details class="fold"><summary>${t("lead.reopen")}</summary>${writeForm({ id: "reopen-visit", action: `/field/visits/${visit.id}/reopening`, draft: "reopen-visit", act: `reopen:${visit.state.register.heads.join(",")}` }, html`
    ${areaField({ id: "reopen-visit-reason", name: "reason", label: t("reopen.reason"), value: drafts["reopen-visit"]?.reason ?? "", maxlength: 500 })}${submit(t("lead.reopen"), { look: "grave", symbol: "rotate" })}`)}</details>`;
}

/** Sign-offs made so far: in force, or not and why. */
function signoffs(visit) {
  return inVisitOrder(visit.state.signoffs).map((one) => html`<p class="said">${icon(one.in_force ? "lock" : "lock-open")}${t(one.in_force ? "lead.in-force" : "lead.not-in-force")}<span class="quiet">${personName(visit, one.author)} ${moment(one.at)} ${visit.entryMark(one.hash)}</span></p>${why(visit, one)}`);
}

/** What a sign-off lacked when it was made, each thing once. */
function why(visit, { reasons }) {
  const texts = [...new Set(reasons.map((reason) => blockerText(visit, reason)))];
  return texts.length ? html`<ul class="reasons">${texts.map((text) => html`<li>${text}</li>`)}</ul>` : "";
}

/** Two words on the visit's status stand side by side: the lead chooses, with the reason. */
function statusConflict(visit, drafts) {
  const draft = drafts["visit-choice"] ?? {};
  const heads = visit.state.register.heads.map((hash) => visit.entries.get(hash)).filter(Boolean);
  return html`<div class="conflict"><h3>${icon("git-fork")}${t("lead.conflict")}</h3>${writeForm({ id: "visit-choice", action: `/field/visits/${visit.id}/settlement`, draft: "visit-choice", act: `settle:${visit.state.register.heads.join(",")}` }, html`
    ${choiceField({ id: "visit-chooses", name: "chooses", label: t("lead.conflict-text"), value: draft.chooses, options: heads.map((entry) => ({ value: entry.hash, label: t(`kind.${entry.kind}`), note: `${personName(visit, entry.author)} ${moment(entry.at)}` })) })}
    ${areaField({ id: "visit-choice-reason", name: "reason", label: t("conflict.reason"), value: draft.reason ?? "", maxlength: 500 })}${submit(t("conflict.choose"), { symbol: "check" })}`)}</div>`;
}

/** R4 无法联系 with two photos, R6 不配合 with a video (R-603, R-609). */
function abort(visit, drafts) {
  const draft = drafts.abort ?? {};
  const photos = Object.values(visit.state.evidence).filter((one) => one.type.startsWith("image/") && !one.withdrawn).length;
  const videos = Object.values(visit.state.evidence).filter((one) => one.type.startsWith("video/") && !one.withdrawn).length;
  return html`<details class="fold"><summary>${t("abort.add")}</summary><p>${t("abort.text")}</p>
    <p class="quiet">${t("abort.there", { photos, videos })}</p>${shootButtons({ visit: visit.id, moment: "other" })}
    ${writeForm({ id: "abort", action: `/field/visits/${visit.id}/abortion`, draft: "abort", act: `abort:${visit.state.register.heads.join(",")}` }, html`
      ${choiceField({ id: "abort-code", name: "code", label: t("abort.reason"), value: draft.code, options: [{ value: "R4", label: t("result.R4"), note: t("abort.R4") }, { value: "R6", label: t("result.R6"), note: t("abort.R6") }] })}
      ${areaField({ id: "abort-text", name: "text", label: t("abort.words"), value: draft.text ?? "" })}
      ${submit(t("abort.save"), { look: "grave", symbol: "ban" })}`)}</details>`;
}
