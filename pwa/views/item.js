/** Screen 3, one item: what to check, how, on what basis; and the answer. */
import { currentLanguage, t } from "../i18n/index.js";
import { keyedPart, part } from "../local/live.js";
import { answerForm } from "./answer.js";
import { badge, icon, linkButton, needs, severity, submit, writeForm, areaField } from "./components.js";
import { photoStrip, shootButtons } from "./evidence.js";
import { moment } from "./format.js";
import { html } from "./html.js";
import { transcribing } from "./transcription.js";
import { departmentName, departmentNames, inVisitOrder, itemState, matterIn, mattersOf, ownersOf, owns, personName, seatOf, valueText } from "./words.js";

export function itemPage(visit, item, draft, sync) {
  const base = `/field/visits/${visit.id}`;
  return {
    title: t("item.title", { number: visit.numberOf(item.id), department: departmentName(visit, seatOf(visit, item)) }),
    back: `${base}#row-${item.id}`,
    sync,
    body: () => itemCard(visit, item, draft),
    bar: () => part("bar", itemBar(visit, item, draft)),
  };
}

/** The main act under the thumb: saving words still unsaid, else the next open item. */
function mainAct(visit, item, draft) {
  const base = `/field/visits/${visit.id}`;
  if (draft.staged && owns(item, visit.department)) {
    return html`<button class="button button--main bar__main" type="submit" form="answer-${item.id}" name="say" value="staged">${icon("device-floppy")}<span>${t("item.save-as", { verdict: t(`verdict.${draft.staged}`) })}</span></button>`;
  }
  const next = visit.nextOpen(item.id);
  return next ? html`<a class="button button--main bar__main" href="${base}/items/${next}">${icon("arrow-right")}<span>${t("visit.next-open")}</span></a>`
    : html`<a class="button button--main bar__main" href="${base}">${icon("list")}<span>${t("item.to-list")}</span></a>`;
}

function itemBar(visit, item, draft) {
  const base = `/field/visits/${visit.id}`;
  const { before, after } = visit.neighbours(item.id);
  const turn = (id, symbol, text) =>
    id ? html`<a class="tab" href="${base}/items/${id}">${icon(symbol)}<span>${text}</span></a>` : html`<span class="tab tab--off">${icon(symbol)}<span>${text}</span></span>`;
  return html`<nav id="bar" class="bar">${turn(before, "chevron-left", t("item.before"))}
    ${mainAct(visit, item, draft)}
    ${turn(after, "chevron-right", t("item.after"))}</nav>`;
}

/** The whole item, for its own page and for the expanded list. */
export function itemCard(visit, item, draft) {
  const id = `item-${item.id}`;
  const found = visit.state.items[item.id];
  const state = itemState(visit, item.id);
  return keyedPart(id, keyOf(visit, item, found, draft), () => html`<article id="${id}" class="item item--${state}">
    <header class="item__head"><h2><b class="figures">${visit.numberOf(item.id)}</b>${matterIn(item, seatOf(visit, item))}</h2>
      <p class="item__state">${badge(state)}${severity(item.severity)}<span class="spacer"></span>${visit.markOf(found)}</p></header>
    <p class="item__content">${item.content}</p>
    ${mergedNote(visit, item)}
    <p class="item__method">${icon("eye-check")}${item.method}</p>
    <details class="fold"><summary>${t("item.basis")}</summary><p>${item.basis}</p>${item.applies_to && html`<p class="quiet">${t("item.applies-to")}${item.applies_to}</p>`}</details>
    ${guidance(visit, item)}
    ${verdictPart(visit, item, found, draft)}
    ${history(visit, item, found)}
  </article>`);
}

/** Which departments a merged item answers, with the matter of each. */
function mergedNote(visit, item) {
  if (ownersOf(item).length < 2) return "";
  return html`<div class="merged"><p>${icon("users")}<b>${t("item.merged-title")}</b></p><ul>${mattersOf(item).map(({ department, matter }) => html`<li>${departmentName(visit, department)} · ${matter}</li>`)}</ul></div>`;
}

const GUIDANCE = ["standard", "failures", "correction", "penalty"];

