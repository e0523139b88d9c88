// Sending evidence by tus (tus.io/protocols/resumable-upload), and believing only receipts. The upload's address is kept
// in the store, so a cut, a reload or a restart of either side goes on where the server really is.

import "../vendor/tus/tus.min.js";
import { concernsVisit } from "./exchange.js";
import { problemOf, SyncProblem } from "./http.js";
import { waiting } from "./wifi.js";

const { Upload } = globalThis.tus;
const ENDPOINT = "/api/evidence/uploads";
const CHUNK = 2 * 1024 * 1024;
const RETRY_DELAYS_MS = [500, 2000, 5000];
const STALL_MS = 60_000;
const RECEIPTS = 500;
const ALTERED = "evidence-hash-mismatch";
const SAFE = new Set(["stored", "backed-up"]);

/** The server had it, this phone gave its room back, and now the server has it no more: a person must look for it. */
const GONE = { grade: "gone", sent: 0, upload: null, refused: { problem: "evidence-gone", detail: null } };

/**
 * Bring the evidence of a visit in step: ask for receipts, upload what is absent, ask again. `progress(sent)` is told
 * of bytes as they go; `again` sends what was refused once more.
 */
export async function uploadEvidence(store, session, visit, { again = false, progress = () => {} } = {}) {
  if (again) await forgiveRefusals(store, visit);
  const local = (await store.evidenceList(visit)).map(({ sha256 }) => sha256);
  await noteReceipts(store, session, visit, [...new Set([...await citedHashes(store, visit), ...local])]);
  const absent = (await sendable(store, visit)).sort(photosFirst);
  for (const piece of absent) {
    await uploadOne(store, session, visit, piece, progress);
  }
  await noteReceipts(store, session, visit, absent.map(({ sha256 }) => sha256));
}

/** Whether receipts are still to be asked for: something here or cited is not known to be backed up. */
export async function evidenceIsDue(store, visit) {
  const [local, cited, { blobs }] = await Promise.all([store.evidenceList(visit), citedHashes(store, visit), store.context(visit)]);
  return local.some(({ grade }) => grade !== "backed-up") || cited.some((sha256) => blobs[sha256] !== "backed-up");
}

/** Whether something here waits to be uploaded. */
export async function uploadIsDue(store, visit) {
  return (await sendable(store, visit)).length > 0;
}

/** What the server lacks and may be sent now: large files may have to wait for Wi-Fi. */
async function sendable(store, visit) {
  const [list, waits] = await Promise.all([store.evidenceList(visit), waiting(store, visit)]);
  return list.filter((piece) => !piece.refused && !piece.released && !SAFE.has(piece.grade) && !waits(piece));
}

/** Photos before film and sound, small before large: what says most for its size goes first. */
function photosFirst(a, b) {
  return b.type.startsWith("image/") - a.type.startsWith("image/") || a.bytes - b.bytes;
}

async function citedHashes(store, visit) {
  const entries = await store.entries(visit);
  return entries.filter(({ kind }) => kind === "evidence").map(({ body }) => body.sha256).filter((sha256) => typeof sha256 === "string");
}

async function forgiveRefusals(store, visit) {
  for (const { sha256, refused, released } of await store.evidenceList(visit)) {
    if (refused && !released) await store.noteUpload(visit, sha256, { refused: null, upload: null, sent: 0 });
  }
}

/** `{sha256: grade}`, by receipts of the server. */
async function ask(session, visit, hashes) {
  const receipts = {};
  for (let n = 0; n < hashes.length; n += RECEIPTS) {
    const { body } = await session.post(`/api/visits/${visit}/receipts`, { hashes: hashes.slice(n, n + RECEIPTS) });
    if (!body.receipts) throw new SyncProblem("not-the-server");
    Object.assign(receipts, body.receipts);
  }
  return receipts;
}

