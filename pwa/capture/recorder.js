// A recording that goes on while the person moves through the pages: segments, pauses, interruptions, room, the lit screen.
// It must not know the pages: it tells `onChange` that something is different, and is asked for its `state`.

import { localInstant } from "../store/journal.js";
import { keepAwake } from "./awake.js";
import { finishTake } from "./finish.js";
import { bytesPerMinute, minutesLeft, recorderOptions, recordingType, wishes } from "./formats.js";
import { frameOfFilm } from "./frame.js";
import { locate } from "./location.js";
import { captureLock, capturePhoto, clockOffset } from "./record.js";
import { Segment } from "./segment.js";

/** How long a segment is. */
export const pace = { segmentMs: 60_000 };

const TICK_MS = 1_000;
const ROOM_TICKS = 5;
const MUTE_MS = 1_500;    // shorter silences are the system's own
const LEAST_MS = 1_000;   // a shorter file may hold no picture at all
const LOW_MINUTES = 10;
const RESTARTS = 3;
const REFUSED = new Set(["NotAllowedError", "SecurityError"]);
const REASONS = {
  taken: "摄像头或麦克风被来电或其他应用占用",
  failed: "手机的录制功能出错",
  full: "本机存储空间不足，自动停止",
};

export class Recorder {
  #store;
  #options;
  #onChange;
  #id = crypto.randomUUID();
  #type;
  #stream = null;
  #segment = null;
  #number = 0;
  #phase = "starting";
  #problem = null;
  #moment;
  #photos = 0;
  #saved = false;
  #doneMs = 0;
  #doneBytes = 0;
  #left = null;
  #location = null;
  #ticks = 0;
  #restarts = 0;
  #timer = null;
  #turn = Promise.resolve();
  #finishing = Promise.resolve();
  #release = () => {};
  #sleep = () => {};

  /** `options`: `{visit, department, preset, soundOnly, reason, moment, segmentMs}`. */
  constructor(store, options, onChange = () => {}) {
    this.#store = store;
    this.#options = { segmentMs: pace.segmentMs, reason: null, ...options };
    this.#onChange = onChange;
    this.#moment = options.moment ?? null;
    this.#type = recordingType(options.soundOnly);
  }

  /** What the screens show. `problem` is a code for the texts, `left` whole minutes or null, `ms` and `bytes` of all segments, `saved`: it has ended and is put away. */
  get state() {
    const { visit, soundOnly, preset } = this.#options;
    return {
      id: this.#id, visit, soundOnly, preset, phase: this.#phase, problem: this.#problem, moment: this.#moment, photos: this.#photos, saved: this.#saved,
      ms: this.#doneMs + (this.#segment?.age ?? 0), bytes: this.#doneBytes + (this.#segment?.bytes ?? 0),
      left: this.#left, low: this.#left !== null && this.#left < LOW_MINUTES,
    };
  }

  get stream() {
    return this.#stream;
  }

  /** Begin. Resolves to null, or to the code of what is in the way; then nothing was begun. */
  async start() {
    if (!this.#type) return "recorder-none";
    await this.#lookAtRoom();
    if (this.#left === 0) return "recorder-no-room";
    const problem = await this.#open();
    if (problem) return problem;
    navigator.locks.request(captureLock(this.#store), { mode: "shared" }, () => new Promise((resolve) => { this.#release = resolve; }));
    await this.#say("started", this.#options.reason);
    await this.#inTurn(() => this.#go());
    return this.#phase === "recording" ? null : this.#problem;
  }

  /** A moment that must be shown gets a file of its own. */
  mark(moment) {
    return this.#inTurn(async () => {
      this.#moment = moment;
      await this.#ripen();
      if (this.#phase === "recording") await this.#roll();
      this.#onChange();
    });
  }

  pause(reason) {
    return this.#inTurn(async () => {
      await this.#ripen();
      return this.#halt("paused", reason, null);
    });
  }

  /** Go on after a pause or an interruption. Resolves like `start`. */
  resume() {
    return this.#inTurn(async () => {
      if (this.#phase !== "paused" && this.#phase !== "interrupted") return null;
      const problem = await this.#open();
      if (problem) return problem;
      await this.#say("resumed");
      await this.#go();
      return null;
    });
  }

