/** What this phone once had and has no more, and what to do about it. */
import { t } from "../i18n/index.js";
import { part } from "../local/live.js";
import { icon, needs, submit, writeForm } from "./components.js";
import { html } from "./html.js";

const STEPS = ["loss.do-keep", "loss.do-look", "loss.do-again", "loss.do-tell"];

/** losses: [{id, name, cameBack, missing}]; account: a whole database has gone */
export function lossPage({ losses, account, sync }) {
  return {
    title: t("loss.title"),
    back: "/field/sync",
    sync,
    body: () => part("loss", html`<div id="loss" class="group">${losses.length || account ? found(losses, account) : html`<p class="fine">${icon("circle-check")}${t("loss.none")}</p>`}</div>`),
    bar: () => "",
  };
}

function found(losses, account) {
  return html`${account && needs(t("loss.account"))}
    ${losses.map(({ id, name, cameBack, missing }) => html`<section class="card"><h2><a href="/field/visits/${id}">${name}</a></h2>
      ${cameBack > 0 && html`<p class="fine">${icon("circle-check")}${t("loss.came-back", { count: cameBack })}</p>`}${missing > 0 && needs(t("loss.missing", { count: missing }))}</section>`)}
    <section class="card"><h2>${icon("info-circle")}${t("loss.do")}</h2><p>${t("loss.why")}</p><ol class="way">${STEPS.map((key) => html`<li>${t(key)}</li>`)}</ol>
      ${writeForm({ id: "loss-check", action: "/field/sync", act: "" }, submit(t("loss.check"), { symbol: "refresh" }))}</section>`;
}
