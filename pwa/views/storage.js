/** How full this phone is, by visit, and giving room back. */
import { t } from "../i18n/index.js";
import { part } from "../local/live.js";
import { icon, linkButton, needs, submit, writeForm } from "./components.js";
import { bytes } from "./format.js";
import { html } from "./html.js";

/** storage: {room: {used, quota, free}, tight, visits: [{id, name, bytes, backedUp, stored}]} */
export function storageCard(storage) {
  return html`<section id="storage" class="card"><h2>${icon("database")}${t("storage.title")}</h2>${gauge(storage)}
    ${linkButton("/field/storage", t("storage.see"), { symbol: "database" })}</section>`;
}

function gauge({ room, tight }) {
  if (room.free === null) return html`<p>${t("storage.unknown")}</p>`;
  return html`<progress class="${tight ? "progress--tight" : ""}" max="${room.quota}" value="${room.used}" aria-label="${t("storage.title")}"></progress>
    <p class="figures">${t("storage.used", { used: bytes(room.used), free: bytes(room.free) })}</p>${tight && needs(t("storage.tight", { free: bytes(room.free) }))}`;
}

/** freed: bytes given back just now, or null */
export function storagePage({ storage, freed, sync }) {
  const sum = (name) => storage.visits.reduce((all, visit) => all + visit[name], 0);
  const [safe, stored] = [sum("backedUp"), sum("stored")];
  return {
    title: t("storage.title"),
    back: "/field/me",
    sync,
    body: () => html`${part("storage-gauge", html`<section id="storage-gauge" class="card">${gauge(storage)}${freed !== null && html`<p class="fine" role="status">${icon("circle-check")}${t("storage.freed", { size: bytes(freed) })}</p>`}</section>`)}
      ${part("storage-free", html`<section id="storage-free" class="card"><h2>${icon("eraser")}${t("storage.free")}</h2><p>${t("storage.free-text")}</p>
        ${freeForm("backed-up", t("storage.free-safe", { size: bytes(safe) }), safe)}
        ${stored > 0 && html`<details class="fold"><summary>${t("storage.more")}</summary><p>${t("storage.more-text")}</p>${freeForm("stored", t("storage.free-stored", { size: bytes(safe + stored) }), stored)}</details>`}</section>`)}
      ${part("storage-visits", html`<section id="storage-visits" class="card"><h2>${icon("list-details")}${t("storage.by-visit")}</h2>${storage.visits.length ? html`<ul class="storage-visits">${storage.visits.map(visitLine)}</ul>` : html`<p>${t("storage.nothing")}</p>`}</section>`)}`,
    bar: () => "",
  };
}

function freeForm(grade, text, size) {
  if (!size) return grade === "backed-up" ? html`<p class="quiet">${t("storage.none-safe")}</p>` : "";
  return writeForm({ id: `free-${grade}`, action: "/field/storage", act: "" }, html`<input type="hidden" name="grade" value="${grade}">${submit(text, { look: grade === "stored" ? "grave" : "main", symbol: "eraser" })}`);
}

function visitLine({ id, name, bytes: size, backedUp, stored }) {
  return html`<li><a href="/field/visits/${id}">${name}</a><span class="figures">${bytes(size)}</span>
    <small>${t("storage.of", { safe: bytes(backedUp), stored: bytes(stored), here: bytes(size - backedUp - stored) })}</small></li>`;
}
