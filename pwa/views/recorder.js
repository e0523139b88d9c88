/** The recorder's page, and the strip of moments that must be shown. */
import { t } from "../i18n/index.js";
import { part } from "../local/live.js";
import { areaField, choiceField, doButton, icon, linkButton, needs } from "./components.js";
import { bytes } from "./format.js";
import { html } from "./html.js";
import { obligatoryMoments } from "./moments.js";

/** Moments one can mark while recording. */
export const MARKS = ["arrival", "identity", "rights", "fail", "sample", "refusal", "leaving", "other"];

/** Records are in Chinese, whatever the screen speaks. */
export const PAUSES = ["涉及商业秘密", "涉及个人隐私", "当事人休息", "转移检查地点", "等待当事人到场"];
const SOUND_REASONS = ["涉及个人隐私，不宜录像", "涉及商业秘密，不宜录像", "场所禁止摄像"];

/** `phone`: {preset, sizes, sound}, `sizes` [{name, perMinute, minutes}] or null, `sound` one or null; `film`: the state of what is being recorded, or null; `wish`: {moment, next} */
export function recorderPage(visit, { phone, film, wish, draft }, sync) {
  const here = film?.visit === visit.id;
  return {
    title: t("recorder.title"),
    back: wish.next,
    sync,
    body: () => part("recorder", html`<section id="recorder" class="recorder-page">
      ${film ? (here ? running(film) : needs(t("recorder.elsewhere"), { href: `/field/visits/${film.visit}/recorder`, text: t("recorder.go-there") })) : choices(visit, phone, wish, draft)}</section>`),
    bar: () => part("bar", html`<nav id="bar" class="bar">${film || !phone.sizes ? linkButton(wish.next, t("action.back"), { symbol: "arrow-left" })
      : doButton("record", t("recorder.start"), { look: "main", symbol: "video", data: { visit: visit.id, department: visit.department, moment: wish.moment, next: wish.next } })}</nav>`),
  };
}

function choices(visit, phone, wish, draft) {
  const data = { visit: visit.id, department: visit.department, moment: wish.moment, next: wish.next };
  if (!phone.sizes && !phone.sound) return needs(t("refused.recorder-none"));
  const saved = Object.values(visit.state.evidence).filter(({ type }) => /^(video|audio)\//.test(type)).length;
  return html`${saved > 0 && html`<p class="fine">${icon("circle-check")}${t("recorder.saved", { count: saved })}</p>${linkButton(`/field/visits/${visit.id}/evidence`, t("recorder.see"), { symbol: "photo" })}`}
    ${wish.moment && html`<p class="big">${icon("flag")}${t("recorder.for", { moment: t(`moment.${wish.moment}`) })}</p>`}
    <p>${t("recorder.text")}</p>
    ${phone.sizes ? html`<form id="recorder-form" class="form card" data-draft="recorder" novalidate>${choiceField({ id: "preset", name: "preset", label: t("recorder.size"), value: draft.preset ?? phone.preset, options: phone.sizes.map((size) => ({
      value: size.name, label: t(`recorder.preset-${size.name}`), note: forecast(size) })) })}</form>` : needs(t("recorder.no-picture"))}
    <div class="shoot">${doButton("camera", t("shoot.camera"), { symbol: "camera", data: { visit: visit.id, moment: wish.moment, item: wish.item } })}</div>
    ${phone.sound && html`<details class="fold"${phone.sizes ? "" : html` open`}><summary>${t("recorder.sound-only")}</summary><p>${t("recorder.sound-text")} ${forecast(phone.sound)}</p>
      <form id="sound-form" class="form" data-draft="recorder-sound" novalidate>${areaField({ id: "sound-reason", name: "reason", label: t("recorder.sound-reason"), value: draft.reason ?? "", maxlength: 300 })}
      <div class="phrases">${SOUND_REASONS.map((text) => html`<button class="phrase" type="button" data-do="phrase" data-into="sound-reason" data-text="${text}">${text}</button>`)}</div></form>
      ${doButton("record", t("recorder.start-sound"), { look: "plain", symbol: "microphone", data: { ...data, sound: "1" } })}</details>`}`;
}

/** 约 11 MB/分钟，本机还可录约 3 小时 */
function forecast({ perMinute, minutes }) {
  const rate = t("recorder.rate", { size: perMinute < 1024 ** 2 ? bytes(perMinute) : `${Math.round(perMinute / 1024 ** 2)} MB` });
  return minutes === null ? rate : `${rate}${t("recorder.fits", { time: lasting(minutes) })}`;
}

function lasting(minutes) {
  return minutes >= 120 ? t("recorder.hours", { count: Math.floor(minutes / 60) }) : t("recorder.minutes", { count: minutes });
}

function running(film) {
  const going = film.phase === "recording";
  return html`<p class="big">${icon(film.soundOnly ? "microphone" : "video")}${t(`recorder.${film.phase}`)}</p>
    ${film.problem && needs(t(`refused.${film.problem}`))}
    ${film.low && needs(t("recorder.low", { time: lasting(film.left) }))}
    <p>${t(going ? "recorder.text-running" : "recorder.text-halted")}</p>
    ${going && html`<h2 class="big">${icon("flag")}${t("recorder.mark")}</h2><p class="quiet">${t("recorder.mark-text")}</p>
      <div class="marks">${MARKS.map((name) => html`<button class="button button--plain" type="button" data-do="record-mark" data-moment="${name}" aria-pressed="${String(film.moment === name)}">${film.moment === name && icon("check")}<span>${t(`moment.${name}`)}</span></button>`)}</div>`}
    <div class="shoot">${going ? html`${!film.soundOnly && doButton("record-preview", t("recorder.preview"), { symbol: "maximize" })}${doButton("record-pause", t("recorder.pause"), { symbol: "player-pause" })}` : doButton("record-resume", t("recorder.resume"), { look: "main", symbol: "player-play" })}
      ${doButton("record-stop", t("recorder.stop"), { look: "grave", symbol: "player-stop" })}</div>`;
}

const SHOWN = { shown: "circle-check", lacking: "alert-triangle", coming: "circle" };

/** The moments of the own department, each with what it has; a tap leads where it can be had. */
export function momentStrip(visit) {
  const all = obligatoryMoments(visit);
  if (!all.length) return html`<section id="moments"></section>`;
  const shown = all.filter(({ state }) => state === "shown").length;
  return html`<section id="moments" class="moments" aria-label="${t("moments.title")}">
    <p class="moments__head"><b>${t("moments.title")}</b><span class="figures">${shown}/${all.length}</span><span class="spacer"></span>
      <a class="button button--plain" href="/field/visits/${visit.id}/recorder">${icon("video")}<span>${t("moments.record")}</span></a></p>
    <ul class="moments__list">${all.map((one) => html`<li><a class="moment moment--${one.state}" href="${one.href}">${icon(SHOWN[one.state])}<span>${nameOf(visit, one)}<small>${t(`moments.${one.state}`)}</small></span></a></li>`)}</ul></section>`;
}

function nameOf(visit, { moment, item }) {
  return item ? `${visit.numberOf(item.id)} ${item.matter}` : t(`moment.${moment}`);
}
