// Sending entries the server lacks, in the order of their chains, and hearing an answer for every one of them.

import { listIn } from "./http.js";
import { keysOf } from "./keys.js";

const BATCH = 500;
const BATCH_BYTES = 4 * 1024 * 1024;
const KEPT_BACK = new Set(["quarantined", "provisional"]);
const UNFIT_AS_A_WHOLE = new Set(["malformed", "bad-request", "too-large"]);

/**
 * Push `entries` (by device and seq) of a visit, `all` being what is here of it. `own` are the devices whose chains this
 * phone may declare broken; `keys` are the public keys known here, in case the server has not met an enrolment. Returns
 * `{taken: [hash…], refused: {hash: {problem, detail}}}`; what was taken without effect (quarantined) the next comparison tells.
 */
export async function push(session, visit, entries, { all, own, keys }) {
  const answers = { taken: [], refused: {}, gaps: new Map() };
  const send = (batch, lost) => sendBatch(session, visit, batch, { lost, keys, answers });
  for (const batch of batches(entries)) await send(batch, []);
  for (const [device, from] of answers.gaps) await fillGap(send, device, from, { all, own, answers });
  return answers;
}

/** Send the chain again from where the server misses it, saying which places are lost for ever. */
async function fillGap(send, device, from, { all, own, answers }) {
  const chain = all.filter((entry) => entry.device === device && entry.seq >= from);
  const lost = own.includes(device) ? lostPlaces(device, chain, from) : [];
  answers.gaps.delete(device);
  for (const batch of batches(chain)) await send(batch, lost);
  if (!answers.gaps.has(device)) return;
  for (const entry of chain.filter(({ hash }) => !answers.taken.includes(hash))) {
    answers.refused[entry.hash] ??= { problem: "seq-gap", detail: null };
  }
}

/** Places of the chain this phone no longer has; the hash of one is known from the entry after it. */
export function lostPlaces(device, chain, from) {
  const present = new Map(chain.map((entry) => [entry.seq, entry]));
  const last = Math.max(0, ...present.keys());
  const lost = [];
  for (let seq = from; seq < last; seq += 1) {
    if (!present.has(seq)) lost.push({ device, seq, hash: present.get(seq + 1)?.prev ?? null });
  }
  return lost;
}

/** One request. If the server cannot take it as a whole, halve it until the one that stands in the way is found. */
async function sendBatch(session, visit, batch, { lost, keys, answers }) {
  try {
    const { body } = await session.post(`/api/visits/${visit}/entries`, { entries: batch, lost, devices: offered(batch, keys) });
    note(body, batch, answers);
  } catch (problem) {
    if (!UNFIT_AS_A_WHOLE.has(problem.code)) throw problem;
    if (batch.length === 1) {
      answers.refused[batch[0].hash] = { problem: problem.code, detail: problem.detail };
      return;
    }
    const middle = Math.ceil(batch.length / 2);
    await sendBatch(session, visit, batch.slice(0, middle), { lost, keys, answers });
    await sendBatch(session, visit, batch.slice(middle), { lost, keys, answers });
  }
}

function offered(batch, keys) {
  return Object.entries(keysOf(batch, keys)).map(([id, publicKey]) => ({ id, public_key: publicKey }));
}

function note(body, batch, answers) {
  const devices = new Map(batch.map((entry) => [entry.hash, entry.device]));
  answers.taken.push(...listIn(body, "accepted").filter((hash) => devices.has(hash)));
  for (const { hash, problem, reason = null, resend_from: from } of listIn(body, "rejected")) {
    if (!devices.has(hash)) continue;
    if (KEPT_BACK.has(problem)) answers.taken.push(hash);
    else if (problem === "seq-gap") askAgain(answers.gaps, devices.get(hash), from ?? 1);
    else answers.refused[hash] = { problem, detail: reason };
  }
}

function askAgain(gaps, device, from) {
  gaps.set(device, Math.min(from, gaps.get(device) ?? from));
}

function* batches(entries) {
  let batch = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = JSON.stringify(entry).length;
    if (batch.length === BATCH || (batch.length > 0 && bytes + size > BATCH_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
