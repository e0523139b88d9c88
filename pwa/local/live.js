/**
 * A page made of named parts, so that a change sends only the parts that differ.
 * A part is an element whose id is the part's name; parts may hold parts.
 * Knows strings only: no DOM, no store.
 */
import { html } from "../views/html.js";

const MARK = /\u0001([^\u0001]+)\u0001/g;

let collecting = null;
let shown = null;
let passed = null; // a page for which what came too late was dropped once
const keyed = new Map();

/** Name a piece of the page being rendered. `content` is one element with that id. */
export function part(id, content) {
  if (!collecting) return content;
  if (collecting.has(id)) throw new Error(`part ${id} twice on one page`);
  collecting.set(id, content.toString());
  return html([`\u0001${id}\u0001`]);
}

/**
 * A part that is made anew only when `key` differs from the last time: 300 items on one page change one at a time.
 * `key` says everything the part shows; no part may lie inside it.
 */
export function keyedPart(id, key, make) {
  const known = keyed.get(id);
  const text = known?.key === key ? known.text : make();
  keyed.set(id, { key, text });
  return part(id, text);
}

/** Render synchronously, taking the parts apart: {skeleton, parts}. */
export function composed(render) {
  const before = collecting;
  collecting = new Map();
  try {
    const skeleton = render().toString();
    return { skeleton, parts: collecting };
  } finally {
    collecting = before;
  }
}

/** The page of an address as one text, remembered as what the reader now sees, or is about to. */
export function show(page, address) {
  if (shown?.skeleton !== page.skeleton) forgetOthers(page);
  shown = { ...page, address };
  return whole(page.skeleton, page);
}

/** Nothing that was shown stays in memory while the app is locked. */
export function forgetShown() {
  shown = null;
  passed = null;
  keyed.clear();
}

/**
 * What differs from what is shown, as morphing partials; "" when nothing does. Nothing either while another page is on its
 * way to the screen: what was asked of the one before it comes too late, and would lie over it.
 */
export function update(page, address) {
  const before = shown;
  if (before && before.address !== address && before !== passed) {
    passed = before; // asked once more, that page has not come: then this one is right
    return "";
  }
  if (!before || before.skeleton !== page.skeleton) {
    return partial("screen", show(page, address));
  }
  const stale = [...page.parts].filter(([id, text]) => before.parts.get(id) !== text);
  const covered = new Set();
  for (const [, text] of stale) inside(text, page, covered);
  shown = { ...page, address };
  return stale
    .filter(([id]) => !covered.has(id))
    .map(([id, text]) => partial(id, whole(text, page)))
    .join("");
}

function whole(text, page) {
  return text.replace(MARK, (_, id) => whole(page.parts.get(id), page));
}

function forgetOthers(page) {
  for (const id of keyed.keys()) if (!page.parts.has(id)) keyed.delete(id);
}

function inside(text, page, found) {
  for (const [, id] of text.matchAll(MARK)) {
    if (found.has(id)) continue;
    found.add(id);
    inside(page.parts.get(id), page, found);
  }
}

/** A plain id is found at once; any other must be searched for. */
function partial(id, text) {
  const target = /^[A-Za-z][\w-]*$/.test(id) ? `#${id}` : `[id='${id}']`;
  return `<hx-partial hx-target="${target}" hx-swap="outerMorph">${text}</hx-partial>`;
}
