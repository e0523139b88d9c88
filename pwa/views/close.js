/** Screen 5, closing: reads like the paper it becomes; on top what still stands in the way. */
import { t } from "../i18n/index.js";
import { part } from "../local/live.js";
import { areaField, badge, icon, linkButton, needs, submit, textField, writeForm } from "./components.js";
import { departmentSection } from "./close-department.js";
import { leadSection } from "./close-lead.js";
import { signaturesSection } from "./close-signatures.js";
import { copySection } from "./copy.js";
import { bytes, moment } from "./format.js";
import { html } from "./html.js";
import { momentStrip } from "./recorder.js";
import { departmentName, departmentsInOrder, inVisitOrder, personName } from "./words.js";

export function closePage(visit, drafts, today, sync) {
  const base = `/field/visits/${visit.id}`;
  return {
    title: t("close.title"),
    back: base,
    sync,
    body: () => html`${part("blockers", blockers(visit, sync))}
      ${part("moments", momentStrip(visit))}
      ${part("statements", statements(visit, drafts))}
      ${visit.state.departments[visit.department] ? part("own", departmentSection(visit, drafts, today)) : ""}
      ${part("signatures", signaturesSection(visit))}
      ${part("departments", departments(visit))}
      ${part("copy", copySection(visit))}
      ${part("lead", leadSection(visit, drafts))}
      ${part("leaving", leaving(visit, drafts, sync))}`,
    bar: () => html`<nav id="bar" class="bar"><a class="button button--plain bar__main" href="${base}">${icon("list")}<span>${t("item.to-list")}</span></a></nav>`,
  };
}

/** What still stands in the way of a sign-off, each line the way to the place. */
function blockers(visit, sync) {
  const { blockers: list, status } = visit.state;
  if (status === "signed") return html`<section id="blockers"><p class="sealed">${icon("lock")}${t("visit.sealed")}</p>${lateNote(visit)}</section>`;
  const own = list.filter((one) => !one.department || one.department === visit.department);
  return html`<section id="blockers" class="card"><h2>${t("close.in-the-way")}</h2>
    ${list.length === 0 ? html`<p class="fine">${icon("circle-check")}${t("close.nothing-in-the-way")}</p>` : ""}
    ${todo(visit, own)}
    ${departmentsInOrder(visit).map(({ code }) => ofOthers(visit, code, list.filter((one) => one.department === code && code !== visit.department)))}
    ${onThisPhone(visit, sync)}</section>`;
}

function todo(visit, list) {
  return list.length ? html`<ul class="todo">${list.map((one) => html`<li><a href="${placeOf(visit, one)}">${icon("alert-triangle")}<span>${blockerText(visit, one)}</span>${icon("chevron-right")}</a></li>`)}</ul>` : "";
}

function ofOthers(visit, code, list) {
  return list.length ? html`<details class="fold"><summary>${t("close.others-open", { department: departmentName(visit, code), count: list.length })}</summary>${todo(visit, list)}</details>` : "";
}

function onThisPhone(visit, sync) {
  const here = sync?.visits?.[visit.id];
  const waiting = (here?.entriesHere ?? 0) + (here?.filesHere ?? 0);
  return waiting ? html`<p class="needs needs--local">${icon("device-mobile")}<span>${t("close.on-this-phone", { entries: here.entriesHere, files: here.filesHere, size: bytes(here.bytesHere ?? 0) })} <a href="/field/sync">${t("close.what")}</a></span></p>` : "";
}

export function blockerText(visit, one) {
  const item = one.item && visit.itemOf(one.item);
  return t(`blocker.${one.code}`, {
    item: item ? `${visit.numberOf(one.item)} ${item.matter}` : "",
    department: one.department ? departmentName(visit, one.department) : "",
    person: one.person ? personName(visit, one.person) : "",
  });
}

const ARRIVING = { "arrival-missing": "arrived", "identity-missing": "identity", "rights-missing": "rights", "recusal-missing": "recusal", "party-missing": "party" };

function placeOf(visit, { code, item, department }) {
  const base = `/field/visits/${visit.id}`;
  if (item) return `${base}/items/${item}`;
  if (code in ARRIVING) return `${base}/arrive/${department ?? visit.department}#${ARRIVING[code]}`;
  if (code.startsWith("department-")) return `${base}/close#${department === visit.department ? "own" : "departments"}`;
  if (code === "party-unsigned" || code === "signature-outdated" || code === "too-few-officers" || code === "refusal-invalid") return `${base}/close#signatures`;
  return `${base}/close#lead`;
}

/** 当事人陈述申辩, word for word. */
function statements(visit, drafts) {
  const draft = drafts.statement ?? {};
  const list = inVisitOrder(visit.state.lists.statements.filter((one) => !one.replaced));
  const known = inVisitOrder(visit.state.lists.parties)[0]?.name ?? "";
  return html`<section id="statements" class="card"><h2>${icon("message-circle")}${t("statement.title")}</h2>
    ${list.map((one) => html`<blockquote class="spoken"><p>${one.text}</p><footer class="quiet">${one.name} ${moment(one.at)} ${visit.entryMark(one.hash)}</footer></blockquote>`)}
    ${!visit.sealed && html`<details class="fold"${list.length ? "" : html` open`}><summary>${t("statement.add")}</summary>${writeForm({ id: "statement", action: `/field/visits/${visit.id}/statements`, draft: "statement", act: `statement:${list.length}` }, html`
      ${areaField({ id: "statement-text", name: "text", label: t("statement.text"), value: draft.text ?? "", hint: t("statement.hint"), maxlength: 4000 })}
      <button class="phrase" type="button" data-do="phrase" data-into="statement-text" data-text="${STATED_NOTHING}">${STATED_NOTHING}</button>
      ${textField({ id: "statement-name", name: "name", label: t("statement.name"), value: draft.name ?? known, maxlength: 60 })}
      ${submit(t("statement.save"), { symbol: "device-floppy" })}`)}</details>`}</section>`;
}

