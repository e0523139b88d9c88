// One whole round with the server: session, enrolment, list, journals, bundles, evidence; in the order of what must not be lost.

import { concernsVisit, exchange } from "./exchange.js";
import { register } from "./enrolment.js";
import { listIn } from "./http.js";
import { report } from "./report.js";
import { openSession } from "./session.js";
import { visitsHere } from "./tally.js";
import { evidenceIsDue, uploadEvidence } from "./uploads.js";

/** Run a round; `reporter` hears what is touched. Returns the session. Throws SyncProblem or StoreError. */
export async function runRound(store, { again, reporter }) {
  const session = await openSession(store);
  const confirmed = session.isOwn && !await store.meta("provisional");
  if (confirmed) await register(store, session);
  const listed = session.isOwn ? await fetchList(store, session) : [];
  const lines = new Map(listed.map((line) => [line.id, line]));
  const visits = await visitsHere(store);
  for (const visit of visits) {
    const line = lines.get(visit);
    await exchange(store, session, visit, { served: line ?? null, again, take: line ? mayRead(line) : false });
    await reporter.touched(visit);
  }
  for (const line of listed.filter(mayRead)) {
    if (await fetchBundle(store, session, line)) await reporter.touched(line.id);
  }
  if (confirmed) await tell(store, session, { again }); // before the files, which may take an hour
  for (const visit of visits) await exchangeEvidence(store, session, visit, { again, reporter });
  const ended = confirmed ? await tell(store, session) : null;
  if (ended) throw ended;
  return session;
}

/** Tell the office what is here only; gives back the problem that the enrolment was ended, which holds up nothing. */
async function tell(store, session, options) {
  try {
    await report(store, session, options);
  } catch (problem) {
    if (problem.code !== "device-revoked") throw problem;
    return problem;
  }
  return null;
}

async function fetchList(store, session) {
  const { body } = await session.get("/api/visits");
  const listed = listIn(body, "visits");
  await store.putVisits(listed);
  return listed;
}

/** A visit one has left is still pushed to, but no longer read. */
function mayRead({ status }) {
  return status !== "left";
}

/** Download a bundle this phone lacks; one that is withheld is there once its line no longer says so. One that fails for its own reasons does not hold up the others. */
async function fetchBundle(store, session, { id, bundle_digest: digest, release_at: withheld }) {
  if (withheld || await store.meta(`bundle:${id}`) === digest) return false;
  try {
    const { body } = await session.get(`/api/visits/${id}/bundle`);
    await store.putBundle(id, body, digest);
    return true;
  } catch (problem) {
    if (!concernsVisit(problem)) throw problem;
    return false;
  }
}

async function exchangeEvidence(store, session, visit, { again, reporter }) {
  if (!again && !await evidenceIsDue(store, visit)) return;
  try {
    await uploadEvidence(store, session, visit, { again, progress: (bytes) => reporter.sent(visit, bytes) });
  } catch (problem) {
    if (!concernsVisit(problem)) throw problem;
  } finally {
    await reporter.touched(visit);
  }
}
