// Set union of one visit's journal between this phone and the server (DESIGN §4).

import { journalDigest } from "../journal/entry.js";
import { renewEnrolment } from "../store/accounts.js";
import { remembered } from "../store/memory.js";
import { listIn, SyncProblem } from "./http.js";
import { keysHere } from "./keys.js";
import { held, openLedger, saveLedger } from "./ledger.js";
import { pull } from "./pull.js";
import { push } from "./push.js";

/**
 * Bring a visit in step. `served` is the visit's line in the server's list, for its digests; `again` (the person asks) sends
 * what was refused once more and takes notices as read.
 * `take` is false where this session may not read the visit: then entries only go, and none come.
 */
export async function exchange(store, session, visit, { served = null, again = false, take = session.isOwn } = {}) {
  const ledger = await openLedger(store, visit, session.epoch);
  if (again) Object.assign(ledger, { refused: {}, loss: null, forked: false }); // what still holds is noticed again
  if (!again && await inStep(store, visit, ledger, { served, take })) return;
  ledger.problem = null;
  try {
    await compare(session, visit, ledger);
    if (await pushMissing(store, session, visit, ledger)) await compare(session, visit, ledger);
    if (take) await pullMissing(store, session, visit, ledger);
  } catch (problem) {
    if (!concernsVisit(problem)) throw problem;
    ledger.problem = { code: problem.code, detail: problem.detail };
  } finally {
    await saveLedger(store, visit, ledger);
  }
  await store.putContext(visit, { quarantined: ledger.quarantined, lost: ledger.lost });
}

/** The quick question of an open visit: has anything come since? True if so: be it only something without effect. */
export async function poll(store, session, visit) {
  const ledger = await openLedger(store, visit, session.epoch);
  const news = await pull(store, session, visit, ledger);
  if (news.etag === ledger.etag) return false;
  await saveLedger(store, visit, { ...ledger, position: news.position, etag: news.etag });
  return true;
}

/** The server's word about this visit alone (not allowed, not found, altered): the other visits go on. */
export function concernsVisit(problem) {
  return problem instanceof SyncProblem && !problem.unreached && problem.code !== "sign-in";
}

/** Nothing to send, and nothing to take as far as the served digest tells. */
async function inStep(store, visit, ledger, { served, take }) {
  const here = await store.hashes(visit);
  const there = held(ledger);
  if (!here.every((hash) => there.has(hash) || hash in ledger.refused)) return false;
  if (!take) return true;
  if (await missingHere(store, visit) !== (ledger.loss?.missing ?? 0)) return false;
  return isAsServed(ledger, served) && !await lacks(store, visit, ledger);
}

function isAsServed(ledger, served) {
  if (served?.journal_digest !== ledger.digest) return false;
  return served.held_digest === undefined || served.held_digest === journalDigest(ledger.quarantined);
}

/** Ask what the server holds. */
async function compare(session, visit, ledger) {
  const { body } = await session.get(`/api/visits/${visit}/hashes`);
  ledger.accepted = listIn(body, "accepted");
  ledger.quarantined = listIn(body, "quarantined");
  ledger.lost = listIn(body, "lost");
  ledger.standings = body.standings ?? {};
  ledger.digest = journalDigest(ledger.accepted);
}

async function pushMissing(store, session, visit, ledger) {
  const there = held(ledger);
  const all = await store.entries(visit);
  const missing = all.filter(({ hash }) => !there.has(hash) && !(hash in ledger.refused));
  if (missing.length === 0) return false;
  const answers = await push(session, visit, missing, {
    all, own: store.devices, keys: await keysHere(store),
  });
  ledger.refused = { ...ledger.refused, ...answers.refused };
  return true;
}

async function pullMissing(store, session, visit, ledger) {
  if (await lacks(store, visit, ledger)) await takeFrom(store, session, visit, ledger, ledger.position);
  if (await lacks(store, visit, ledger)) await takeFrom(store, session, visit, ledger, 0);
  await noticeLoss(store, visit, ledger);
}

async function lacks(store, visit, ledger) {
  const here = new Set(await store.hashes(visit));
  return [...held(ledger)].some((hash) => !here.has(hash));
}

async function takeFrom(store, session, visit, ledger, position) {
  const news = await pull(store, session, visit, { position });
  ledger.position = news.position;
  ledger.etag = news.etag;
  if (news.own > 0) ledger.loss = { cameBack: news.own };
  if (!news.forked) return;
  ledger.forked = true;
  await renewEnrolment(store);
}

/** A cookie that knows of more entries than the store and the server have together: something is gone from this phone. */
async function noticeLoss(store, visit, ledger) {
  const { cameBack = 0 } = ledger.loss ?? {};
  const missing = await missingHere(store, visit);
  ledger.loss = cameBack || missing ? { cameBack, missing } : null;
}

/** How many own entries the cookie knows of that are no longer here. */
async function missingHere(store, visit) {
  const here = (await store.heads()).get(visit) ?? 0;
  return Math.max(0, remembered(store.device, visit) - here);
}
