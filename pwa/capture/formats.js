// What a phone can record and how much of it it can hold. Pure: what the browser says comes in as arguments.

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const SOUND_BITS = 64_000;

/** Sizes to choose from: `bits` of picture a second, `height` in lines. */
export const PRESETS = Object.freeze({
  saving: { bits: 800_000, width: 854, height: 480 },
  standard: { bits: 1_500_000, width: 1280, height: 720 },
  clear: { bits: 3_000_000, width: 1920, height: 1080 },
});

/** Best first: MP4 plays everywhere; WebM where a browser writes nothing else. */
const PICTURE = [
  "video/mp4;codecs=avc1.4D0028,mp4a.40.2", "video/mp4;codecs=avc1,mp4a.40.2", "video/mp4;codecs=avc1.4D0028,opus",
  "video/mp4;codecs=avc1.42E01E,opus", "video/mp4;codecs=vp9,opus", "video/mp4", "video/webm;codecs=vp9,opus", "video/webm;codecs=vp8,opus",
];
const SOUND = ["audio/mp4;codecs=mp4a.40.2", "audio/mp4;codecs=opus", "audio/mp4", "audio/webm;codecs=opus"];

/** The type to record, or null where this browser records nothing that the office can read. */
export function recordingType(soundOnly, can = browserCan) {
  return (soundOnly ? SOUND : PICTURE).find(can) ?? null;
}

function browserCan(type) {
  return typeof MediaRecorder === "function" && MediaRecorder.isTypeSupported(type);
}

/** The preset for this phone: `free` bytes of room, `memory` in GiB; null is unknown. */
export function fittingPreset({ free, memory }) {
  if ((memory ?? 4) < 3 || (free !== null && free < 3 * GIB)) return "saving";
  return memory >= 8 && free >= 30 * GIB ? "clear" : "standard";
}

/** Bytes of a minute. */
export function bytesPerMinute(preset, soundOnly = false) {
  return ((soundOnly ? 0 : PRESETS[preset].bits) + SOUND_BITS) / 8 * 60;
}

/** Room that stays untouched: the last segments are copied once more before they are evidence, and entries need a place. */
export const reserve = (perMinute) => Math.max(64 * MIB, 3 * perMinute);

/** Whole minutes that still fit, never below 0; null where the browser does not tell its room. */
export function minutesLeft(free, perMinute) {
  return free === null ? null : Math.max(0, Math.floor((free - reserve(perMinute)) / perMinute));
}

/** What a recorder is asked for. A key frame a second lets every second be handed over: MP4 is cut nowhere else. */
export function recorderOptions(preset, soundOnly, type) {
  const picture = soundOnly ? {} : { videoBitsPerSecond: PRESETS[preset].bits, videoKeyFrameIntervalDuration: 1000 };
  return { mimeType: type, audioBitsPerSecond: SOUND_BITS, ...picture };
}

/** What camera and microphone are asked for. */
export function wishes(preset, soundOnly) {
  const { width, height } = PRESETS[preset];
  const video = { facingMode: { ideal: "environment" }, width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: 25, max: 30 } };
  return { audio: true, video: soundOnly ? false : video };
}
