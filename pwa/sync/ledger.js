// What the server last said about one visit. It is never believed further than that: where digests differ, sets are compared.

import { heldHere, noteHeld } from "../store/accounts.js";

const NEW = Object.freeze({
  epoch: null,
  digest: null,        // the server's journal_digest
  accepted: [],        // hashes
  quarantined: [],     // hashes that keep their place but have no effect yet
  standings: {},       // of those: hash -> {standing, reason}
  lost: [],            // places in chains whose entries nobody has: {device, seq, hash}
  refused: {},         // hash -> {problem, detail}: answered with "not genuine", not sent again by itself
  position: 0,         // pulled up to here
  etag: null,          // of the last answer to a poll
  problem: null,       // why the visit as a whole could not be exchanged: {code, detail}
  loss: null,          // {cameBack, missing}: own entries that were no longer here, and those nobody has
  forked: false,
});

/** The ledger of a visit; a new epoch of the server (a restored backup) makes it forget all but what concerns the phone. */
export async function openLedger(store, visit, epoch = null) {
  const ledger = { ...NEW, ...await store.meta(name(visit)) };
  if (epoch === null || ledger.epoch === epoch) return ledger;
  return { ...NEW, epoch, loss: ledger.loss, forked: ledger.forked };
}

export function saveLedger(store, visit, ledger) {
  return store.putMeta(name(visit), ledger);
}

/** The hashes the server is known to hold. */
export function held(ledger) {
  return new Set([...ledger.accepted, ...ledger.quarantined]);
}

/**
 * The same, also as a colleague on this phone was told: for what the screens say of a visit, never for what is sent or
 * given back. What was told before the server was restored counts no more.
 */
export async function heldAsKnown(visit, ledger) {
  const word = await heldHere(visit);
  const fits = word && (ledger.epoch === null || ledger.epoch === word.epoch);
  return new Set([...held(ledger), ...(fits ? word.hashes : [])]);
}

/** Leave word for the colleagues on this phone of what the server holds of this account's visits. */
export async function leaveWord(store) {
  const ledgers = await Promise.all((await store.visits()).map(async ({ id }) => [id, await openLedger(store, id)]));
  const told = ledgers.filter(([, { epoch }]) => epoch !== null);
  await noteHeld(new Map(told.map(([id, ledger]) => [id, { epoch: ledger.epoch, hashes: [...held(ledger)] }])));
}

const name = (visit) => `ledger:${visit}`;
