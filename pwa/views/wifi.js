/** Large files and the network: what waits, and what the reader can say about it. */
import { t } from "../i18n/index.js";
import { icon, submit, writeForm } from "./components.js";
import { bytes } from "./format.js";
import { html } from "./html.js";

const CHOICES = ["wifi", "always"];

/** The choice of this phone. wifi: {only, network} */
export function largeFiles({ only, network }) {
  const chosen = only ? "wifi" : "always";
  return html`<section id="sync-wifi" class="card"><h2>${icon("wifi")}${t("sync.wifi-title")}</h2><p>${t("sync.wifi-text")}</p>
    <div class="pair">${CHOICES.map((value) => writeForm({ id: `large-${value}`, action: "/field/sync/large", act: "" }, html`<input type="hidden" name="large" value="${value}">
      <button class="button button--plain" type="submit" aria-pressed="${String(value === chosen)}">${value === chosen && icon("check")}<span>${t(value === "wifi" ? "sync.wifi-only" : "sync.wifi-always")}</span></button>`))}</div>
    ${only && network === "unknown" && html`<p class="quiet">${t("sync.wifi-unknown")}</p>`}</section>`;
}

/** What of a visit waits, and the button that sends it all the same. */
export function waitingFiles(visit, files) {
  if (!files.length) return "";
  const size = bytes(files.reduce((sum, file) => sum + file.bytes, 0));
  return html`<div class="needs">${icon("wifi")}<span>${t("sync.wifi-waiting-text", { count: files.length, size })}</span>
    ${writeForm({ id: `send-${visit}`, action: `/field/visits/${visit}/upload`, act: "" }, submit(t("sync.send-now"), { look: "plain", symbol: "arrow-up" }))}</div>`;
}
