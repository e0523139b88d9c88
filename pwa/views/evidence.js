/** Screen 4, evidence: strips of thumbnails, the list of a visit, the full-screen viewer. */
import { t } from "../i18n/index.js";
import { part } from "../local/live.js";
import { areaField, doButton, empty, icon, linkButton, mark, recordMark, submit, writeForm } from "./components.js";
import { bytes, moment, seconds } from "./format.js";
import { html } from "./html.js";
import { departmentName, inVisitOrder, personName } from "./words.js";

/** Thumbnails in a row; `where` keeps the ids of one photo in two strips apart. */
export function photoStrip(visit, hashes, where) {
  if (!hashes.length) return "";
  return html`<ul class="strip">${hashes.map((sha256) => html`<li>${thumb(visit, sha256, where)}</li>`)}</ul>`;
}

function thumb(visit, sha256, where) {
  const found = visit.state.evidence[sha256];
  const medium = mediumOf(found?.type);
  return html`<a class="thumb${found?.withdrawn ? " thumb--withdrawn" : ""}" href="/field/visits/${visit.id}/evidence/${sha256}" aria-label="${found?.caption || t(MEDIA[medium])}">
    ${medium === "audio" ? icon("microphone") : html`<img id="thumb-${where}-${sha256}" data-thumb="${sha256}" data-visit="${visit.id}" alt="" hx-morph-skip>`}
    ${medium === "video" && icon("player-play")}<span class="thumb__mark">${gradeMark(visit, sha256, true)}</span></a>`;
}

const MEDIA = { image: "evidence.photo", video: "evidence.video", audio: "evidence.sound" };

/** The name of what a file is, as a key of the texts. */
export const mediumName = (type) => MEDIA[mediumOf(type)];

function mediumOf(type = "") {
  const [medium] = type.split("/");
  return medium in MEDIA ? medium : "image";
}

/** Where the bytes are: on this phone only, on the way, or with the server. */
export function gradeMark(visit, sha256, small = false) {
  const grade = visit.grades.get(sha256) ?? visit.state.evidence[sha256]?.grade;
  const kind = grade === "stored" || grade === "backed-up" ? "stored" : grade === "uploading" ? "syncing" : grade === "awaited" ? "attention" : "local";
  if (small) return html`<span class="dot dot--${kind}">${icon({ stored: "check", syncing: "arrow-up", attention: "clock", local: "circle-filled" }[kind])}</span>`;
  if (kind === "attention") return html`<span class="mark mark--offline">${icon("clock")}<span>${t("evidence.awaited")}</span></span>`;
  if (kind === "syncing") return mark(kind, { percent: visit.percents.get(sha256) ?? 0 });
  return recordMark(kind === "stored");
}

/** In-app camera first: it needs no other app, so nothing can be lost. `film` is false where only a photo will do. */
export function shootButtons({ visit, item = null, moment: when = null, department = null, caption = null }, { film = true } = {}) {
  const data = { visit, item, moment: when, department, caption };
  return html`<div class="shoot">${doButton("camera", t("shoot.camera"), { look: "plain", symbol: "camera", data })}
    ${film && linkButton(recorderPath(data), t("shoot.video"), { symbol: "video" })}
    <details class="fold shoot__more"><summary>${t("shoot.more")}</summary><div class="shoot">${doButton("phone-camera", t("shoot.phone-camera"), { symbol: "device-mobile", data })}
    ${film && doButton("video", t("shoot.phone-video"), { symbol: "video", data })}
    ${doButton("album", t("shoot.album"), { symbol: "photo", data })}</div></details></div>`;
}

function recorderPath({ visit, item, moment: when }) {
  const wish = new URLSearchParams(Object.entries({ moment: when, item }).filter(([, value]) => value));
  return `/field/visits/${visit}/recorder${wish.size ? `?${wish}` : ""}`;
}

