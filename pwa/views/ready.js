/** Before departure: what this phone can do, a line each, and what to do about the rest. */
import { t } from "../i18n/index.js";
import { part } from "../local/live.js";
import { doButton, icon, linkButton } from "./components.js";
import { bytes, day, moment } from "./format.js";
import { html } from "./html.js";

const LOOKS = { yes: "circle-check", no: "alert-triangle", ask: "click", look: "info-circle" };

/** What a line lets the reader do at once: a deed of the page, and its word. */
const DEEDS = { camera: "try-camera", location: "try-location", persist: "ask-to-persist" };

/** lines: see local/readiness.js; needing: how many need the reader */
export function readyPage({ lines, needing, sync }) {
  return {
    title: t("ready.title"),
    back: "/field/",
    sync,
    body: () => html`${part("ready-sum", sum(needing))}
      <p class="quiet">${t("ready.text")}</p>
      <ul id="ready" class="ready">${lines.map((line) => part(`ready-${line.name}`, lineItem(line)))}</ul>`,
    bar: () => html`<nav class="bar" aria-label="${t("ready.title")}">${doButton("reload", t("ready.again"), { symbol: "refresh" })}<a class="button button--main bar__main" href="/field/">${icon("arrow-right")}<span>${t("ready.on")}</span></a></nav>`,
  };
}

function sum(needing) {
  return html`<p id="ready-sum" class="ready-sum ready-sum--${needing ? "no" : "yes"}" role="status">${icon(needing ? LOOKS.no : LOOKS.yes)}<span>${needing ? t("ready.needing", { count: needing }) : t("ready.go")}</span></p>`;
}

function lineItem({ name, state, says: [key, params = {}], todo, list = [] }) {
  return html`<li id="ready-${name}" class="ready-line ready-line--${state}">${icon(LOOKS[state])}<div>
    <h2><span>${t(`ready.about-${name}`)}</span> <b>${t(`ready.state-${state}`)}</b></h2>
    <p>${t(key, written(params))}</p>${todo && html`<p class="ready-line__todo">${t(todo)}</p>`}
    ${list.length > 0 && html`<ul class="ready-visits">${list.map(visitItem)}</ul>`}
    ${DEEDS[name] && state !== "yes" && doButton(DEEDS[name], t(name === "persist" ? "ready.ask-again" : "ready.try-now"), { symbol: name === "persist" ? "shield-check" : "click" })}</div></li>`;
}

function visitItem({ name, date, here, withheld }) {
  if (withheld) return html`<li>${icon("lock")}<span>${t("withheld.title")}<small>${day(date)} ${t("withheld.until", { at: moment(withheld) })}</small></span></li>`;
  return html`<li>${icon(here ? LOOKS.yes : "cloud-download")}<span>${name}<small>${day(date)} ${t(here ? "visits.here" : "visits.not-yet-here")}</small></span></li>`;
}

/** Sizes and instants as people read them. */
function written({ size, since, ...params }) {
  return { ...params, ...(size !== undefined && { size: bytes(size) }), ...(since !== undefined && { since: moment(since) }) };
}

/** The way there from the list of visits: a whole card until it was seen once on this phone. */
export function readyLink(seen) {
  if (seen) return linkButton("/field/ready", t("ready.title"), { symbol: "device-mobile-check" });
  return html`<section id="ready-first" class="card"><h2>${icon("device-mobile-check")}${t("ready.title")}</h2><p>${t("ready.first")}</p>
    ${linkButton("/field/ready", t("ready.look"), { look: "main", symbol: "arrow-right" })}</section>`;
}
