// Sending entries the server lacks, in the order of their chains, and hearing an answer for every one of them.

const BATCH = 500;
const BATCH_BYTES = 4 * 1024 * 1024;
const KEPT_BACK = new Set(["quarantined", "provisional"]);

/**
 * Push `entries` (by device and seq) of a visit. `own` are the devices whose chains this phone may declare broken.
 * Returns `{accepted: [hash…], keptBack: {hash: problem}, refused: {hash: {problem, detail}}}`.
 */
export async function push(session, visit, entries, { all, own }) {
  const answers = { accepted: [], keptBack: {}, refused: {}, gaps: new Map() };
  for (const batch of batches(entries)) await send(session, visit, batch, [], answers);
  for (const [device, from] of answers.gaps) await fillGap(session, visit, device, from, { all, own, answers });
  return answers;
}

/** Send the chain again from where the server misses it, saying which places are lost for ever. */
async function fillGap(session, visit, device, from, { all, own, answers }) {
  const chain = all.filter((entry) => entry.device === device && entry.seq >= from);
  const lost = own.includes(device) ? lostPlaces(device, chain, from) : [];
  answers.gaps.delete(device);
  for (const batch of batches(chain)) await send(session, visit, batch, lost, answers);
  if (!answers.gaps.has(device)) return;
  for (const entry of chain.filter(({ hash }) => !answers.accepted.includes(hash))) {
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
async function send(session, visit, batch, lost, answers) {
  try {
    const { body } = await session.post(`/api/visits/${visit}/entries`, { entries: batch, lost });
    note(body, batch, answers);
  } catch (problem) {
    if (![400, 413, 422].includes(problem.status)) throw problem;
    if (batch.length === 1) {
      answers.refused[batch[0].hash] = { problem: problem.code, detail: problem.detail };
      return;
    }
    const middle = Math.ceil(batch.length / 2);
    await send(session, visit, batch.slice(0, middle), lost, answers);
    await send(session, visit, batch.slice(middle), lost, answers);
  }
}

function note(body, batch, answers) {
  const devices = new Map(batch.map((entry) => [entry.hash, entry.device]));
  answers.accepted.push(...(body.accepted ?? []).filter((hash) => devices.has(hash)));
  for (const { hash, problem, detail = null, resend_from: from } of body.rejected ?? []) {
    if (!devices.has(hash)) continue;
    if (KEPT_BACK.has(problem)) answers.keptBack[hash] = problem;
    else if (problem === "seq-gap") askAgain(answers.gaps, devices.get(hash), from ?? 1);
    else answers.refused[hash] = { problem, detail };
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
