/** The small pieces every screen is made of: icons, marks, badges, fields, the frame. */
import { t } from "../i18n/index.js";
import { part } from "../local/live.js";
import { html } from "./html.js";
import { percent } from "./format.js";

export function icon(name) {
  return html`<svg class="icon" aria-hidden="true"><use href="#icon-${name}"></use></svg>`;
}

/** ● ↑ ✓ !: where something is, the same four everywhere. */
const MARKS = { local: "circle-filled", syncing: "arrow-up", stored: "check", attention: "alert-triangle" };

export function mark(kind, params = {}) {
  return html`<span class="mark mark--${kind}">${icon(MARKS[kind])}<span>${t(`mark.${kind}`, params)}</span></span>`;
}

/** The mark of one record: on this phone, or with the server. */
export function recordMark(onServer) {
  const kind = onServer ? "stored" : "local";
  return html`<span class="mark mark--${kind}">${icon(MARKS[kind])}<span>${t(`record.${kind}`)}</span></span>`;
}

/** What is shown before the phone has counted what it holds: nothing is called stored by guess. */
const CHECKING = () => html`<span class="mark mark--offline">${icon("refresh")}<span>${t("mark.checking")}</span></span>`;

/** The mark of one visit, from what the exchange knows of it. */
export function visitMark(sync, visit) {
  if (!sync?.counted) return CHECKING();
  const here = sync?.visits?.[visit];
  if (here?.attention?.length) return mark("attention", { count: here.attention.length });
  const waiting = (here?.entriesHere ?? 0) + (here?.filesHere ?? 0);
  if (!waiting) return mark("stored");
  if (sync.phase === "syncing") return mark("syncing", { percent: progressOf(sync) });
  return mark("local", { count: waiting });
}

/** The sum over all visits, for the header; a tap explains it. */
export function sumMark(sync) {
  if (!sync?.counted) return CHECKING();
  const visits = Object.values(sync?.visits ?? {});
  const attention = visits.reduce((sum, one) => sum + (one.attention?.length ?? 0), 0);
  const waiting = visits.reduce((sum, one) => sum + (one.entriesHere ?? 0) + (one.filesHere ?? 0), 0);
  if (attention || sync?.phase === "attention") return mark("attention", { count: attention || 1 });
  if (waiting && sync.phase === "syncing") return mark("syncing", { percent: progressOf(sync) });
  if (waiting) return mark("local", { count: waiting });
  if (sync?.phase === "offline") return html`<span class="mark mark--offline">${icon("cloud-off")}<span>${t("mark.offline")}</span></span>`;
  return mark("stored");
}

function progressOf({ items, bytes }) {
  return bytes?.total ? percent(bytes.done, bytes.total) : percent(items?.done ?? 0, items?.total ?? 0);
}

const VERDICT_ICONS = { pass: "circle-check", fail: "circle-x", na: "circle-minus", pending: "hourglass", exempt: "shield-check", open: "circle", conflict: "git-fork" };

/** A verdict or an item's state, with colour, icon and word. */
export function badge(verdict) {
  return html`<span class="badge badge--${verdict}">${icon(VERDICT_ICONS[verdict])}<span>${t(`verdict.${verdict}`)}</span></span>`;
}

export function severity(code) {
  return html`<span class="severity severity--${code}">${t(`severity.${code}`)}</span>`;
}

export function linkButton(href, text, { look = "plain", symbol = null } = {}) {
  return html`<a class="button button--${look}" href="${href}">${symbol && icon(symbol)}<span>${text}</span></a>`;
}

/** A submit button; `name` and `value` travel with the form. */
export function submit(text, { look = "main", symbol = null, name = null, value = null } = {}) {
  const pair = name ? html` name="${name}" value="${value}"` : "";
  return html`<button class="button button--${look}" type="submit"${pair}>${symbol && icon(symbol)}<span>${text}</span></button>`;
}

/** A button that asks the page (not the phone's server) to do something: data-do names it. */
export function doButton(deed, text, { look = "plain", symbol = null, data = {} } = {}) {
  const attributes = Object.entries(data)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => html` data-${name}="${value}"`);
  return html`<button class="button button--${look}" type="button" data-do="${deed}"${attributes}>${symbol && icon(symbol)}<span>${text}</span></button>`;
}

/**
 * A form that writes: kept as a draft while typed (key `draft`), sent once per `act`.
 * Its answer is the changed parts of the page, or a notice that loses nothing.
 */
