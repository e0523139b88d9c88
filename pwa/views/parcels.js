/** Files that travel without a network: made for a colleague, taken in from one. */
import { known, t } from "../i18n/index.js";
import { part } from "../local/live.js";
import { checkField, doButton, icon, linkButton, needs, submit, textField, writeForm } from "./components.js";
import { bytes } from "./format.js";
import { html } from "./html.js";

/** work: {entries, groups: [{name, hashes, bytes}], job, phone: {shares, embedded}} */
export function handoverPage(visit, work, sync) {
  return {
    title: t("handover.title"),
    back: `/field/visits/${visit.id}`,
    sync,
    body: () => html`<p class="lead">${visit.bundle.enterprise.name}</p>${part("handover", handover(visit, work))}`,
  };
}

function handover(visit, { entries, groups, job, phone }) {
  const base = `/field/visits/${visit.id}/handover`;
  if (job?.phase === "working") return html`<section id="handover" class="card">${progress(job, t("handover.making"))}</section>`;
  if (job?.phase === "done") return html`<section id="handover" class="card">${made(job, phone)}
    ${writeForm({ id: "handover-again", action: `${base}/again`, act: "" }, submit(t("handover.again"), { look: "plain", symbol: "refresh" }))}</section>`;
  return html`<section id="handover" class="card"><p>${t("handover.text")}</p>${problem(job)}
    <p class="fine">${icon("circle-check")}${t("handover.entries", { count: entries })}</p>
    ${writeForm({ id: "handover-make", action: base, act: "" }, html`${groups.length > 0 && html`<fieldset class="field choices"><legend>${t("handover.files")}</legend>${groups.map((group) => checkField({
      id: `files-${group.name}`, name: "files", value: group.name, checked: group.name === "photos", label: t(`handover.${group.name}`, { count: group.hashes.length }), note: bytes(group.bytes) }))}</fieldset>`}
      ${submit(t("handover.make"), { symbol: "send" })}`)}</section>`;
}

/** The file is there: its code, and the ways it may go. */
function made({ of, code, blob, entries, files }, phone) {
  return html`<h2>${icon("circle-check")}${t("handover.made")}</h2><p>${t("handover.holds", { entries, files, size: bytes(blob.size) })}</p>
    <p>${t("handover.code")}</p><p class="parcel-code" translate="no">${code.match(/\d{4}/g).map((group) => html`<span>${group}</span>`)}</p><p class="quiet">${t("handover.code-note")}</p>
    ${ways("handover", of, phone)}`;
}

/** By the share sheet where there is one, and among the downloads in any case. */
export function ways(kind, of, { shares, embedded }) {
  return html`${embedded && needs(t("parcel.embedded"))}${shares ? doButton("parcel-share", t("parcel.share"), { look: "main", symbol: "arrow-up", data: { kind, of } }) : html`<p class="quiet">${icon("info-circle")}${t("parcel.no-share")}</p>`}
    ${doButton("parcel-download", t("parcel.download"), { look: shares ? "plain" : "main", symbol: "device-floppy", data: { kind, of } })}`;
}

export function progress({ done, total }, text) {
  return html`<p class="big" role="status">${icon("hourglass")}${text}</p><progress max="${total || 1}" value="${done}" aria-label="${text}"></progress>
    ${total > 0 && html`<p class="figures">${bytes(done)} / ${bytes(total)}</p>`}<p class="quiet">${t("parcel.stay")}</p>`;
}

export function problem(job) {
  if (job?.phase !== "failed") return "";
  return needs(t(known(`store.${job.problem}`) ? `store.${job.problem}` : "parcel.failed", { code: job.problem }));
}

/** work: {file: {name, bytes} | null, job, phone} */
export function takePage(work, sync) {
  return { title: t("take.title"), back: "/field/sync", sync, body: () => part("take", taking(work)) };
}

function taking({ file, job, phone }) {
  if (job?.phase === "working") return html`<section id="take" class="card">${progress(job, t("take.reading"))}</section>`;
  if (job?.phase === "done") return html`<section id="take" class="card">${taken(job.taken)}</section>`;
  return html`<section id="take" class="card"><p>${t("take.text")}</p>${phone.embedded && needs(t("parcel.embedded"))}${problem(job)}
    ${file && html`<p class="fine">${icon("file-alert")}<span class="break">${file.name}</span> <span class="figures">${bytes(file.bytes)}</span></p>`}
    ${doButton("parcel-pick", t(file ? "take.pick-other" : "take.pick"), { look: file ? "plain" : "main", symbol: "cloud-download" })}
    ${file && writeForm({ id: "take-code", action: "/field/take", act: "" }, html`${textField({ id: "code", name: "code", label: t("take.code"), hint: t("take.code-hint"), inputmode: "numeric", maxlength: 24 })}${submit(t("take.take"), { symbol: "check" })}`)}</section>`;
}

function taken({ visit, number, from, entries, files }) {
  const nothing = entries.added + files.added === 0;
  return html`<h2>${icon("circle-check")}${t(nothing ? "take.nothing-new" : "take.done")}</h2><p>${t("take.from", { name: from?.name ?? "", number })}</p>
    ${!nothing && html`<p>${t("take.added", { entries: entries.added, files: files.added })}</p>`}
    ${entries.left + files.left > 0 && needs(t("take.left", { entries: entries.left, files: files.left }))}<p class="quiet">${t("take.next")}</p>
    ${linkButton(`/field/visits/${visit}`, t("take.open"), { look: "main", symbol: "clipboard-check" })}
    ${writeForm({ id: "take-again", action: "/field/take/again", act: "" }, submit(t("take.again"), { look: "plain", symbol: "refresh" }))}`;
}

/** On the sync page: what can be done where there is no network. visits: [{id, name}] */
export function withoutNetwork(visits) {
  return html`<section id="sync-parcels" class="card"><h2>${icon("cloud-off")}${t("parcel.title")}</h2><p>${t("parcel.text")}</p>
    ${visits.map(({ id, name }) => linkButton(`/field/visits/${id}/handover`, t("parcel.hand-over", { name }), { symbol: "send" }))}
    ${linkButton("/field/take", t("parcel.take"), { symbol: "cloud-download" })}
    <p>${t("parcel.rescue-text")}</p>${linkButton("/field/rescue", t("parcel.rescue"), { symbol: "device-floppy" })}</section>`;
}
