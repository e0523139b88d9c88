// A pad to sign on. What it gives is numbers, not a picture: strokes of [x, y, x, y, …] as integers.

const SVG = "http://www.w3.org/2000/svg";
const STEP = 2;            // points closer than this many pixels say nothing new
const MAX_POINTS = 6_000;  // well under what an entry of 64 KB can hold

/**
 * Make `host` a pad. `onChange()` after each stroke. Returns `{drawing(), isEmpty(), undo(), redo(), clear(), remove()}`;
 * `drawing()` is `{width, height, strokes}` or null while the pad is empty.
 */
export function signaturePad(host, { onChange = () => {} } = {}) {
  return new Pad(host, onChange);
}

/** The `d` of an SVG path through the strokes; a single point becomes a dot. */
export function toSvgPath({ strokes }) {
  return strokes.map((stroke) => `M${pairs(stroke).map((pair) => pair.join(" ")).join("L")}${stroke.length === 2 ? "h0.1" : ""}`).join("");
}

class Pad {
  #host;
  #onChange;
  #svg = document.createElementNS(SVG, "svg");
  #path = document.createElementNS(SVG, "path");
  #strokes = [];
  #undone = [];
  #current = null;
  #size;
  #unlisten = new AbortController();

  constructor(host, onChange) {
    this.#host = host;
    this.#onChange = onChange;
    this.#svg.setAttribute("class", "pad__paper");
    this.#path.setAttribute("class", "pad__ink");
    this.#svg.append(this.#path);
    host.replaceChildren(this.#svg);
    this.#measure();
    this.#listen();
  }

  drawing() {
    if (this.isEmpty()) return null;
    return { ...this.#size, strokes: this.#strokes.map((stroke) => [...stroke]) };
  }

  isEmpty() {
    return this.#strokes.length === 0;
  }

  undo() {
    if (!this.isEmpty()) this.#undone.push(this.#strokes.pop());
    this.#changed();
  }

  redo() {
    if (this.#undone.length > 0) this.#strokes.push(this.#undone.pop());
    this.#changed();
  }

  clear() {
    this.#undone = [];
    this.#strokes = [];
    this.#measure();
    this.#changed();
  }

  remove() {
    this.#unlisten.abort();
    this.#svg.remove();
  }

  /** The paper has the size the pad had when signing began; if the phone is turned, what is drawn keeps its form. */
  #measure() {
    const { width, height } = this.#host.getBoundingClientRect();
    this.#size = { width: Math.max(1, Math.round(width)), height: Math.max(1, Math.round(height)) };
    this.#svg.setAttribute("viewBox", `0 0 ${this.#size.width} ${this.#size.height}`);
  }

  #listen() {
    const on = (type, listener) => this.#svg.addEventListener(type, listener, { signal: this.#unlisten.signal });
    on("pointerdown", (event) => this.#begin(event));
    on("pointermove", (event) => this.#follow(event));
    on("pointerup", (event) => this.#end(event));
    on("pointercancel", (event) => this.#end(event));
  }

  #begin(event) {
    if (this.#current || event.button > 0 || this.#points() >= MAX_POINTS) return;
    event.preventDefault();
    if (this.isEmpty()) this.#measure();
    this.#svg.setPointerCapture(event.pointerId);
    this.#current = { pointer: event.pointerId, stroke: this.#at(event) };
    this.#strokes.push(this.#current.stroke);
    this.#undone = [];
    this.#draw();
  }

  #follow(event) {
    if (this.#current?.pointer !== event.pointerId) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const moment of events.length > 0 ? events : [event]) this.#add(this.#at(moment));
    this.#draw();
  }

  #add([x, y]) {
    const { stroke } = this.#current;
    const far = Math.abs(x - stroke.at(-2)) >= STEP || Math.abs(y - stroke.at(-1)) >= STEP;
    if (far && this.#points() < MAX_POINTS) stroke.push(x, y);
  }

  #end(event) {
    if (this.#current?.pointer !== event.pointerId) return;
    this.#current = null;
    this.#changed();
  }

  #at({ clientX, clientY }) {
    const point = new DOMPoint(clientX, clientY).matrixTransform(this.#svg.getScreenCTM().inverse());
    return [Math.round(point.x), Math.round(point.y)];
  }

  #points() {
    return this.#strokes.reduce((n, stroke) => n + stroke.length / 2, 0);
  }

  #draw() {
    this.#path.setAttribute("d", toSvgPath({ strokes: this.#strokes }));
  }

  #changed() {
    this.#draw();
    this.#onChange();
  }
}

function pairs(stroke) {
  return Array.from({ length: stroke.length / 2 }, (_, n) => stroke.slice(2 * n, 2 * n + 2));
}
