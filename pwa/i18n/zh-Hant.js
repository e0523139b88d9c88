/** Traditional Chinese, derived from the Simplified texts: words with a form of their own, else sign by sign. */
import { FROM, TO, WORDS } from "./traditional.js";

const forms = new Map([...Object.entries(WORDS), ...[...FROM].map((sign, place) => [sign, [...TO][place]])]);
const found = new RegExp([...forms.keys()].join("|"), "g"); // words stand first

export function traditional(text) {
  return text.replace(found, (one) => forms.get(one));
}

/** A catalogue in Traditional Chinese, made from the Simplified one. */
export function derived(chinese) {
  return Object.fromEntries(Object.entries(chinese).map(([key, text]) => [key, traditional(text)]));
}
