// Elements made in script: the camera lies over the page and belongs to no fragment.

/** `<name class=…>` with properties and children. */
export function element(name, className, properties = {}, children = []) {
  const made = Object.assign(document.createElement(name), properties);
  made.className = className;
  made.append(...children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** An icon of the shared sprite. */
export function iconElement(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}
