/** Fills <img data-thumb> and <img|video|audio data-full> from the store when they come near the screen. */
import { makeThumb } from "../capture/thumbs.js";
import { t } from "../i18n/index.js";
import { app } from "./app.js";

const thumbs = new Map();

export function watchPictures(body) {
  const near = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      fill(target).catch((error) => console.error(error));
    }
  }, { rootMargin: "400px" });
  const pictures = ["img", "video", "audio"].map((name) => body.getElementsByTagName(name)); // live: no search per swap
  document.addEventListener("htmx:after:swap", () => {
    for (const element of pictures.flatMap((some) => [...some])) {
      if (wanting(element)) near.observe(element);
    }
  });
}

/** Ours, and neither filled nor found to be nowhere. */
function wanting({ dataset, attributes }) {
  return ("thumb" in dataset || "full" in dataset) && !("missing" in dataset) && !attributes.src;
}

async function fill(element) {
  const { visit, thumb, full } = element.dataset;
  if (!thumb) return fillFull(element, visit, full);
  const url = await thumbUrl(visit, thumb);
  if (url) element.src = url;
  else element.dataset.missing = ""; // neither here nor with the server: asked again when the page is next made
}

/** One URL per thumbnail and tab; a file without one is drawn now. */
async function thumbUrl(visit, sha256) {
  const url = thumbs.get(sha256) ?? await readThumb(visit, sha256);
  if (url) thumbs.set(sha256, url);
  return url;
}

async function readThumb(visit, sha256) {
  const kept = await app.store.thumb(sha256);
  if (kept) return URL.createObjectURL(kept);
  const original = await app.store.evidenceBlob(visit, sha256);
  const made = original && await makeThumb(original);
  if (!made) return fromServer(`/api/visits/${visit}/evidence/${sha256}/preview`);
  await app.store.putThumb(sha256, made);
  return URL.createObjectURL(made);
}

/** The original: from this phone, else from the server, else said plainly. */
async function fillFull(element, visit, sha256) {
  const original = await app.store.evidenceBlob(visit, sha256);
  const url = original ? URL.createObjectURL(original) : await fromServer(`/api/visits/${visit}/evidence/${sha256}`);
  const note = document.getElementById(`full-note-${sha256}`);
  element.addEventListener("error", () => { note.textContent = t("evidence.cannot-show"); }, { once: true });
  if (url) element.src = url;
  else note.textContent = t("evidence.not-here");
}

/** A URL for what the server answers, or null. */
async function fromServer(path) {
  try {
    const response = await fetch(path);
    return response.ok && !response.redirected ? URL.createObjectURL(await response.blob()) : null;
  } catch {
    return null;
  }
}