/** What the handbook says of the item, on this phone with the visit: read by whoever may see the item. */
function guidance({ bundle }, item) {
  const said = bundle.handbook?.items?.[item.id];
  const parts = GUIDANCE.filter((name) => said?.[name]);
  return parts.length > 0 && html`<details class="fold guidance"><summary>${t("guidance.title")}</summary>${parts.map((name) => html`<h3>${t(`guidance.${name}`)}</h3><p>${said[name]}</p>`)}
    <p class="quiet">${t("guidance.source", { version: bundle.handbook.version, hash: bundle.handbook.hash.slice(0, 8) })}</p></details>`;
}

/** Why the enterprise's items are exempt: the conditions as the office found them. */
export function exemptReason({ exemption }) {
  if (!exemption) return "";
  return html`<span class="exempt__why">${t("exempt.reason", { reason: exemption.reason })}${exemption.list && html` <span>${t("exempt.list", { list: exemption.list, date: exemption.as_of })}</span>`}</span>`;
}

/** All that an item's card shows, as one string. */
function keyOf(visit, item, found, draft) {
  const { ready, state } = visit.state.departments[seatOf(visit, item)];
  const photos = found.evidence.map((sha256) => [sha256, visit.state.evidence[sha256]?.grade, visit.grades.get(sha256), visit.percents.get(sha256)]);
  const choosing = found.state === "conflict" ? found.heads.map((_, index) => visit.drafts?.[`choose-${item.id}-${index}`]) : [];
  return JSON.stringify([visit.id, visit.digest, currentLanguage(), found, draft, ready, state, visit.sealed, visit.leads, visit.department, photos, choosing, visit.drafts?.transcribing, String(visit.markOf(found))]);
}

function verdictPart(visit, item, found, draft) {
  if (found.state === "exempt") return html`<p class="exempt">${icon("shield-check")}${t("item.exempt")}${exemptReason(visit.bundle)}</p>`;
  if (found.state === "conflict") return html`${conflict(visit, item, found)}${photos(visit, item, found)}`;
  const answered = found.state === "answered" ? answerText(visit, item, found.heads[0]) : "";
  if (!owns(item, visit.department)) {
    return html`${answered || html`<p class="quiet">${t("item.not-answered")}</p>`}${photos(visit, item, found)}
      <p class="quiet">${icon("lock")}${t("item.others", { department: departmentNames(visit, ownersOf(item)) })}</p>`;
  }
  if (visit.sealed) return html`${answered}${photos(visit, item, found)}<p class="quiet">${icon("lock")}${t("item.sealed")}</p>`;
  const { ready } = visit.state.departments[visit.department];
  if (!ready && found.state === "open") {
    return needs(t("gate.first"), { href: `/field/visits/${visit.id}/arrive/${visit.department}`, text: t("gate.go") });
  }
  const page = transcribing(visit, visit.drafts ?? {});
  return html`${page && needs(t("item.transcribing"), { href: `/field/visits/${visit.id}/transcription`, text: t("item.transcription") })}${answered}${answerForm(visit, item, found, draft)}${photos(visit, item, found)}`;
}

function answerText(visit, item, head) {
  const value = valueText(item, head.value);
  return html`<div class="answered answered--${head.verdict}">${value && html`<p class="reading">${value}</p>`}
    ${head.remark && html`<p>${head.remark}</p>`}${head.reason && html`<p>${t("item.reason")}${head.reason}</p>`}${head.override && html`<p>${t("item.overridden")}${head.override}</p>`}
    ${visit.entries.get(head.answer)?.body.paper && html`<p class="tag">${icon("scan")}${t("item.from-paper")}</p>`}
    <p class="quiet">${item.also && `${departmentName(visit, head.department)} `}${personName(visit, head.author)} ${moment(head.at)}${head.settled ? html` ${icon("gavel")}${t("conflict.settled")}` : ""}</p></div>`;
}

function photos(visit, item, found) {
  const may = owns(item, visit.department) && !visit.sealed && visit.state.departments[visit.department].ready;
  return html`<div class="photos">${photoStrip(visit, found.evidence, item.id)}
    ${found.photo_missing && needs(t("item.photo-needed"))}
    ${may && shootButtons({ visit: visit.id, item: item.id, moment: found.verdict === "fail" ? "fail" : null })}</div>`;
}

