/** Screen 1, my visits: today, coming, done. */
import { t } from "../i18n/index.js";
import { part } from "../local/live.js";
import { empty, icon, meter, needs, visitMark } from "./components.js";
import { day, isoDay, percent, timeOfDay } from "./format.js";
import { html } from "./html.js";
import { readyLink } from "./ready.js";
import { progressOf } from "./words.js";

/** cards: [{visit: summary, loaded: visit|null, download: {done,total}|null, group}] */
export function visitsPage({ cards, sync, today, readySeen }) {
  return {
    title: t("visits.title"),
    tab: "visits",
    sync,
    body: () => html`${!readySeen && readyLink(false)}${cards.length ? groups(cards, sync, today) : nothing(sync)}${readySeen && readyLink(true)}`,
  };
}

/** An empty list is said to be empty only after the server was asked. */
function nothing(sync) {
  if (sync.lastContact) return empty(t("visits.none"), t("visits.none-text"));
  return html`<p class="loading" role="status">${t(sync.phase === "syncing" || sync.phase === "idle" ? "visits.asking" : "visits.not-asked")}</p>`;
}

function groups(cards, sync, today) {
  return ["today", "earlier", "coming", "done"].map((name) => {
    const mine = cards.filter((card) => card.group === name);
    if (!mine.length && name !== "today") return "";
    return html`<section class="group"><h2>${t(`visits.${name}`)}</h2>${
      mine.length ? mine.map((card) => visitCard(card, sync, today)) : html`<p class="quiet">${t("visits.none-today")}</p>`
    }</section>`;
  });
}

function visitCard({ summary, loaded, download }, sync, today) {
  const id = `visit-${summary.id}`;
  if (summary.release_at) return part(id, withheldCard(id, summary));
  const enterprise = loaded?.bundle.enterprise ?? { name: nameIn(summary), address: "" };
  const slot = loaded?.bundle.visit.slot ?? "";
  const when = summary.date === today ? slot : `${day(summary.date)} ${slot}`;
  return part(id, html`<a id="${id}" class="card visit-card" href="/field/visits/${summary.id}">
    <span class="visit-card__name">${enterprise.name}</span>
    <span class="visit-card__when">${icon("clock")}${when}</span>
    ${enterprise.address && html`<span class="visit-card__where">${icon("map-pin")}${enterprise.address}</span>`}
    ${loaded ? progress(loaded) : downloading(download)}
    <span class="visit-card__foot">${status(summary, loaded)}${loaded && visitMark(sync, summary.id)}</span>
  </a>`);
}

/** Before its release the phone knows only the day and who goes; nothing to open, and what will be needed then. */
function withheldCard(id, { date, release_at: at, team, status: state }) {
  return html`<article id="${id}" class="card visit-card visit-card--withheld">
    <span class="visit-card__name">${icon("lock")}${t("withheld.title")}</span>
    <span class="visit-card__when">${icon("clock")}${day(date)}</span>
    <span class="visit-card__team">${icon("users")}${team.map((one) => (one.lead ? t("visits.lead", { name: one.name }) : one.name)).join(t("list.comma"))}</span>
    <span>${t("withheld.until", { at: `${day(isoDay(new Date(at)))} ${timeOfDay(new Date(at))}` })}</span>
    ${needs(t("withheld.network"))}
    <span class="visit-card__foot"><span class="pill pill--${state}">${t(`status.${state}`)}</span></span>
  </article>`;
}

function nameIn(summary) {
  return typeof summary.enterprise === "string" ? summary.enterprise : summary.enterprise?.name ?? "";
}

function progress(visit) {
  const { answered, due } = progressOf(visit);
  return html`${meter(answered, due, t("visit.progress"))}
    <span class="visit-card__departments">${visit.bundle.departments.map((one) => departmentPill(visit, one))}</span>
    <span class="visit-card__team">${icon("users")}${teamText(visit)}</span>`;
}

/** The lead and the own colleagues by name, the others by number: a joint team has a dozen members. */
function teamText({ bundle: { team }, department }) {
  const named = team.filter((one) => one.lead || one.department === department);
  const names = named.map((one) => (one.lead ? t("visits.lead", { name: one.name }) : one.name)).join(t("list.comma"));
  return named.length < team.length ? t("visits.team", { names, count: team.length }) : names;
}

function departmentPill(visit, { code, short_name: name }) {
  const { state, counts } = visit.state.departments[code];
  const due = counts.items - counts.exempt;
  return html`<span class="pill pill--${state}">${name} ${state === "open" ? html`<b>${counts.answered}/${due}</b>` : t(`department.${state}`)}</span>`;
}

function downloading(download) {
  if (!download) return html`<span class="quiet">${icon("cloud-download")}${t("visits.not-yet-here")}</span>`;
  return html`<span class="quiet">${icon("cloud-download")}${t("visits.downloading", { percent: percent(download.done, download.total) })}</span>`;
}

function status(summary, loaded) {
  const state = loaded?.ended ?? loaded?.state.status ?? summary.status;
  return html`${summary.training && html`<span class="pill pill--training">${t("training.mark")}</span>`}<span class="pill pill--${state}">${t(`status.${state}`)}</span>${loaded && html`<span class="quiet">${icon("device-mobile-check")}${t("visits.here")}</span>`}`;
}
