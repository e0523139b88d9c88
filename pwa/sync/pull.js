// Taking entries this phone lacks, by position, and believing none whose hash does not fit.

import { hashEntry } from "../journal/entry.js";
import { listIn, SyncProblem } from "./http.js";

const PAGE = 500;

/**
 * Pull from `position` on. Returns `{position, etag, own: n, forked}`; `own` counts entries of this phone's own chains
 * that it no longer had. Throws SyncProblem("answer-altered") if an entry is not what its hash says; those before it are kept.
 */
export async function pull(store, session, visit, { position, etag = null }) {
  const news = { position, etag, own: 0, forked: false };
  for (;;) {
    const answer = await session.get(
      `/api/visits/${visit}/entries?after=${news.position}&limit=${PAGE}`, etag ? { headers: { "If-None-Match": etag } } : {},
    );
    if (answer.status === 304) return news;
    const placed = listIn(answer.body, "entries");
    await keep(store, visit, [...placed, ...listIn(answer.body, "quarantined")], news);
    news.etag = answer.etag;
    if (!answer.body.more || placed.length === 0) return news;
    etag = null;
  }
}

async function keep(store, visit, page, news) {
  const entries = page.map(({ position, ...entry }) => entry);
  const bad = entries.findIndex((entry) => !isItself(entry, visit));
  const good = bad === -1 ? entries : entries.slice(0, bad);
  const { added, forked } = await store.putEntries(visit, good);
  const devices = store.devices;
  news.own += good.filter((entry) => devices.includes(entry.device) && added.includes(entry.hash)).length;
  news.forked ||= forked;
  news.position = Math.max(news.position, ...page.slice(0, good.length).map((entry) => entry.position ?? 0));
  if (bad !== -1) throw new SyncProblem("answer-altered");
}

function isItself(entry, visit) {
  try {
    return entry.visit === visit && hashEntry(entry) === entry.hash;
  } catch {
    return false; // what has no canonical form was never hashed
  }
}