/** Both answers side by side, who and when, and the act that settles. */
function conflict(visit, item, found) {
  const own = owns(item, visit.department);
  const may = !visit.sealed && (own || visit.leads);
  const base = `/field/visits/${visit.id}/items/${item.id}`;
  return html`<section class="conflict"><h3>${icon("git-fork")}${t("conflict.title")}</h3><p>${own ? t("conflict.own") : visit.leads ? t("conflict.lead") : t("conflict.others")}</p>
    <div class="conflict__sides">${found.heads.map((head, index) => html`<div class="side">
      <p>${badge(head.verdict)}</p>${answerText(visit, item, head)}
      ${may && writeForm({ id: `choose-${item.id}-${index}`, action: `${base}/${own ? "choice" : "settlement"}`, draft: own ? null : `choose-${item.id}-${index}`, act: `choose:${head.hash}` }, html`
        <input type="hidden" name="chooses" value="${head.hash}">
        ${!own && areaField({ id: `reason-${item.id}-${index}`, name: "reason", label: t("conflict.reason"), maxlength: 500, value: visit.drafts?.[`choose-${item.id}-${index}`]?.reason ?? "" })}
        ${submit(t("conflict.choose"), { symbol: "check" })}`)}</div>`)}</div></section>`;
}

function history(visit, item, found) {
  if (found.history.length < 2) return "";
  const answers = inVisitOrder(found.history.map((hash) => visit.entries.get(hash)).filter(Boolean));
  return html`<details class="fold"><summary>${t("item.history", { count: answers.length })}</summary><ol class="history">${answers.map((entry) => html`<li>
    ${said(visit, item, entry)}<p class="quiet">${personName(visit, entry.author)} ${moment(entry.at)}</p></li>`)}</ol></details>`;
}

/** One line of the history: an answer, or the lead's choice among them with its reason. */
function said(visit, item, { kind, body }) {
  if (kind !== "settlement") return html`${badge(body.verdict)} ${valueText(item, body.value)} ${body.remark || body.reason}`;
  const chosen = visit.entries.get(body.chooses);
  return html`${icon("gavel")}${t("conflict.settled")} ${chosen && badge(chosen.body.verdict)} ${body.reason}`;
}

/** 未开展: one act that answers every open item of a matter. */
export function notCarriedOnPage(visit, matters, draft, sync) {
  const base = `/field/visits/${visit.id}`;
  return {
    title: t("not-carried.title"),
    back: base,
    sync,
    body: () => (matters.length ? notCarriedOnForm(visit, matters, draft, base) : html`<p class="empty">${t("not-carried.none")}</p>${linkButton(base, t("item.to-list"))}`),
  };
}

const shared = (items) => items.filter((item) => ownersOf(item).length > 1).length;

function notCarriedOnForm(visit, matters, draft, base) {
  if (!visit.state.departments[visit.department].ready) return needs(t("gate.first"), { href: `${base}/arrive/${visit.department}`, text: t("gate.go") });
  return html`<p>${t("not-carried.text")}</p>${writeForm({ id: "not-carried", action: `${base}/not-carried-on`, draft: "not-carried", act: `not-carried:${visit.entries.size}` }, html`
    <fieldset class="field choices"><legend>${t("not-carried.matter")}</legend>${matters.map(({ matter, items }, index) => html`<label class="choice" for="matter-${index}"><input type="radio" id="matter-${index}" name="matter" value="${matter}"${
      draft.matter === matter ? html` checked` : ""
    }><span>${matter}<small>${t("not-carried.items", { count: items.length })}${shared(items) > 0 && t("not-carried.merged", { count: shared(items) })}</small></span></label>`)}</fieldset>
    ${areaField({ id: "not-carried-reason", name: "reason", label: t("not-carried.reason"), value: draft.reason ?? "", maxlength: 500 })}
    ${submit(t("not-carried.save"), { symbol: "circle-minus" })}`)}`;
}
