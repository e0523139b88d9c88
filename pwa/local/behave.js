/**
 * What the page itself does, by delegation: keep drafts, append phrases, open cameras, fill pictures,
 * carry the signature pad. Everything else is a request to the phone's own server.
 */
import { signaturePad } from "../capture/signature.js";
import { app } from "./app.js";
import { AREA_DEEDS } from "./areas/index.js";
import { capture } from "./capture.js";
import { noteDraft } from "./drafts.js";
import { keepFocus } from "./focus.js";
import { watchPictures } from "./pictures.js";
import { refresh } from "./refresh.js";

const VISIT = /^\/field\/visits\/([^/]+)/;
const LIVE_MS = 200;
const UNKEPT = new Set(["hidden", "submit", "button", "search"]);

let pad = null;
let live = null;
let shownAt = location.pathname;

export function behave(body) {
  body.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) DEEDS[button.dataset.do](button);
  });
  body.addEventListener("input", onInput);
  document.addEventListener("htmx:config:request", addDrawing);
  document.addEventListener("htmx:after:swap", afterSwap);
  document.addEventListener("refused", onRefused);
  document.addEventListener("saved", ({ target }) => target.reset?.());
  for (const heard of ["saved", "noted"]) document.addEventListener(heard, DEEDS.dismiss);
  document.addEventListener("toggle", ({ target }) => target.matches?.(".department") && target.open && refresh(), true);
  keepFocus();
  watchPictures(body);
}

const DEEDS = {
  phrase: ({ dataset }) => say(document.getElementById(dataset.into), dataset.text),
  negate: ({ dataset }) => negate(document.getElementById(dataset.into)),
  fill: ({ dataset }) => fill(document.getElementById(dataset.form), dataset),
  camera: ({ dataset }) => capture("camera", dataset),
  video: ({ dataset }) => capture("video", dataset),
  album: ({ dataset }) => capture("album", dataset),
  "phone-camera": ({ dataset }) => capture("phone-camera", dataset),
  "clear-pad": () => pad?.clear(),
  dismiss: () => document.querySelector("#notice").replaceChildren(),
  reload: () => location.reload(),
  ...AREA_DEEDS,
};

/** Append a phrase to what is written and keep it as a draft. */
function say(field, text) {
  field.value = field.value ? `${field.value}${/[。；\s]$/.test(field.value) ? "" : "；"}${text}` : text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

function negate(field) {
  field.value = /^[-−]/.test(field.value) ? field.value.slice(1) : `-${field.value}`;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

function fill(form, { name, post, authority }) {
  form.elements.name.value = name;
  form.elements.post.value = post;
  for (const radio of form.querySelectorAll("[name=authority]")) radio.checked = radio.value === authority;
  form.elements.name.dispatchEvent(new Event("input", { bubbles: true }));
}

function onInput({ target }) {
  const form = target.closest("form[data-draft]");
  const visit = VISIT.exec(location.pathname)?.[1];
  if (!form || !visit || !app.store) return;
  noteDraft(app.store, visit, form.dataset.draft, valuesOf(form));
  if (!("live" in target.dataset)) return;
  clearTimeout(live);
  live = setTimeout(refresh, LIVE_MS);
}

/** What a form holds, by name; several ticks under one name are a list. */
function valuesOf(form) {
  const values = {};
  for (const field of form.elements) {
    if (!field.name || UNKEPT.has(field.type)) continue;
    if (field.type === "checkbox") {
      values[field.name] ??= [];
      if (field.checked) values[field.name].push(field.value);
    } else if (field.type !== "radio" || field.checked) values[field.name] = field.value;
  }
  return values;
}

/** The strokes travel with the form that holds the pad. */
function addDrawing({ detail: { ctx } }) {
  if (!ctx.sourceElement.querySelector?.("[data-pad]") || !pad) return;
  ctx.request.body.set("drawing", JSON.stringify(pad.drawing()));
}

function afterSwap() {
  if (shownAt !== location.pathname) DEEDS.dismiss();
  shownAt = location.pathname;
  const host = document.getElementById("pad");
  if (host && !host.firstElementChild) pad = signaturePad(host);
  showAnchor();
}

/** An address with #place opens and shows that place once its page is there. */
let anchored = "";

function showAnchor() {
  if (!location.hash || anchored === location.href) return;
  const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!place) return;
  anchored = location.href;
  place.closest("details")?.setAttribute("open", "");
  place.scrollIntoView({ block: "start" });
}

/** The field a refusal speaks of gets the focus. */
function onRefused({ target, detail }) {
  if (detail?.field) target.querySelector?.(`[name="${CSS.escape(detail.field)}"]`)?.focus();
}
