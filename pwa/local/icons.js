/**
 * The icons, taken into the page once. A <use> of another document makes the browser open and lay out that document
 * with every swap; one of the own document costs nothing.
 */
export async function takeIcons(body) {
  const text = await (await fetch("/static/icons.svg")).text();
  const sprite = document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
  for (const symbol of sprite.querySelectorAll("symbol")) symbol.id = `icon-${symbol.id}`;
  for (const [name, value] of [["width", "0"], ["height", "0"], ["class", "sprite"], ["aria-hidden", "true"]]) sprite.setAttribute(name, value);
  body.prepend(sprite);
}
