// A question over the page, answered by one tap, or in words where words are asked for.

import { t } from "../i18n/index.js";
import { element, iconElement } from "./element.js";

/** Ask. `options`: `[{value, text}]`; `words`: the label of a field for one's own words. Resolves to a value, or null. */
export function choose({ title, options, words = null }) {
  const dialog = element("dialog", "sheet", { ariaLabel: title }, [element("h2", "sheet__title", { textContent: title })]);
  return new Promise((resolve) => {
    const answer = (value) => {
      dialog.close();
      dialog.remove();
      resolve(value);
    };
    for (const { value, text } of options) dialog.append(button("button button--plain", text, () => answer(value)));
    if (words) dialog.append(ownWords(words, answer));
    dialog.append(button("button button--plain sheet__back", t("recorder.back"), () => answer(null), "x"));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      answer(null);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

function ownWords(label, answer) {
  const field = element("input", "", { type: "text", maxLength: 300, autocomplete: "off" });
  const send = () => field.value.trim() && answer(field.value.trim());
  field.addEventListener("keydown", ({ key }) => key === "Enter" && send());
  return element("div", "sheet__words field", {}, [
    element("label", "", {}, [element("span", "", { textContent: label }), field]), button("button button--main", t("recorder.use-words"), send, "check"),
  ]);
}

function button(look, text, act, symbol = null) {
  const made = element("button", look, { type: "button" }, [...(symbol ? [iconElement(symbol)] : []), element("span", "", { textContent: text })]);
  made.addEventListener("click", act);
  return made;
}