  /** End it; resolves when everything recorded is evidence, or is kept until there is room for that. */
  stop() {
    return this.#inTurn(async () => {
      await this.#ripen();
      return this.#end(null, null);
    });
  }

  /** A photo from the running picture, for a place in the visit: `{item, moment, department}`. */
  async photo(video, about) {
    const blob = await frameOfFilm(video);
    const entry = await capturePhoto(this.#store, this.#options.visit, blob, { ...about, recording: this.#id, where: this.#location });
    this.#photos += 1;
    this.#onChange();
    return entry;
  }

  /** One thing after the other: marks, segment ends and taps come at any time. */
  #inTurn(work) {
    const result = this.#turn.then(work);
    this.#turn = result.catch((error) => console.error(error));
    return result;
  }

  async #ripen() {
    const lacking = this.#segment ? LEAST_MS - this.#segment.age : 0;
    if (lacking > 0) await new Promise((resolve) => { setTimeout(resolve, lacking); });
  }

  async #open() {
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia(wishes(this.#options.preset, this.#options.soundOnly));
    } catch (error) {
      return REFUSED.has(error.name) ? "recorder-refused" : "recorder-none";
    }
    for (const track of this.#stream.getTracks()) this.#watch(track);
    locate().then((found) => { this.#location = found ?? this.#location; });
    return null;
  }

  /** A call or another app takes the camera: the track ends, or falls silent and stays so. */
  #watch(track) {
    const stream = this.#stream;
    const taken = () => this.#stream === stream && this.#inTurn(() => this.#halt("interrupted", REASONS.taken, "recorder-taken"));
    track.addEventListener("ended", taken);
    track.addEventListener("mute", () => setTimeout(() => track.muted && track.readyState === "live" && taken(), MUTE_MS));
  }

  async #go() {
    this.#phase = "recording";
    this.#problem = null;
    await this.#roll();
    if (this.#phase !== "recording") return;
    this.#sleep = keepAwake();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#onChange();
  }

  /** The next segment runs before the last one ends: nothing falls between them. */
  async #roll() {
    const { preset, soundOnly } = this.#options;
    const before = this.#segment;
    this.#number += 1;
    try {
      const capture = await this.#capture();
      this.#segment = await Segment.begin(this.#store, this.#stream, recorderOptions(preset, soundOnly, this.#type), { visit: this.#options.visit, capture },
        (error) => this.#inTurn(() => this.#trouble(error)));
    } catch (error) {
      this.#number -= 1;
      return this.#trouble(error);
    }
    this.#finish(before);
  }

  async #capture() {
    return {
      item: null, moment: this.#moment, department: this.#options.department, caption: "", source: "app", location: this.#location,
      captured_at: localInstant(new Date()), clock_offset: await clockOffset(this.#store), recorder: this.#store.label ?? null, recording: this.#id, segment: this.#number,
    };
  }

  /** End a segment and make it evidence, one after the other, while the next one runs. */
  #finish(segment) {
    if (!segment) return;
    const ended = segment.stop();
    this.#doneMs += segment.age;
    const counted = ended.then(() => { this.#doneBytes += segment.bytes; });
    this.#finishing = this.#finishing.then(async () => {
      await counted;
      await finishTake(this.#store, segment.take, { ms: await ended, location: this.#location });
    }).catch((error) => {
      console.warn(error); // the pieces stay, and are finished when there is room
      this.#problem ??= "recorder-unfinished";
    });
  }

  #closeSegment() {
    const segment = this.#segment;
    this.#segment = null;
    this.#finish(segment);
  }

  /** What a segment reports: no room left, the camera gone, or a recorder that broke and is started anew. */
  async #trouble(error) {
    if (this.#phase !== "recording") return;
    if (error?.code === "storage-full") return this.#end(REASONS.full, "recorder-full");
    if (error?.name === "StoreError") return this.#end(REASONS.failed, "recorder-failed");
    if (this.#restarts >= RESTARTS || this.#stream.getTracks().some(({ readyState }) => readyState === "ended")) {
      return this.#halt("interrupted", error ? REASONS.failed : REASONS.taken, error ? "recorder-failed" : "recorder-taken");
    }
    this.#restarts += 1;
    await this.#roll();
  }

  async #halt(act, reason, problem) {
    if (this.#phase !== "recording") return;
    this.#phase = act;
    this.#problem = problem;
    this.#rest();
    await this.#say(act, reason);
    this.#onChange();
  }

  async #end(reason, problem) {
    if (this.#phase === "ended") return;
    this.#phase = "ended";
    this.#problem = problem;
    this.#rest();
    this.#onChange();
    await this.#finishing;
    await this.#say("ended", reason).catch((error) => console.warn(error)); // then the next start says that it was cut
    this.#release();
    this.#saved = true;
    this.#onChange();
  }

  /** Let go of camera, clock and screen. */
  #rest() {
    this.#closeSegment();
    clearInterval(this.#timer);
    this.#sleep();
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = null;
  }

  #tick() {
    this.#ticks += 1;
    if (this.#segment?.age >= this.#options.segmentMs) this.#inTurn(() => this.#phase === "recording" && this.#rollIfDue());
    if (this.#ticks % ROOM_TICKS === 0) this.#lookAtRoom().then(() => this.#left === 0 && this.#inTurn(() => this.#outOfRoom()));
    this.#onChange();
  }

  async #rollIfDue() {
    if (this.#segment.age < this.#options.segmentMs) return;
    this.#restarts = 0;
    await this.#roll();
  }

  #outOfRoom() {
    if (this.#phase === "recording") return this.#end(REASONS.full, "recorder-full");
  }

  async #lookAtRoom() {
    const { usage, quota } = await this.#store.estimate();
    const free = quota === null ? null : quota - usage;
    this.#left = minutesLeft(free, bytesPerMinute(this.#options.preset, this.#options.soundOnly));
  }

  #say(act, reason = null) {
    const { visit, department, soundOnly } = this.#options;
    return this.#store.append(visit, "recording", { department, recording: this.#id, act, sound_only: soundOnly, reason });
  }
}
