/** Where the reader is, kept over swaps: a button that is swapped away must not throw keyboard and screen reader back to the top. */
let trail = []; // ids around what had the focus, innermost first

export function keepFocus() {
  document.addEventListener("focusin", ({ target }) => { trail = idsAround(target); });
  document.addEventListener("htmx:after:swap", soon);
}

/** A browser takes the focus off what was hidden or removed only when it paints. */
const soon = () => requestAnimationFrame(() => setTimeout(restore));

function restore() {
  if (document.activeElement !== document.body) return;
  const place = trail.map((id) => document.getElementById(id)).find((one) => one?.checkVisibility());
  const goal = place?.matches("main") ? place : place?.querySelector("h1, h2, h3") ?? place;
  if (!goal) return;
  if (!goal.matches("a, button, input, select, textarea, summary")) goal.tabIndex = -1;
  goal.focus({ preventScroll: true });
}

function idsAround(element) {
  const ids = [];
  for (let one = element.closest("[id]"); one; one = one.parentElement?.closest("[id]")) ids.push(one.id);
  return ids;
}
