// From the seconds of a segment to evidence and its entry, in the order that loses nothing; also after the page was killed.

const OPEN = new Set(["started", "resumed", "paused"]);
const KILLED = "应用被关闭、手机重启或断电，录制中断";

/**
 * Make a segment evidence, write its entry, then forget its pieces. `ms` is its length where it is known, `location` where
 * it was found after the segment began. Returns the entry; null if not a second of it is here, or it was written before.
 */
export async function finishTake(store, { id, about }, { ms = null, location = null } = {}) {
  const length = ms || await store.takes.length(id);
  if (length === null) return store.takes.drop(id).then(() => null);
  const { visit, type } = about;
  const capture = { ...about.capture, location: about.capture.location ?? location, duration_ms: length };
  const kept = await store.putEvidence(visit, store.takes.bytes(id), { type, capture });
  const entry = await isNamed(store, visit, kept.sha256) ? null : await store.append(visit, "evidence", { ...kept, type, ...capture });
  await store.takes.drop(id);
  return entry;
}

/** Finish what a killed page left of its recordings, and say that they were cut. Returns how many segments were saved. */
export async function finishTakes(store) {
  const takes = await store.takes.list();
  let saved = 0;
  for (const take of takes) {
    try {
      if (await finishTake(store, take)) saved += 1;
    } catch (error) {
      console.error(error); // no room now, most likely: it stays here as it is until the next time
    }
  }
  const visits = new Set([...await store.evidenceVisits(), ...takes.map(({ about }) => about.visit)]);
  for (const visit of visits) await tellOfCuts(store, visit).catch((error) => console.error(error));
  return saved;
}

async function isNamed(store, visit, sha256) {
  return (await store.entries(visit)).some(({ kind, body }) => kind === "evidence" && body.sha256 === sha256);
}

/** Recordings of this phone that never came to an end were interrupted. */
async function tellOfCuts(store, visit) {
  const own = (await store.entries(visit)).filter(({ kind, device }) => kind === "recording" && store.devices.includes(device));
  const last = new Map(own.map(({ body }) => [body.recording, body])); // by device and seq: the last word of each
  const cut = [...last.values()].filter(({ act }) => OPEN.has(act));
  await store.appendMany(visit, cut.map(({ department, recording, sound_only }) => ({
    kind: "recording", body: { department, recording, act: "interrupted", sound_only, reason: KILLED },
  })));
}
