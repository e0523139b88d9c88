/** Before an account is open: sign in, choose whose work to open, or say plainly that something is broken. */
import { known, t } from "../i18n/index.js";
import { html } from "./html.js";
import { icon, linkButton, submit, writeForm } from "./components.js";

function gate(title, symbol, content) {
  return { title, plain: true, body: () => html`<section class="gate">${icon(symbol)}<h2>${title}</h2>${content}</section>`, bar: () => "" };
}

/** Nobody is enrolled or signed in on this phone. */
export function signInPage({ online }) {
  return gate(t("gate.sign-in"), "login", html`<p>${t(online ? "gate.sign-in-text" : "gate.sign-in-offline")}</p>
    ${online ? html`<a class="button button--main" href="/login?next=/field/" hx-boost="false">${icon("login")}<span>${t("gate.to-sign-in")}</span></a>` : html`<a class="button button--main" href="/field/">${icon("refresh")}<span>${t("gate.again")}</span></a>`}`);
}

/** The server's session belongs to another person than the account open here. */
export function otherPersonPage({ open, session, enrolled }) {
  return gate(t("other.title"), "users", html`<p>${t("other.text", { open: open.name, session: session.name })}</p>
    ${writeForm({ id: "other-switch", action: "/field/account", act: `account:${session.id}` }, html`<input type="hidden" name="person" value="${session.id}">${submit(t(enrolled ? "other.switch" : "other.enrol", { name: session.name }), { symbol: "user-check" })}`)}
    ${writeForm({ id: "other-stay", action: "/field/account", act: `account:${open.id}` }, html`<input type="hidden" name="person" value="${open.id}">${submit(t("other.stay", { name: open.name }), { look: "plain", symbol: "user" })}`)}
    <p class="quiet">${t("other.note", { open: open.name })}</p>`);
}

/** The storage cannot be read: nothing may be shown as if it were empty. */
export function brokenPage(code) {
  return gate(t("broken.title"), "database-off", html`<p>${t(known(`store.${code}`) ? `store.${code}` : "store.storage-broken")}</p><p class="quiet">${t("broken.text")}</p>
    <p class="quiet">${t("broken.code", { code })}</p><button class="button button--main" type="button" data-do="reload">${icon("refresh")}<span>${t("broken.reload")}</span></button>`);
}

/** A page that could not be made; the rest of the app goes on. */
export function failurePage({ code, params = {} }) {
  const text = known(`refused.${code}`) ? t(`refused.${code}`, params) : t("failure.text", { code });
  return { title: t("failure.title"), back: "/field/", body: () => html`<section class="gate">${icon("alert-triangle")}<p>${text}</p>${linkButton("/field/", t("failure.home"), { look: "main", symbol: "home" })}</section>`, bar: () => "" };
}

/** Why a write was not done. Stays until it is dismissed or the page is left. */
export function notice({ code, params = {} }) {
  const text = known(`refused.${code}`) ? t(`refused.${code}`, params) : known(`store.${code}`) ? t(`store.${code}`, params) : t("failure.write", { code });
  return html`<div class="notice">${icon("alert-triangle")}<p>${text}</p><button class="button button--plain" type="button" data-do="dismiss"><span>${t("action.understood")}</span></button></div>`;
}
