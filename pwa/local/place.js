/** Where this phone is, asked for in advance so that no write waits for it. None is a value. */
import { locate } from "../capture/location.js";

const FRESH_MS = 120_000;

let known = { state: "none", location: null, at: 0 };
let asking = null;

/** The place as known now, and a question on the way if it is old. `changed` is called when it is answered. */
export function placeNow(changed) {
  if (Date.now() - known.at > FRESH_MS && !asking) look(changed);
  return asking && !fresh() ? { state: "looking", location: null } : known;
}

/** The place for a record: fresh, or waited for a moment, or null. */
export async function placeForRecord() {
  if (!fresh()) await look();
  return fresh();
}

function fresh() {
  return Date.now() - known.at <= FRESH_MS ? known.location : null;
}

function look(changed = () => {}) {
  asking ??= locate().catch(() => null).then((location) => {
    known = { state: location ? "found" : "none", location, at: Date.now() };
    asking = null;
    changed();
  });
  return asking;
}
