/** When the window is the wrong one: inside another app, or in a tab where iOS does not keep what is written. */
import { t } from "../i18n/index.js";
import { doButton, icon, linkButton } from "./components.js";
import { html } from "./html.js";

/** Stands before everything, before any account is made. host: "wechat" or "dingtalk" */
export function embeddedPage({ host, address }) {
  const title = t("embedded.title");
  return {
    title,
    plain: true,
    body: () => html`<section class="gate gate--steps">${icon("brand-chrome")}<h2>${title}</h2><p>${t("embedded.text", { host: t(`embedded.${host}`) })}</p>
      <ol class="way"><li>${t("embedded.menu")}</li><li>${t("embedded.or-copy")}</li></ol>
      <div class="field"><label for="link">${t("embedded.link")}</label><input id="link" type="url" value="${address}" readonly></div>
      ${doButton("copy-link", t("embedded.copy"), { look: "main", symbol: "copy", data: { done: t("embedded.copied"), failed: t("embedded.copy-by-hand") } })}
      <p id="copied" role="status"></p></section>`,
    bar: () => "",
  };
}

/** In place of the first steps of a visit, in a tab on iOS. */
export function homeScreenPage({ back, sync }) {
  return {
    title: t("home-screen.title"),
    back,
    sync,
    body: () => html`<section class="gate gate--steps">${icon("device-mobile")}<h2>${t("home-screen.title")}</h2><p>${t("home-screen.text")}</p>
      <ol class="way"><li>${t("home-screen.share")}</li><li>${t("home-screen.add")}</li><li>${t("home-screen.open")}</li></ol>
      <p class="quiet">${t("home-screen.note")}</p>${linkButton(back, t("action.back"), { symbol: "arrow-left" })}</section>`,
    bar: () => "",
  };
}
