/** The own department's part of the close: orders to correct, results per matter, complete or absent. */
import { t } from "../i18n/index.js";
import { allowedResults, mattersOf } from "../journal/rules.js";
import { areaField, checkField, choiceField, icon, needs, submit, writeForm } from "./components.js";
import { ABSENCES } from "./close.js";
import { photoStrip, shootButtons } from "./evidence.js";
import { day, daysAfter } from "./format.js";
import { html } from "./html.js";
import { DEMANDS } from "./record-words.js";
import { departmentName, itemsOf, personName } from "./words.js";

/** R-902: days to correct by severity; null is at once. */
export const DEADLINE_DAYS = { S1: 15, S2: 7, S3: null };

export function departmentSection(visit, drafts, today) {
  const code = visit.department;
  const department = visit.state.departments[code];
  const failed = itemsOf(visit, code).filter((item) => visit.state.items[item.id].verdict === "fail");
  return html`<section id="own" class="card"><h2>${icon("clipboard-text")}${t("own.title", { department: departmentName(visit, code) })}</h2>
    ${failed.map((item) => disposal(visit, item, drafts, today))}
    ${!failed.length && department.counts.open === 0 ? html`<p class="fine">${icon("circle-check")}${t("own.no-problem")}</p>` : ""}
    ${department.counts.open > 0 && !visit.sealed && visit.state.status !== "aborted" && needs(t("own.open", { count: department.counts.open }), { href: `/field/visits/${visit.id}?filter=open`, text: t("own.to-open") })}
    ${results(visit, code, department, drafts)}</section>`;
}

/** One failed item: ordered to correct, or put right before the officers left. */
function disposal(visit, item, drafts, today) {
  const found = visit.state.items[item.id];
  const measures = visit.state.lists.measures.filter((one) => one.item === item.id && !one.replaced);
  const corrected = visit.state.lists.corrected.filter((one) => one.item === item.id);
  const may = !visit.sealed;
  return html`<article class="disposal"><h3><b class="figures">${visit.numberOf(item.id)}</b> ${item.matter}</h3><p>${found.remark}</p>
    ${measures.map((one) => html`<p class="said">${icon("file-alert")}${t("measure.said", { demand: one.demand, deadline: one.deadline ? day(one.deadline) : t("measure.at-once") })} ${visit.entryMark(one.hash)}</p>`)}
    ${corrected.map((one) => html`<p class="said">${icon("tool")}${t("corrected.said", { text: one.text })} ${visit.entryMark(one.hash)}</p>${photoStrip(visit, one.evidence, `corrected-${one.hash.slice(0, 8)}`)}`)}
    ${may && html`<details class="fold"${!measures.length && !corrected.length ? html` open` : ""}><summary>${t(measures.length ? "measure.change" : "measure.add")}</summary>${measureForm(visit, item, measures, drafts[`measure-${item.id}`] ?? {}, today)}</details>
      <details class="fold"><summary>${t("corrected.add")}</summary>${correctedForm(visit, item, found, corrected, drafts[`corrected-${item.id}`] ?? {})}</details>`}</article>`;
}

function measureForm(visit, item, measures, draft, today) {
  const standard = DEADLINE_DAYS[item.severity] ?? null;
  const chosen = draft.when ?? (standard === null ? "now" : "date");
  return writeForm({ id: `measure-${item.id}`, action: `/field/visits/${visit.id}/items/${item.id}/measures`, draft: `measure-${item.id}`, act: `measure:${item.id}:${measures.map((one) => one.hash).join(",")}` }, html`
    ${areaField({ id: `demand-${item.id}`, name: "demand", label: t("measure.demand"), value: draft.demand ?? measures[0]?.demand ?? "" })}
    <details class="fold phrases"><summary>${icon("message-2")}${t("item.phrases")}</summary>${DEMANDS.map((text) => html`<button class="phrase" type="button" data-do="phrase" data-into="demand-${item.id}" data-text="${text}">${text}</button>`)}</details>
    ${choiceField({ id: `when-${item.id}`, name: "when", label: t("measure.deadline"), value: chosen, look: "choices--two", options: [{ value: "now", label: t("measure.at-once") }, { value: "date", label: t("measure.until") }] })}
    <div class="field"><label for="deadline-${item.id}">${t("measure.date")}</label><input id="deadline-${item.id}" name="deadline" type="date" min="${today}" value="${draft.deadline ?? daysAfter(today, standard ?? 7)}"><p class="hint">${t(`measure.usual-${item.severity}`)}</p></div>
    ${submit(t("measure.save"), { symbol: "file-alert" })}`);
}

