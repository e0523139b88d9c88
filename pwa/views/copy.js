/** The party's copy on the screen: the way to it, the copies handed out, and one of them with what can be done with it. */
import { t } from "../i18n/index.js";
import { part } from "../local/live.js";
import { choiceField, doButton, icon, linkButton, needs, submit, textField, writeForm } from "./components.js";
import { bytes, moment } from "./format.js";
import { html } from "./html.js";
import { PARTY_COPY, WAYS } from "./record-words.js";
import { inVisitOrder } from "./words.js";

const base = (visit) => `/field/visits/${visit.id}/copies`;

/** On the page of the close. */
export function copySection(visit) {
  const made = visit.state.lists.served.filter((one) => one.document === PARTY_COPY && one.sha256);
  return html`<section id="copy" class="card"><h2>${icon("copy")}${t("copy.title")}</h2><p>${t("copy.text")}</p>
    ${made.length > 0 && html`<p class="fine">${icon("circle-check")}${t("copy.made", { count: made.length })}</p>`}
    ${linkButton(base(visit), t(made.length ? "copy.see" : "copy.make"), { symbol: "copy" })}</section>`;
}

/** copies: served entries, the newest first, each with its `text` where it is on this phone. */
export function copiesPage(visit, copies, draft, sync) {
  const signed = visit.state.signatures.some((one) => one.role === "party" && one.valid);
  const known = inVisitOrder(visit.state.lists.parties).at(-1)?.name ?? "";
  return {
    title: t("copy.title"),
    back: `/field/visits/${visit.id}/close#copy`,
    sync,
    body: () => html`${part("copies", html`<section id="copies">${copies.map((one) => served(visit, one))}</section>`)}
      <section class="card"><h2>${icon("file-alert")}${t(copies.length ? "copy.another" : "copy.make")}</h2><p>${t("copy.order")}</p>
        ${!signed && needs(t("copy.unsigned"))}
        ${writeForm({ id: "make-copy", action: base(visit), draft: "copy", act: `copy:${copies.length}:${visit.entries.size}` }, html`
          ${textField({ id: "copy-recipient", name: "recipient", label: t("copy.recipient"), value: draft.recipient ?? known, maxlength: 60 })}
          ${choiceField({ id: "copy-way", name: "way", label: t("copy.way"), value: draft.way ?? WAYS[0], options: WAYS.map((way, index) => ({ value: way, label: t(`copy.way-${index}`) })) })}
          ${submit(t("copy.make-now"), { symbol: "copy" })}`)}</section>`,
    bar: () => "",
  };
}

function served(visit, one) {
  return html`<article class="card"><p><b>${one.recipient}</b> ${one.way}<span class="quiet"> ${moment(one.at)} ${visit.entryMark(one.hash)}</span></p>
    <p class="copy__hash">SHA-256 ${one.sha256}</p>
    ${one.text ? linkButton(`${base(visit)}/${one.sha256}`, t("copy.open"), { symbol: "copy" }) : html`<p class="quiet">${t("copy.other-phone")}</p>`}</article>`;
}

export function copyPage(visit, { sha256, recipient, at, hash, text }, sync) {
  const data = { sha: sha256, number: visit.bundle.visit.number };
  return {
    title: t("copy.title"),
    back: base(visit),
    sync,
    body: () => html`${part("copy-state", html`<section id="copy-state" class="card"><p class="fine">${icon("circle-check")}${t("copy.recorded", { name: recipient, at: moment(at), size: bytes(new Blob([text]).size) })} ${visit.entryMark(hash)}</p>
        <p class="copy__hash">SHA-256 ${sha256}</p></section>`)}
      <div class="copy__sheet"><party-copy data-sha="${sha256}" hx-morph-skip></party-copy></div>`,
    bar: () => html`<nav id="bar" class="bar">
      <button class="tab" type="button" data-do="copy-print">${icon("printer")}<span>${t("copy.print")}</span></button>
      ${doButton("copy-share", t("copy.share"), { symbol: "arrow-right", look: "main bar__main", data })}
      <button class="tab" type="button" data-do="copy-save" data-sha="${sha256}" data-number="${data.number}">${icon("device-floppy")}<span>${t("copy.keep")}</span></button></nav>`,
  };
}