export function evidencePage(visit, sync) {
  const base = `/field/visits/${visit.id}`;
  const all = Object.entries(visit.state.evidence).map(([sha256, one]) => ({ sha256, ...one, at: one.captured_at }));
  return {
    title: t("evidence.title"),
    back: base,
    sync,
    body: () => (all.length ? html`<p class="quiet">${t("evidence.count", { count: all.length, size: bytes(all.reduce((sum, one) => sum + one.bytes, 0)) })}</p>
      <ul class="gallery">${inVisitOrder(all).reverse().map((one) => entry(visit, one))}</ul>` : empty(t("evidence.none"), t("evidence.none-text"))),
    bar: () => html`<nav id="bar" class="bar">${doButton("camera", t("shoot.camera"), { look: "main", symbol: "camera", data: { visit: visit.id } })}</nav>`,
  };
}

function entry(visit, one) {
  const item = one.item && visit.itemOf(one.item);
  return part(`evidence-${one.sha256}`, html`<li id="evidence-${one.sha256}" class="gallery__one">${thumb(visit, one.sha256, "all")}
    <p><b>${item ? `${visit.numberOf(one.item)} ${item.matter}` : t(`moment.${one.moment ?? "other"}`)}</b></p>
    <p class="quiet">${departmentName(visit, one.department)} ${personName(visit, one.author)} ${moment(one.captured_at)}</p>
    <p class="quiet">${t(`source.${one.source}`)} ${bytes(one.bytes)} ${gradeMark(visit, one.sha256)}</p>
    ${one.withdrawn && html`<p class="tag tag--needs">${t("evidence.withdrawn", { reason: one.withdrawn })}</p>`}</li>`);
}

/** Full screen, with what is known of it; taking it back needs a reason and keeps the file. */
export function viewerPage(visit, sha256, back, draft, sync) {
  const one = visit.state.evidence[sha256];
  const medium = mediumOf(one.type);
  const facts = [
    [t("evidence.taken"), `${moment(one.captured_at)} ${personName(visit, one.author)}`],
    [t("evidence.source"), t(`source.${one.source}`)],
    [t("evidence.place"), one.location ? `${(one.location.lat / 1e7).toFixed(5)}, ${(one.location.lon / 1e7).toFixed(5)} ±${one.location.accuracy} m` : t("evidence.no-place")],
    ...(one.segment ? [[t("evidence.segment"), t("evidence.segment-said", { number: one.segment, time: seconds(one.duration_ms) })]] : []),
    [t("evidence.size"), bytes(one.bytes)],
    [t("evidence.hash"), sha256],
  ];
  return {
    title: t(MEDIA[medium]),
    back,
    sync,
    body: () => html`<figure class="viewer">${medium === "video" ? html`<video id="full-${sha256}" data-full="${sha256}" data-visit="${visit.id}" controls playsinline hx-morph-skip></video>`
      : medium === "audio" ? html`<audio id="full-${sha256}" data-full="${sha256}" data-visit="${visit.id}" controls hx-morph-skip></audio>`
      : html`<img id="full-${sha256}" data-full="${sha256}" data-visit="${visit.id}" alt="${one.caption}" hx-morph-skip>`}
      <figcaption id="full-note-${sha256}" class="quiet"></figcaption></figure>
      ${part("facts", html`<section id="facts"><p>${gradeMark(visit, sha256)}</p>${one.caption && html`<p>${one.caption}</p>`}<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd class="break">${value}</dd></div>`)}</dl>
      ${withdrawal(visit, sha256, one, draft)}</section>`)}`,
  };
}

function withdrawal(visit, sha256, one, draft) {
  if (one.withdrawn) return html`<p class="needs">${icon("eraser")}${t("evidence.withdrawn", { reason: one.withdrawn })}</p>`;
  if (one.department && one.department !== visit.department) return "";
  return html`<details class="fold"><summary>${t("evidence.withdraw")}</summary><p>${t("evidence.withdraw-text")}</p>
    ${writeForm({ id: "withdraw", action: `/field/visits/${visit.id}/evidence/${sha256}/withdrawal`, draft: `withdraw-${sha256}`, act: `withdraw:${sha256}` }, html`
      ${areaField({ id: "withdraw-reason", name: "reason", label: t("evidence.withdraw-reason"), value: draft.reason ?? "", maxlength: 300 })}
      ${submit(t("evidence.withdraw"), { look: "grave", symbol: "eraser" })}`)}</details>`;
}