function correctedForm(visit, item, found, corrected, draft) {
  const cited = new Set(corrected.flatMap((one) => one.evidence));
  const photos = found.evidence.filter((sha256) => !cited.has(sha256));
  const ticked = [draft.photo ?? []].flat();
  return html`<p>${t("corrected.text-hint")}</p>${shootButtons({ visit: visit.id, item: item.id, moment: "other" })}
    ${writeForm({ id: `corrected-${item.id}`, action: `/field/visits/${visit.id}/items/${item.id}/corrections`, draft: `corrected-${item.id}`, act: `corrected:${item.id}:${corrected.length}` }, html`
      <fieldset class="field choices choices--photos"><legend>${t("corrected.photos")}</legend>${photos.map((sha256) => html`<label class="choice" for="cited-${item.id}-${sha256}"><input type="checkbox" id="cited-${item.id}-${sha256}" name="photo" value="${sha256}"${ticked.includes(sha256) ? html` checked` : ""}><img id="thumb-cited-${item.id}-${sha256}" data-thumb="${sha256}" data-visit="${visit.id}" alt="${visit.state.evidence[sha256]?.caption || t("evidence.photo")}" hx-morph-skip></label>`)}
      ${!photos.length && html`<p class="hint">${t("corrected.no-photo")}</p>`}</fieldset>
      ${areaField({ id: `corrected-text-${item.id}`, name: "text", label: t("corrected.text"), value: draft.text ?? "" })}
      ${submit(t("corrected.save"), { look: "plain", symbol: "tool" })}`)}`;
}

/** One national result per matter, derived by R-703 and confirmed or changed by the department. */
function results(visit, code, department, drafts) {
  const draft = drafts[`complete-${code}`] ?? {};
  if (department.state === "absent") return html`${needs(t("own.absent"), { href: `/field/visits/${visit.id}/arrive/${code}`, text: t("late.go") })}${reopen(visit, code, department, drafts)}`;
  const done = department.state === "completed" && !department.outdated;
  const folded = mattersOf(visit.state.items, visit.roster, code);
  const matters = Object.entries(department.results).filter(([, derived]) => derived !== null);
  const table = matters.map(([matter, derived]) => {
    const allowed = allowedResults(code, folded.get(matter));
    const chosen = draft[`result:${matter}`] ?? department.confirmed?.[matter] ?? derived;
    return html`<div class="result"><p>${matter}</p>${done || visit.sealed || allowed.length < 2
      ? html`<p class="result__code"><b>${department.confirmed?.[matter] ?? derived}</b> ${t(`result.${department.confirmed?.[matter] ?? derived}`)}</p>`
      : html`<select name="result:${matter}" aria-label="${matter}">${allowed.map((one) => html`<option value="${one}"${one === chosen ? html` selected` : ""}>${one} ${t(`result.${one}`)}</option>`)}</select>`}</div>`;
  });
  const note = html`<h3>${t("own.results")}</h3><p class="quiet">${t("own.results-text")}</p>`;
  if (done || visit.sealed) return html`${note}${table}${done ? html`<p class="fine">${icon("circle-check")}${t("own.completed")}</p>${!visit.sealed ? reopen(visit, code, department, drafts) : ""}` : ""}`;
  if (department.counts.open + department.counts.conflict > 0) return absence(visit, code, drafts);
  return html`${department.outdated && needs(t("own.outdated"))}${department.state === "conflict" && needs(t("own.conflict"))}
    ${writeForm({ id: "complete", action: `/field/visits/${visit.id}/departments/${code}/completion`, draft: `complete-${code}`, act: `complete:${code}:${visit.entries.size}` }, html`${note}${table}
      ${submit(t("own.complete"), { symbol: "circle-check" })}`)}
    ${absence(visit, code, drafts)}`;
}

export function absence(visit, code, drafts) {
  const draft = drafts[`absent-${code}`] ?? {};
  return html`<details class="fold"><summary>${t("absence.add", { department: departmentName(visit, code) })}</summary>${writeForm({ id: `absent-${code}`, action: `/field/visits/${visit.id}/departments/${code}/absence`, draft: `absent-${code}`, act: `absent:${code}:${visit.state.departments[code].heads.join(",")}` }, html`
    ${choiceField({ id: `absent-reason-${code}`, name: "reason", label: t("absence.reason"), value: draft.reason, options: ABSENCES.map((value) => ({ value, label: t(`absence.${value}`) })) })}
    ${areaField({ id: `absent-text-${code}`, name: "text", label: t("absence.text"), value: draft.text ?? "", maxlength: 500 })}
    ${submit(t("absence.save"), { look: "plain", symbol: "user-off" })}`)}</details>`;
}

export function reopen(visit, code, department, drafts) {
  const draft = drafts[`reopen-${code}`] ?? {};
  return html`<details class="fold"><summary>${t("reopen.add")}</summary>${writeForm({ id: `reopen-${code}`, action: `/field/visits/${visit.id}/departments/${code}/reopening`, draft: `reopen-${code}`, act: `reopen:${code}:${department.heads.join(",")}` }, html`
    ${areaField({ id: `reopen-reason-${code}`, name: "reason", label: t("reopen.reason"), value: draft.reason ?? "", maxlength: 500 })}
    ${submit(t("reopen.save"), { look: "plain", symbol: "rotate" })}`)}</details>`;
}

/** Officers of a department as options, for the two who witness a refusal. */
export function officerChecks(visit, officers, ticked) {
  return officers.map((one) => checkField({ id: `refusal-${one.person}`, name: "officer", value: one.person, label: personName(visit, one.person), note: one.certificate, checked: ticked.includes(one.person) }));
}
