/** Me: who is enrolled here, the language, the storage, signing out. */
import { currentLanguage, t } from "../i18n/index.js";
import { confirmationCard } from "./colleague.js";
import { icon, linkButton, needs, submit, writeForm } from "./components.js";
import { html } from "./html.js";
import { storageCard } from "./storage.js";

/** waking: "unable", "on" or "off"; unsent: {entries, files, attention}; storage: see views/storage.js, and {persisted} */
export function mePage({ waking, person, device, departmentName, provisional, storage, sync, unsent }) {
  return {
    title: t("tabs.me"),
    tab: "me",
    sync,
    body: () => html`${provisional && confirmationCard({ person, own: sync.ownSession === true })}<section class="card"><p class="big">${icon("id-badge")}${person.name}</p><p>${departmentName}</p>
        <dl class="facts"><div><dt>${t("me.device")}</dt><dd class="break">${device}</dd></div><div><dt>${t("me.kept")}</dt><dd>${t(storage.persisted ? "me.persisted" : "me.not-persisted")}</dd></div></dl>${ownRegister(sync)}</section>
      ${storageCard(storage)}
      ${messagesCard(waking, sync)}
      <section class="card"><h2>${icon("language")}${t("me.language")}</h2><div class="pair">${languageButton("zh-Hans", "简体中文")}${languageButton("zh-Hant", "繁體中文")}${languageButton("en", "English")}</div></section>
      <section class="card"><h2>${icon("users")}${t("me.phone")}</h2>${linkButton("/field/people", t("users.title"), { symbol: "users" })}
        ${linkButton("/field/me/pin", t("pin.change"), { symbol: "lock-open" })}${writeForm({ id: "lock", action: "/field/lock", act: "lock" }, submit(t("me.lock"), { look: "plain", symbol: "lock" }))}</section>
      <section class="card"><h2>${icon("logout")}${t("me.leave")}</h2>${unsent.entries + unsent.files > 0
        ? needs(t("me.unsent", { entries: unsent.entries, files: unsent.files }), { href: "/field/sync", text: t("close.what") }) : sent(unsent, "me.all-sent")}
        ${linkButton("/field/leave", t("me.sign-out"), { look: "plain", symbol: "logout" })}</section>`,
  };
}

/** What one was told stands on a page of the server; this phone may be woken for it. */
function messagesCard(waking, { phase }) {
  if (phase === "offline") return "";
  const turn = waking === "on" ? ["off", "me.no-waking", "x"] : ["on", "me.wake", "bell"];
  return html`<section class="card"><h2>${icon("bell")}${t("me.messages")}</h2><a class="button button--plain" href="/office/messages" target="_blank" hx-boost="false">${icon("bell")}<span>${t("me.see-messages")}</span></a>
    ${waking !== "unable" && writeForm({ id: "waking", action: "/field/me/waking", act: `waking:${turn[0]}` }, html`<input type="hidden" name="wake" value="${turn[0]}">${submit(t(turn[1]), { look: "plain", symbol: turn[2] })}`)}</section>`;
}

/** Leave and recusals are kept by the office's register: a page of the server, opened beside this one. */
function ownRegister({ phase }) {
  return phase === "offline" ? needs(t("me.register-offline"))
    : html`<a class="button button--plain" href="/office/officers/me" target="_blank" hx-boost="false">${icon("user-off")}<span>${t("me.register")}</span></a>`;
}

/** All has reached the server: nothing is to be done, or something is all the same. */
function sent({ attention }, clean) {
  return attention > 0 ? needs(t("me.attention"), { href: "/field/sync", text: t("close.what") }) : html`<p>${t(clean)}</p>`;
}

function languageButton(language, name) {
  return writeForm({ id: `language-${language}`, action: "/field/me/language", act: `language:${language}` }, html`<input type="hidden" name="language" value="${language}">
    <button class="button button--plain" type="submit" aria-pressed="${String(currentLanguage() === language)}">${currentLanguage() === language ? icon("check") : ""}<span>${name}</span></button>`);
}

/** Signing out: says what stays on the phone for its owner, then does it. */
export function leavePage({ person, unsent, sync }) {
  const waiting = unsent.entries + unsent.files > 0;
  return {
    title: t("me.sign-out"),
    back: "/field/me",
    sync,
    body: () => html`<section class="card">${waiting ? needs(t("leave.warning", { entries: unsent.entries, files: unsent.files, name: person.name })) : sent(unsent, "leave.clean")}
      <p>${t("leave.text")}</p>${linkButton("/field/", t("leave.stay"), { look: "main", symbol: "arrow-left" })}
      ${writeForm({ id: "sign-out", action: "/field/leave", act: "leave" }, submit(t(waiting ? "leave.anyway" : "me.sign-out"), { look: "grave", symbol: "logout" }))}</section>`,
    bar: () => "",
  };
}
