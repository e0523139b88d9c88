/** Addresses and deeds of one area: video, sound and the moments to prove. */
import { choose } from "../../capture/sheet.js";
import { t } from "../../i18n/index.js";
import { MARKS, PAUSES } from "../../views/recorder.js";
import { film, photograph, previewFilm, startFilm, stopFilm, whenGoing } from "../capture.js";
import { saveLargeFiles, sendLargeFiles, showRecorder } from "../handlers/recorder.js";

/** [method, path, handler]: asked only while an account is open. */
export const INSIDE = [
  ["GET", "/field/visits/:visit/recorder", showRecorder],
  ["POST", "/field/sync/large", saveLargeFiles],
  ["POST", "/field/visits/:visit/upload", sendLargeFiles],
];

/** The same, asked at any time. */
export const OUTSIDE = [];

/** What buttons with data-do ask the page itself to do: name -> function of the button. */
export const DEEDS = {
  record: ({ dataset }) => startFilm(dataset, said()),
  "record-photo": () => photograph(),
  "record-preview": () => previewFilm(),
  "record-pause": pause,
  "record-resume": () => whenGoing(film()?.resume()),
  "record-mark": mark,
  "record-stop": stop,
};

function said() {
  const value = (selector) => document.querySelector(selector)?.value ?? "";
  return { preset: value("#recorder-form [name=preset]:checked") || "saving", reason: value("#sound-reason").trim() };
}

/** It records on until the reason is given. */
async function pause() {
  const reason = await choose({ title: t("recorder.pause-why"), options: PAUSES.map((text) => ({ value: text, text })), words: t("recorder.other-reason") });
  if (reason) await film()?.pause(reason);
}

async function mark({ dataset }) {
  const moment = dataset.moment ?? await choose({ title: t("recorder.mark"), options: MARKS.map((value) => ({ value, text: t(`moment.${value}`) })) });
  if (moment) await film()?.mark(moment);
}

async function stop() {
  if (await choose({ title: t("recorder.stop-sure"), options: [{ value: "stop", text: t("recorder.stop") }] })) await stopFilm();
}
