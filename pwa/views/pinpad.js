/** The keys for a PIN, big enough for gloves, and its fields, which a screen reader and a real keyboard can use as well. */
import { t } from "../i18n/index.js";
import { icon } from "./components.js";
import { html } from "./html.js";

const FIGURES = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

/** A form that asks for PINs: `fields` are `[{name, label}]`, filled by the keys one after the other; `before` stands above them. */
export function pinForm({ id, action, fields, confirm, before = "" }) {
  return html`<form id="${id}" class="pin" hx-post="${action}" autocomplete="off" novalidate data-pin>
    ${before}${fields.map((field) => pinField(id, field))}
    <div class="pin__keys" role="group" aria-label="${t("pin.keys")}">${FIGURES.map(key)}
      <button class="pin__key pin__key--quiet" type="button" data-do="pin-erase" aria-label="${t("pin.erase")}">${icon("eraser")}</button>${key("0")}
      <button class="pin__key pin__key--main" type="submit" aria-label="${confirm}">${icon("check")}</button></div></form>`;
}

function pinField(form, { name, label }) {
  const id = `${form}-${name}`;
  return html`<div class="field pin__field"><label for="${id}">${label}</label>
    <input id="${id}" name="${name}" class="pin__figures" type="text" inputmode="numeric" pattern="[0-9]*" maxlength="6" autocomplete="off" autocorrect="off" spellcheck="false"></div>`;
}

function key(figure) {
  return html`<button class="pin__key" type="button" data-do="pin-key" data-figure="${figure}">${figure}</button>`;
}
