/**
 * HTML from tagged templates. Every value is escaped unless it is itself the
 * result of `html`; there is no way to mark a string as trusted.
 */
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

const SIGNS = /[&<>"'\u0001]/;
const ALL_SIGNS = /[&<>"'\u0001]/g;

class Html {
  #text;

  constructor(text) {
    this.#text = text;
  }

  toString() {
    return this.#text;
  }
}

/** A template whose holes are escaped; nested results and lists of them pass. */
export function html(strings, ...values) {
  let text = strings[0];
  values.forEach((value, index) => {
    text += written(value) + strings[index + 1];
  });
  return new Html(text);
}

function written(value) {
  if (value === null || value === undefined || value === false || value === true) return "";
  if (value instanceof Html) return value.toString();
  if (Array.isArray(value)) return value.map(written).join("");
  const text = String(value);
  return SIGNS.test(text) ? text.replace(ALL_SIGNS, (sign) => ENTITIES[sign] ?? "") : text;
}
