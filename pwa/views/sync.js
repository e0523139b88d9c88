/** Screen 7, sync: exactly what is not yet with the server, and what needs the reader. */
import { known, t } from "../i18n/index.js";
import { part } from "../local/live.js";
import { icon, mark, needs, submit, sumMark, writeForm } from "./components.js";
import { mediumName } from "./evidence.js";
import { bytes, moment, percent } from "./format.js";
import { html } from "./html.js";
import { withoutNetwork } from "./parcels.js";
import { storageCard } from "./storage.js";
import { largeFiles, waitingFiles } from "./wifi.js";

/** here: [{id, name}] that can be handed over; visits: [{id, name, entries: [{kind, at, hash}], files: [{sha256, type, bytes, grade, sent, refused, waits}], attention}]; wifi: {only, network} */
export function syncPage({ sync, visits, here, storage, wifi }) {
  return {
    title: t("sync.title"),
    tab: "sync",
    sync,
    body: () => html`${part("sync-state", state(sync))}${part("sync-visits", html`<div id="sync-visits">${visits.length ? visits.map(visitWork) : html`<p class="fine">${icon("circle-check")}${t("sync.nothing")}</p>`}</div>`)}${part("sync-parcels", withoutNetwork(here))}${part("sync-wifi", largeFiles(wifi))}${part("storage", storageCard(storage))}`,
  };
}

function state(sync) {
  const { phase = "idle", items = { done: 0, total: 0 }, bytes: volume = { done: 0, total: 0 }, lastContact = null, problem = null } = sync ?? {};
  return html`<section id="sync-state" class="card"><p class="big">${sumMark(sync)}</p><p>${t(`sync.${phase}`)}</p>
    ${phase === "syncing" && volume.total > 0 ? html`<progress max="${volume.total}" value="${volume.done}" aria-label="${t("sync.progress")}"></progress>` : ""}
    ${phase === "syncing" && items.total > 0 ? html`<p class="figures">${t("sync.figures", { done: items.done, total: items.total, sent: bytes(volume.done), size: bytes(volume.total) })}</p>` : ""}
    <p class="quiet">${icon("clock")}${lastContact ? t("sync.last-contact", { at: moment(lastContact) }) : t("sync.never")}</p>
    ${problem && problemText(problem)}
    ${writeForm({ id: "sync-now", action: "/field/sync", act: "sync" }, submit(t("sync.now"), { symbol: "refresh" }))}</section>`;
}

/** A problem code in words, with what to do. */
export function problemText(problem) {
  return needs(wordsOf(problem), (WAYS[`${codeOf(problem)}-${problem.reason}`] ?? WAYS[codeOf(problem)])?.() ?? null);
}

/** What twenty entries suffer alike is said once. */
function problemTexts(problems) {
  return [...new Map(problems.map((problem) => [wordsOf(problem), problem])).values()].map(problemText);
}

function codeOf(problem) {
  return typeof problem === "string" ? problem : problem.problem;
}

/** Our own words for what the phone knows; the server's own sentence (`detail`) for what only it knows. */
function wordsOf(problem) {
  const code = codeOf(problem);
  const key = [`problem.${code}-${problem.reason}`, `problem.${code}`, `store.${code}`].find(known);
  return key ? t(key) : problem.detail ?? t("problem.other", { code });
}

/** Where the reader can do something about a problem. */
const WAYS = {
  "sign-in": () => ({ href: "/login?next=/field/", text: t("sync.sign-in"), outside: true }),
  "other-person": () => ({ href: "/field/who", text: t("sync.who") }),
  "loss-detected": () => ({ href: "/field/loss", text: t("loss.see") }),
  "provisional-device-unknown": () => ({ href: "/field/me", text: t("colleague.sign-in") }),
  "device-revoked": () => ({ href: "/field/enrolment", text: t("sync.enrolment") }),
};

function visitWork(one) {
  const waiting = one.files.filter((file) => file.grade === "local" || file.grade === "uploading");
  return html`<section class="card" id="sync-${one.id}"><h2><a href="/field/visits/${one.id}">${one.name}</a></h2>
    ${problemTexts(one.attention)}
    ${waitingFiles(one.id, waiting.filter((file) => file.waits))}
    ${one.entries.length > 0 && html`<details class="fold"><summary>${mark("local", { count: one.entries.length })}${t("sync.entries", { count: one.entries.length })}</summary><ul class="history">${one.entries.map(
      (entry) => html`<li>${known(`kind.${entry.kind}`) ? t(`kind.${entry.kind}`) : entry.kind} <span class="quiet">${moment(entry.at)}</span></li>`)}</ul></details>`}
    ${waiting.length > 0 && html`<details class="fold" open><summary>${mark("local", { count: waiting.length })}${t("sync.files", { count: waiting.length, size: bytes(waiting.reduce((sum, file) => sum + file.bytes, 0)) })}</summary><ul class="strip strip--files">${waiting.map((file) => html`<li><a class="thumb" href="/field/visits/${one.id}/evidence/${file.sha256}" aria-label="${t(mediumName(file.type))}">${file.type.startsWith("audio/") ? icon("microphone") : html`<img id="thumb-sync-${file.sha256}" data-thumb="${file.sha256}" data-visit="${one.id}" alt="" hx-morph-skip>`}</a>
      <p class="figures">${bytes(file.bytes)} ${file.waits ? t("sync.wifi-waiting") : html`${percent(file.sent ?? 0, file.bytes)}%`}</p>${file.refused && html`<p class="tag tag--needs">${wordsOf(file.refused)}</p>`}</li>`)}</ul></details>`}
  </section>`;
}
