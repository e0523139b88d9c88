/** Rescue files: made here, opened by the office alone. */
import { t } from "../i18n/index.js";
import { part } from "../local/live.js";
import { icon, linkButton, submit, writeForm } from "./components.js";
import { bytes } from "./format.js";
import { html } from "./html.js";
import { problem, progress, ways } from "./parcels.js";

export function rescueChoicePage({ accounts, back }) {
  return { title: t("rescue.title"), back, plain: true, body: () => html`<section class="card"><h2>${t("rescue.whose")}</h2>
    ${accounts.map(({ device, person }) => linkButton(`/field/rescue/${device}`, person.name, { symbol: "user" }))}</section>`, bar: () => "" };
}

/** One account's: what it is for, then the file. `sync` is null while no account is open. */
export function rescuePage({ account, job, phone, back, sync }) {
  return { title: t("rescue.title"), back, sync, plain: !sync, body: () => part("rescue", rescue(account, job, phone)), bar: () => "" };
}

function rescue({ device, person }, job, phone) {
  const base = `/field/rescue/${device}`;
  if (job?.phase === "working") return html`<section id="rescue" class="card">${progress(job, t("rescue.making"))}</section>`;
  if (job?.phase === "done") return html`<section id="rescue" class="card"><h2>${icon("circle-check")}${t("rescue.made")}</h2>
    <p>${t("rescue.holds", { name: person.name, entries: job.entries, files: job.files, size: bytes(job.blob.size) })}</p><p>${t("rescue.next")}</p>${ways("rescue", device, phone)}
    ${writeForm({ id: "rescue-again", action: `${base}/again`, act: "" }, submit(t("rescue.again"), { look: "plain", symbol: "refresh" }))}</section>`;
  return html`<section id="rescue" class="card"><p class="big">${icon("user")}${person.name}</p><p>${t("rescue.text")}</p>
    <ul><li>${t("rescue.sealed")}</li><li>${t("rescue.stays")}</li></ul>${problem(job)}
    ${writeForm({ id: "rescue-make", action: base, act: "" }, submit(t("rescue.make"), { symbol: "device-floppy" }))}</section>`;
}