/** Ask, and write down what the receipts say; what the server no longer has is on this phone only again. */
export async function noteReceipts(store, session, visit, hashes) {
  if (hashes.length === 0) return;
  const receipts = await ask(session, visit, hashes);
  for (const { sha256, grade, bytes, released } of await store.evidenceList(visit)) {
    const now = receipts[sha256];
    if (SAFE.has(now) && grade !== now) await store.noteUpload(visit, sha256, { grade: now, sent: bytes, upload: null, refused: null });
    if (now === "absent" && SAFE.has(grade)) await store.noteUpload(visit, sha256, released ? GONE : { grade: "local", sent: 0, upload: null });
  }
  const { blobs } = await store.context(visit);
  const known = Object.entries({ ...blobs, ...receipts }).filter(([, grade]) => SAFE.has(grade)).sort();
  await store.putContext(visit, { blobs: Object.fromEntries(known) });
}

/** One piece. A refusal of the server is kept with its reason, and so are the bytes; the other pieces go on. */
async function uploadOne(store, session, visit, piece, progress) {
  const send = (from) => session.withToken((csrf) => transfer(store, visit, { ...piece, upload: from }, csrf, progress));
  try {
    await send(piece.upload).catch((problem) => {
      if (problem.code !== ALTERED) throw problem;
      return send(null); // bytes changed on the way: once more from the start
    });
  } catch (problem) {
    if (!concernsVisit(problem) || problem.code === "server-full") throw problem;
    await store.noteUpload(visit, piece.sha256, {
      grade: "local", sent: 0, upload: null, refused: { problem: problem.code, detail: problem.detail },
    });
  }
}

async function transfer(store, visit, { sha256, type, upload: known }, csrf, progress) {
  const source = await store.evidenceSource(visit, sha256);
  const watch = stallWatch();
  let sent = 0;
  await new Promise((resolve, reject) => {
    const upload = new Upload(source, {
      endpoint: ENDPOINT,
      uploadUrl: known,
      chunkSize: CHUNK,
      retryDelays: RETRY_DELAYS_MS,
      storeFingerprintForResuming: false,
      metadata: { sha256, type, visit },
      headers: { "X-CSRFToken": csrf },
      fileReader: { openFile: async () => sourceOf(source) },
      onShouldRetry: (error) => mayHelpToRetry(error.originalResponse?.getStatus() ?? 0),
      onUploadUrlAvailable: () => store.noteUpload(visit, sha256, { grade: "uploading", upload: upload.url }).catch(reject),
      onProgress: () => watch.alive(),
      onChunkComplete: (_size, accepted) => {
        progress(accepted - sent);
        sent = accepted;
        store.noteUpload(visit, sha256, { sent: accepted }).catch(reject);
      },
      onSuccess: resolve,
      onError: (error) => reject(problemOfUpload(error)),
    });
    watch.begin(() => {
      upload.abort();
      reject(new SyncProblem("timeout"));
    });
    upload.start();
  }).finally(() => watch.end());
}

/** A line that has gone dead says nothing, for ever: give up an upload of which no byte has moved for a minute. */
function stallWatch() {
  let timer = null;
  let stalled = () => {};
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(stalled, STALL_MS);
  };
  return {
    alive,
    begin: (give) => {
      stalled = give;
      alive();
    },
    end: () => clearTimeout(timer),
  };
}

/** 409 and 423 mean: ask for the offset and go on. A server in trouble may recover. A refusal stays one. */
function mayHelpToRetry(status) {
  return status === 0 || status === 409 || status === 423 || (status >= 500 && status !== 507);
}

/** The store's evidence as tus-js-client reads its sources: piecewise, decrypted on the way. */
function sourceOf(source) {
  return {
    size: source.size,
    slice: async (start, end) => ({ value: new Blob([await source.slice(start, end)]), done: end >= source.size }),
    close: () => {},
  };
}

function problemOfUpload(error) {
  const response = error.originalResponse;
  if (!response) return new SyncProblem("offline", { detail: error.message });
  return problemOf(response.getStatus(), parsed(response.getBody()));
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
