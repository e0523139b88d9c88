/**
 * Is this phone fit for a visit? Facts in, lines out; knows no browser, no store, no clock.
 * A line is {name, state, says: [key, params], todo: key or null, list?}: state "yes"; "no" and "ask" (a tap will tell) need
 * the reader; "look" is for the reader's own eyes.
 */
import { isTight } from "./room.js";

const CLOCK_LIMIT_MS = 5 * 60_000;
const LEAST_BATTERY = 50;
const LEAST_MINUTES = 60;
const PHOTO_BYTES = 3 * 1024 ** 2;

export function linesOf(facts) {
  return CHECKS.map((check) => check(facts)).filter(Boolean);
}

/** How many lines need the reader. */
export const needing = (lines) => lines.filter(({ state }) => state === "no" || state === "ask").length;

const line = (name, state, says, todo = null) => ({ name, state, says, todo });
const able = (name, fine, says, otherwise, { browser }) => line(name, fine ? "yes" : "no", [fine ? says : otherwise], fine ? null : INSTEAD[browser.system]);

/** Which browser to use instead. */
const INSTEAD = { ios: "ready.use-ios", android: "ready.use-android", harmony: "ready.use-harmony", other: "ready.use-other" };

const CHECKS = [
  function homeScreen({ browser }) {
    if (browser.system !== "ios") return null;
    return browser.standalone ? line("home-screen", "yes", ["ready.home-screen-yes"]) : line("home-screen", "no", ["ready.home-screen-no"], "ready.home-screen-todo");
  },
  (facts) => able("locks", facts.locks, "ready.locks-yes", "ready.locks-no", facts),
  (facts) => able("strict", facts.storage.strict, "ready.strict-yes", "ready.strict-no", facts),
  function key(facts) {
    const { works, since } = facts.storage;
    if (!works) return able("key", false, null, "ready.key-no", facts);
    return since < facts.openedAt ? line("key", "yes", ["ready.key-kept", { since }]) : line("key", "yes", ["ready.key-yes"]);
  },
  (facts) => able("recorder", facts.recorder, "ready.recorder-yes", "ready.recorder-no", facts),
  function camera({ camera: picture, microphone }) {
    const both = [picture, microphone];
    if (both.includes("none")) return line("camera", "no", ["ready.camera-none"], "ready.camera-none-todo");
    if (both.includes("denied")) return line("camera", "no", ["ready.camera-denied"], "ready.allow");
    if (both.every((one) => one === "granted")) return line("camera", "yes", ["ready.camera-yes"]);
    return line("camera", "ask", ["ready.camera-ask"], "ready.try");
  },
  function place({ location: { permission, accuracy } }) {
    if (permission === "denied") return line("location", "no", ["ready.location-denied"], "ready.allow");
    if (accuracy === null) return line("location", "look", ["ready.location-nowhere"], "ready.location-nowhere-todo");
    if (accuracy !== undefined) return line("location", "yes", ["ready.location-found", { count: accuracy }]);
    return permission === "granted" ? line("location", "yes", ["ready.location-yes"]) : line("location", "ask", ["ready.location-ask"], "ready.try");
  },
  ({ persisted }) => (persisted ? line("persist", "yes", ["ready.persist-yes"]) : line("persist", "no", ["ready.persist-no"], "ready.persist-todo")),
  function battery({ battery: known }) {
    if (!known) return line("battery", "look", ["ready.battery-unknown"], "ready.battery-unknown-todo");
    const { percent, charging } = known;
    if (charging) return line("battery", "yes", ["ready.battery-charging", { percent }]);
    return line("battery", percent >= LEAST_BATTERY ? "yes" : "no", ["ready.battery-left", { percent }], percent >= LEAST_BATTERY ? null : "ready.battery-todo");
  },
  function space({ room }) {
    if (room.free === null) return line("space", "look", ["ready.space-unknown"], "ready.space-unknown-todo");
    const scarce = isTight(room) || room.minutes < LEAST_MINUTES;
    const holds = { size: room.free, minutes: room.minutes, photos: Math.floor(room.free / PHOTO_BYTES) };
    return line("space", scarce ? "no" : "yes", ["ready.space-holds", holds], scarce ? "ready.space-todo" : null);
  },
  function clock({ clock: known, now }) {
    if (!known) return line("clock", "no", ["ready.clock-never"], "ready.clock-never-todo");
    const wrong = Math.abs(known.skew) > CLOCK_LIMIT_MS || now < known.at - CLOCK_LIMIT_MS;
    const off = { count: Math.round(Math.abs(known.skew) / 1000), since: known.at };
    return wrong ? line("clock", "no", ["ready.clock-off", off], "ready.clock-todo") : line("clock", "yes", ["ready.clock-right", off]);
  },
  ({ people }) => line("people", "yes", ["ready.people-here", { names: people.join("、") }]),
  function visits({ visits: coming }) {
    if (!coming.length) return line("visits", "yes", ["ready.visits-none"]);
    const due = coming.filter(({ withheld }) => !withheld); // until its release nobody can have a visit on the phone
    const lacking = due.filter(({ here }) => !here).length;
    const said = lacking ? line("visits", "no", ["ready.visits-lacking", { count: lacking }], "ready.visits-todo") : line("visits", "yes", ["ready.visits-here", { count: due.length }]);
    return { ...said, list: coming };
  },
];
