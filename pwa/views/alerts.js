/** Said above every page until it is seen to: too little room, a newer version. */
import { t } from "../i18n/index.js";
import { part } from "../local/live.js";
import { icon, linkButton, submit, writeForm } from "./components.js";
import { bytes } from "./format.js";
import { html } from "./html.js";

/** alerts: [{name: "room", free} | {name: "version", when: "now" or "later"}] */
export function alertList(alerts) {
  return part("alerts", html`<div id="alerts" class="alerts" role="status">${alerts.map((alert) => ALERTS[alert.name](alert))}</div>`);
}

const ALERTS = {
  room: ({ free }) => html`<section class="alert alert--warn">${icon("alert-triangle")}<p>${t("storage.tight", { free: bytes(free) })}</p>${linkButton("/field/storage", t("storage.free"), { symbol: "database" })}</section>`,
  version: ({ when }) => html`<section class="alert">${icon("info-circle")}<p>${t(when === "now" ? "version.here" : "version.later")}</p>
    ${when === "now" && writeForm({ id: "version-take", action: "/field/version", act: "" }, submit(t("version.take"), { look: "plain", symbol: "refresh" }))}</section>`,
};
