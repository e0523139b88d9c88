/** What must be said above whatever page one is on: too little room, a newer version. */
import { bus } from "../store/bus.js";
import { app } from "./app.js";
import { isTight, roomOf } from "./room.js";
import { refresh } from "./refresh.js";
import { offered } from "./version.js";

const AGAIN_MS = 60_000;
const AFTER_WRITING_MS = 2_000;

let now = [];
let soon = null;

/** `[{name, …}]`, as the frame shows them. */
export const alerts = () => now;

/** Look now, when an account opens, some time after something was written, and once a minute, while an account is open. */
export function watch() {
  const again = () => look(app.store).catch((error) => console.warn(error));
  bus.on("version", again);
  document.addEventListener("opened", again);
  bus.on("journal", () => {
    clearTimeout(soon);
    soon = setTimeout(again, AFTER_WRITING_MS);
  });
  setInterval(again, AGAIN_MS);
  again();
}

async function look(store) {
  if (!store) return;
  const [estimate, version] = await Promise.all([store.estimate(), offered(store)]);
  const room = roomOf(estimate);
  const next = [...(isTight(room) ? [{ name: "room", free: room.free }] : []), ...(version ? [{ name: "version", when: version }] : [])];
  if (JSON.stringify(next) === JSON.stringify(now)) return;
  now = next;
  refresh();
}
