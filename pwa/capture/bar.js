// The strip that shows a recording while one works on: it floats over the bottom bar, outside what pages swap.
// Its buttons ask the page by data-do; it must not know what they do.

import { t } from "../i18n/index.js";
import { element, iconElement } from "./element.js";

const TICK_MS = 500;

/** Show the strip for a recording (`recorder.js`). Returns `{video, show(), remove()}`; `video` plays the running picture. */
export function recordingBar(recorder) {
  const bar = new Bar(recorder);
  bar.open();
  return bar;
}

class Bar {
  #recorder;
  #timer = null;
  #parts;
  #makeRoom = () => makeRoom();

  constructor(recorder) {
    this.#recorder = recorder;
    this.#parts = parts(recorder.state.soundOnly);
  }

  get video() {
    return this.#parts.video;
  }

  open() {
    document.body.append(this.#parts.bar);
    document.documentElement.classList.add("is-recording");
    this.#timer = setInterval(() => this.show(), TICK_MS);
    document.addEventListener("htmx:after:swap", this.#makeRoom);
    this.show();
  }

  remove() {
    clearInterval(this.#timer);
    document.removeEventListener("htmx:after:swap", this.#makeRoom);
    document.documentElement.classList.remove("is-recording");
    this.#parts.bar.remove();
  }

  /** Say how it stands now. */
  show() {
    const { state, stream } = this.#recorder;
    const { bar, video, time, note, pause, resume, photo, mark, stop } = this.#parts;
    bar.dataset.phase = state.phase;
    write(time, `${clock(state.ms)} · ${(state.bytes / 1024 ** 2).toFixed(1)} MB`);
    write(note, noteOf(state));
    bar.classList.toggle("recording--low", state.low);
    const going = state.phase === "recording";
    for (const [button, shown] of [[pause, going], [mark, going], [photo, going && !state.soundOnly], [resume, state.phase === "paused" || state.phase === "interrupted"]]) button.hidden = !shown;
    stop.disabled = state.phase === "ended";
    if (video.srcObject !== stream) {
      video.srcObject = stream;
      if (stream) video.play().catch(() => {});
    }
    makeRoom();
  }
}

/** The strip stands on the page's own bar, whatever its height, and the page ends above both. */
function makeRoom() {
  const below = document.querySelector("#screen .bar")?.offsetHeight ?? 0;
  const own = document.querySelector(".recording")?.offsetHeight ?? 0;
  document.documentElement.style.setProperty("--bar-height", `${below}px`);
  document.documentElement.style.setProperty("--recording-height", `${own}px`);
}

function noteOf({ phase, moment, low, left, photos }) {
  if (phase !== "recording") return t(`recorder.${phase}`);
  if (low) return t("recorder.low-short", { count: left });
  const said = [moment && t(`moment.${moment}`), photos > 0 && t("recorder.photos", { count: photos })].filter(Boolean);
  return said.join(" · ") || t("recorder.recording");
}

function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  return `${hours ? `${hours}:` : ""}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function write(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

function parts(soundOnly) {
  const video = element("video", "recording__picture", { muted: true, playsInline: true, autoplay: true });
  const time = element("b", "recording__time");
  const note = element("span", "recording__note", { role: "status" });
  const look = soundOnly ? element("span", "recording__look", {}, [iconElement("microphone")]) : deedButton("record-preview", "recording__look", { ariaLabel: t("recorder.preview") }, [video]);
  const buttons = {
    mark: act("record-mark", t("recorder.mark"), "flag"), photo: act("record-photo", t("shoot.camera"), "camera"), pause: act("record-pause", t("recorder.pause"), "player-pause"),
    resume: act("record-resume", t("recorder.resume"), "player-play"), stop: act("record-stop", t("recorder.stop"), "player-stop"),
  };
  const text = element("p", "recording__text", {}, [element("span", "recording__dot", { ariaHidden: "true" }), time, note]);
  const acts = element("div", "recording__acts", {}, Object.values(buttons));
  const bar = element("section", "recording", { ariaLabel: t("recorder.title") }, [look, text, acts]);
  return { bar, video, time, note, ...buttons };
}

/** A sign and the word for it: nobody should have to guess what ends a recording. */
function act(deed, text, symbol) {
  return deedButton(deed, "recording__act", {}, [iconElement(symbol), element("span", "", { textContent: text })]);
}

function deedButton(deed, className, properties, children) {
  const button = element("button", className, { type: "button", ...properties }, children);
  button.dataset.do = deed;
  return button;
}