const STATED_NOTHING = "无陈述申辩意见。";

/** What came after the sign-off; that the party was handed its copy then is as it should be. */
function lateNote({ state, entries }) {
  const late = state.late.filter((hash) => entries.get(hash)?.kind !== "served");
  return late.length > 0 && needs(t("close.late", { count: late.length }));
}

/** Every department's state and results: what the party is shown before signing. */
function departments(visit) {
  return html`<section id="departments" class="card"><h2>${icon("building")}${t("close.departments")}</h2><ul class="summary">${departmentsInOrder(visit).map(({ code, short_name: name }) => {
    const { state, reason, heads, outdated, counts } = visit.state.departments[code];
    return html`<li><p><b>${name}</b><span class="pill pill--${outdated ? "conflict" : state}">${t(`department.${state}`)}${state === "absent" && reason ? `：${absenceReason(reason)}` : ""}</span></p>
      ${state === "absent" && html`<p class="quiet">${visit.entries.get(heads[0])?.body.text}</p>`}
      <p class="tallies">${["pass", "fail", "na", "pending", "exempt"].filter((kind) => counts[kind]).map((kind) => html`${badge(kind)}<b class="figures">${counts[kind]}</b>`)}${counts.open > 0 && html`${badge("open")}<b class="figures">${counts.open}</b>`}</p>
      ${outdated && needs(t("close.outdated"))}</li>`;
  })}</ul></section>`;
}

/** Who marked a department absent, when and why. */
export function absenceText(visit, { heads, reason, text }) {
  const entry = visit.entries.get(heads[0]);
  return [entry && `${personName(visit, entry.author)} ${moment(entry.at)}`, absenceReason(reason), text].filter(Boolean).join("，");
}

function absenceReason(reason) {
  const code = typeof reason === "string" ? reason : reason.reason ?? reason.code;
  return ABSENCES.includes(code) ? t(`absence.${code}`) : String(code ?? "");
}

export const ABSENCES = ["not-needed", "too-few-officers", "leave", "emergency", "other"];

/** Leaving: what exists on this phone only is said once more before the door. */
function leaving(visit, drafts, sync) {
  const own = visit.state.departments[visit.department];
  if (!own) return html`<section id="leaving"></section>`;
  const left = own.steps.left.map((hash) => visit.entries.get(hash)).filter(Boolean);
  return html`<section id="leaving" class="card"><h2>${icon("door-exit")}${t("leaving.title")}</h2>
    ${left.map((entry) => html`<p class="said">${t("leaving.said")}${entry.body.reason && html`：${entry.body.reason}`}<span class="quiet">${personName(visit, entry.author)} ${moment(entry.at)} ${visit.entryMark(entry.hash)}</span></p>`)}
    ${onThisPhone(visit, sync)}
    ${!left.length && own.steps.arrived.length > 0 ? writeForm({ id: "leave", action: `/field/visits/${visit.id}/arrive/${visit.department}/left`, act: `left:${left.length}` }, submit(t("leaving.save"), { look: "plain", symbol: "door-exit" })) : ""}
    ${!left.length && !own.steps.arrived.length && html`<p class="quiet">${t("leaving.not-arrived")}</p>`}</section>`;
}

/** Clues: what lies outside the published list is noted and referred, never checked (R-107). */
export function cluesPage(visit, drafts, sync) {
  const base = `/field/visits/${visit.id}`;
  const list = inVisitOrder([...visit.state.lists.clues.map((one) => ({ ...one, kind: "clue" })), ...visit.state.lists.notes.map((one) => ({ ...one, kind: "note" }))]);
  const clue = drafts.clue ?? {};
  const note = drafts.note ?? {};
  return {
    title: t("clue.title"),
    back: base,
    sync,
    body: () => html`${part("clues", html`<section id="clues">${list.map((one) => html`<article class="card"><p><b>${t(`clue.is-${one.kind}`)}</b> ${one.text}</p>
        ${one.to && html`<p>${t("clue.to", { department: departmentName(visit, one.to) })}</p>`}<p class="quiet">${departmentName(visit, one.department)} ${personName(visit, one.author)} ${moment(one.at)} ${visit.entryMark(one.hash)}</p></article>`)}</section>`)}
      <section class="card"><h2>${icon("message-plus")}${t("clue.add")}</h2><p>${t("clue.text-hint")}</p>${writeForm({ id: "clue", action: `${base}/clues`, draft: "clue", act: `clue:${visit.state.lists.clues.length}` }, html`
        ${areaField({ id: "clue-text", name: "text", label: t("clue.text"), value: clue.text ?? "" })}
        <div class="field"><label for="clue-to">${t("clue.refer")}</label><select id="clue-to" name="to"><option value="">${t("clue.refer-later")}</option>${visit.bundle.departments.map((one) => html`<option value="${one.code}"${one.code === clue.to ? html` selected` : ""}>${one.name}</option>`)}</select></div>
        ${submit(t("clue.save"), { symbol: "device-floppy" })}`)}</section>
      <section class="card"><h2>${icon("note")}${t("note.add")}</h2>${writeForm({ id: "note", action: `${base}/notes`, draft: "note", act: `note:${visit.state.lists.notes.length}` }, html`
        ${areaField({ id: "note-text", name: "text", label: t("note.text"), value: note.text ?? "" })}${submit(t("note.save"), { look: "plain", symbol: "device-floppy" })}`)}</section>`,
    bar: () => html`<nav id="bar" class="bar">${linkButton(base, t("item.to-list"), { symbol: "list" })}</nav>`,
  };
}