export function writeForm({ id, action, draft = null, act, look = "" }, content) {
  return html`<form id="${id}" class="form ${look}" hx-post="${action}" novalidate${draft ? html` data-draft="${draft}"` : ""}>
    <input type="hidden" name="act" value="${act}">${content}</form>`;
}

/** The way to the server's sign-in for one certain person; whoever is signed in now is signed out by it. */
export function signInForm(next, text, look = "main") {
  return writeForm({ id: "sign-in", action: "/field/sign-in", act: "sign-in" }, html`<input type="hidden" name="next" value="${next}">${submit(text, { look, symbol: "login" })}`);
}

export function textField({ id, name, label, value = "", hint = "", type = "text", inputmode = null, maxlength = 200, autocomplete = "off" }) {
  return html`<div class="field"><label for="${id}">${label}</label>
    <input id="${id}" name="${name}" type="${type}" value="${value}" maxlength="${maxlength}" autocomplete="${autocomplete}"${inputmode ? html` inputmode="${inputmode}"` : ""}>
    ${hint && html`<p class="hint">${hint}</p>`}</div>`;
}

export function areaField({ id, name, label, value = "", hint = "", maxlength = 2000 }) {
  return html`<div class="field"><label for="${id}">${label}</label>
    <textarea id="${id}" name="${name}" rows="3" maxlength="${maxlength}">${value}</textarea>
    ${hint && html`<p class="hint">${hint}</p>`}</div>`;
}

/** One of several, as big targets. options: [{value, label, note?}] */
export function choiceField({ id, name, label, value, options, look = "" }) {
  return html`<fieldset class="field choices ${look}" id="${id}"><legend>${label}</legend>${options.map(
    (option, index) => html`<label class="choice" for="${id}-${index}"><input type="radio" id="${id}-${index}" name="${name}" value="${option.value}"${
      option.value === value ? html` checked` : ""
    }><span>${option.label}${option.note && html`<small>${option.note}</small>`}</span></label>`,
  )}</fieldset>`;
}

export function checkField({ id, name, value, label, checked = false, note = "" }) {
  return html`<label class="choice" for="${id}"><input type="checkbox" id="${id}" name="${name}" value="${value}"${
    checked ? html` checked` : ""
  }><span>${label}${note && html`<small>${note}</small>`}</span></label>`;
}

export function empty(title, text) {
  return html`<div class="empty"><p class="empty__title">${title}</p><p>${text}</p></div>`;
}

export function meter(done, total, label) {
  return html`<div class="meter"><progress max="${total || 1}" value="${done}" aria-label="${label}"></progress><span class="figures">${done}/${total}</span></div>`;
}

/** A note that something needs the reader, with the way there. */
export function needs(text, link = null) {
  return html`<p class="needs">${icon("alert-triangle")}<span>${text}${link && html` <a href="${link.href}"${link.outside ? html` hx-boost="false"` : ""}>${link.text}</a>`}</span></p>`;
}

/** The frame of every page: header with the honest mark, content, the bar in the thumb's reach. */
export function frame({ title, back = null, tab = null, sync = null, body, bar = null, plain = false, training = false, alerts = "" }) {
  return html`<main id="screen" class="screen" hx-history-elt tabindex="-1">
    <header class="top">${back && html`<a class="top__back" href="${back}" aria-label="${t("action.back")}">${icon("chevron-left")}</a>`}
      <h1 class="top__title">${title}</h1>
      ${!plain && part("sum", html`<a id="sum" class="top__mark" href="/field/sync">${sumMark(sync)}</a>`)}</header>
    <div class="content">${training && exerciseMark()}${!plain && alerts}${body()}</div>
    ${bar ? bar() : tab && tabs(tab)}
  </main>`;
}

/** 演练: said in words once, and drawn across the screen. */
function exerciseMark() {
  return html`<p class="exercise">${icon("flag")}<span>${t("training.note")}</span></p><div class="watermark" data-mark="${t("training.mark")}" aria-hidden="true"></div>`;
}

function tabs(current) {
  const all = [["visits", "/field/", "clipboard-check"], ["sync", "/field/sync", "refresh"], ["me", "/field/me", "user"]];
  return html`<nav class="bar bar--tabs" aria-label="${t("tabs.label")}">${all.map(
    ([name, href, symbol]) => html`<a href="${href}" class="tab"${name === current ? html` aria-current="page"` : ""}>${icon(symbol)}<span>${t(`tabs.${name}`)}</span></a>`,
  )}</nav>`;
}
