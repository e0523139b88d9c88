/** A forgotten PIN destroys nothing: what to do, and setting another one with the person's own password. */
import { t } from "../i18n/index.js";
import { linkButton, signInForm, textField } from "./components.js";
import { html } from "./html.js";
import { pinForm } from "./pinpad.js";

/** state: "offline", "other" (somebody else or nobody is signed in), "no-copy" (never met the server), "own" */
export function forgottenPage({ account, state }) {
  const here = `/field/people/${account.device}`;
  const says = {
    offline: () => html`<p>${t("forgotten.offline")}</p>${linkButton(`${here}/forgotten`, t("gate.again"), { look: "main", symbol: "refresh" })}`,
    other: () => html`<p>${t("forgotten.sign-in", { name: account.person.name })}</p>${signInForm(`${here}/forgotten`, t("gate.to-sign-in"))}`,
    "no-copy": () => html`<p>${t("forgotten.no-copy")}</p>`,
    own: () => html`<p>${t("forgotten.own")}</p>${newPinForm(here)}`,
  };
  return {
    title: t("forgotten.title"), back: here, plain: true, bar: () => "",
    body: () => html`<section class="gate gate--pin"><p><b>${t("forgotten.safe", { name: account.person.name })}</b></p>${says[state]()}
      ${linkButton(`/field/rescue/${account.device}`, t("parcel.rescue"), { symbol: "device-floppy" })}</section>`,
  };
}

function newPinForm(here) {
  const fields = [{ name: "pin", label: t("pin.new") }, { name: "again", label: t("pin.again") }];
  const before = textField({ id: "forgotten-password", name: "password", type: "password", label: t("forgotten.password"), autocomplete: "current-password" });
  return pinForm({ id: "forgotten", action: `${here}/forgotten`, fields, before, confirm: t("pin.set") });
}
