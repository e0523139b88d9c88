/**
 * Texts of the field app. `t(key, params)` gives the text in the chosen language;
 * the choice is kept on the phone, outside any account, as it is needed before one is open.
 */
import english from "./en/index.js";
import chinese from "./zh-Hans/index.js";
import { derived } from "./zh-Hant.js";

const CATALOGUES = { "zh-Hans": chinese, "zh-Hant": null, en: english };
const PLACE = "liancha-language";

let language = kept();
let texts = textsOf(language);

function kept() {
  const choice = localStorage.getItem(PLACE);
  return choice in CATALOGUES ? choice : "zh-Hans";
}

/** Traditional Chinese is derived when it is first wanted. */
function textsOf(choice) {
  CATALOGUES[choice] ??= derived(chinese);
  return CATALOGUES[choice];
}

export function currentLanguage() {
  return language;
}

export function chooseLanguage(choice) {
  if (!(choice in CATALOGUES)) throw new Error(`no such language: ${choice}`);
  localStorage.setItem(PLACE, choice);
  language = choice;
  texts = textsOf(choice);
  document.documentElement.lang = choice;
}

/** The text of a key, its {names} filled in. A key without a text is a fault and says so. */
export function t(key, params = {}) {
  const text = texts[key];
  if (text === undefined) throw new Error(`no text for ${key}`);
  if (!text.includes("{")) return text;
  return text.replace(/\{(\w+)\}/g, (hole, name) => (name in params ? String(params[name]) : hole));
}

/** Whether a key has a text: for codes that come from elsewhere (problems, kinds). */
export function known(key) {
  return key in texts;
}
