/** Paper for the day without a phone: the blank form beforehand, and what was written on it typed in afterwards. */
import { t } from "../i18n/index.js";
import { part } from "../local/live.js";
import { areaField, icon, linkButton, needs, submit, writeForm } from "./components.js";
import { photoStrip, shootButtons } from "./evidence.js";
import { moment } from "./format.js";
import { html } from "./html.js";
import { PAPER_CAPTIONS } from "./record-words.js";
import { departmentName, inVisitOrder, personName } from "./words.js";

export function transcriptionPage(visit, drafts, online, sync) {
  const base = `/field/visits/${visit.id}`;
  return {
    title: t("transcription.title"),
    back: `${base}#records`,
    sync,
    body: () => html`${part("blank", blankForm(visit, online))}
      ${part("transcription", visit.sealed ? html`<section id="transcription">${needs(t("refused.sealed"))}</section>` : typing(visit, drafts))}
      ${part("transcribed", done(visit))}`,
    bar: () => html`<nav id="bar" class="bar">${linkButton(base, t("item.to-list"), { symbol: "list" })}</nav>`,
  };
}

/** The paper comes from the server; without it there is none to print. */
function blankForm(visit, online) {
  return html`<section id="blank" class="card"><h2>${icon("printer")}${t("blank.title")}</h2><p>${t("blank.text")}</p>
    ${online ? html`<a class="button button--plain" href="/office/visits/${visit.id}/blank.pdf" target="_blank" hx-boost="false">${icon("printer")}<span>${t("blank.open")}</span></a>` : needs(t("blank.offline"))}</section>`;
}

function typing(visit, drafts) {
  const page = transcribing(visit, drafts);
  return html`<section id="transcription" class="card"><h2>${icon("scan")}${t("transcription.new")}</h2>
    ${page ? html`${needs(t("transcription.going"), { href: `/field/visits/${visit.id}?filter=mine`, text: t("transcription.to-items") })}${photoStrip(visit, [page], "going")}
      ${writeForm({ id: "transcription-end", action: `/field/visits/${visit.id}/transcription/end`, act: "" }, submit(t("transcription.end"), { symbol: "check" }))}` : begin(visit, drafts.transcription ?? {})}</section>`;
}

function begin(visit, draft) {
  const pages = pagesOf(visit);
  const chosen = draft.page ?? pages.at(-1)?.sha256;
  return html`<p>${t("transcription.text")}</p>
    ${shootButtons({ visit: visit.id, moment: "other", department: visit.department, caption: PAPER_CAPTIONS.transcribed }, { film: false })}
    ${writeForm({ id: "transcription-begin", action: `/field/visits/${visit.id}/transcription`, draft: "transcription", act: `transcribed:${visit.state.lists.transcribed.length}` }, html`
      <fieldset class="field choices choices--photos"><legend>${t("transcription.page")}</legend>${pages.map(({ sha256 }) => html`<label class="choice" for="paper-${sha256}"><input type="radio" id="paper-${sha256}" name="page" value="${sha256}"${sha256 === chosen ? html` checked` : ""}><img id="thumb-paper-${sha256}" data-thumb="${sha256}" data-visit="${visit.id}" alt="${t("transcription.page")}" hx-morph-skip></label>`)}
      ${!pages.length && html`<p class="hint">${t("transcription.no-page")}</p>`}</fieldset>
      ${areaField({ id: "transcription-about", name: "text", label: t("transcription.about"), value: draft.text ?? "", hint: t("transcription.about-hint"), maxlength: 2000 })}
      ${submit(t("transcription.begin"), { symbol: "writing" })}`)}`;
}

/** Photos of filled-in pages of the own department, in order. */
export function pagesOf(visit) {
  const all = Object.entries(visit.state.evidence).map(([sha256, one]) => ({ sha256, ...one, at: one.captured_at }));
  return inVisitOrder(all.filter((one) => one.caption === PAPER_CAPTIONS.transcribed && one.department === visit.department && !one.withdrawn));
}

/** The page that answers are being typed from on this phone, or null. */
export function transcribing(visit, drafts) {
  const page = drafts.transcribing?.page;
  return page && !visit.sealed && visit.state.evidence[page] ? page : null;
}

function done(visit) {
  const list = inVisitOrder(visit.state.lists.transcribed);
  return html`<section id="transcribed">${list.length > 0 && html`<ol class="card records__list">${list.map((one) => html`<li><p class="records__text">${one.text}</p>${photoStrip(visit, [one.of], one.hash.slice(0, 8))}
    <p class="quiet">${departmentName(visit, one.department)} ${personName(visit, one.author)} ${moment(one.at)} ${visit.entryMark(one.hash)}</p></li>`)}</ol>`}</section>`;
}
