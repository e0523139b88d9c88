// Recomputes a published draw in the visitor's browser, from its transcript alone. The same as ceremony.py,
// written a second time so that one does not repeat the other's mistakes. It never waits, so that it may take
// its time in a worker, and it needs no HTTPS.

import { sha256 as digest } from '/field/app/vendor/noble-hashes/sha2.js';
import { bytesToHex as hex, concatBytes as joined } from '/field/app/vendor/noble-hashes/utils.js';

const FORMAT = 'liancha-draw/1';
const BLOCK = 64; // bytes that SHA-256 takes at a time
const text = new TextEncoder();

/** What a transcript says does not follow from what was committed; the message names the part. */
export class Mismatch extends Error {}

/** The outcome, if it is the one the transcript says; throws Mismatch where it is not.
 *
 * `tell` hears of each part that is right, `{part}`, and how many positions were worked out, `{count}`. */
export function check(transcript, tell = () => {}) {
  const due = outcome(transcript, tell);
  for (const [part, value] of Object.entries(due)) {
    same(part, canonical(value), canonical(transcript.result[part]));
    tell({ part });
  }
  return due;
}

/** What must have been drawn: `{commit_hash, subjects, teams}`. */
export function outcome(transcript, tell = () => {}) {
  const { commit, eligibility } = transcript;
  const secrets = opened(transcript);
  tell({ part: 'secrets' });
  const lines = frameLines(transcript.frame);
  same('frame', sha256(lines.join('\n')), commit.frame_hash);
  tell({ part: 'frame' });
  same('eligibility', sha256(canonical(eligibility)), commit.eligibility_hash);
  tell({ part: 'eligibility' });
  const position = positions(secrets, transcript.randomness, sha256(canonical(commit)), tell);
  const subjects = drawSubjects(lines, commit.quotas, position);
  const teams = drawOfficers(lines, subjects, eligibility, position);
  return { commit_hash: position.commit, subjects, teams };
}

// --- hashes -------------------------------------------------------------------------------------------------

export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join(',')}}`;
}

export function sha256(content) {
  return hex(digest(typeof content === 'string' ? text.encode(content) : content));
}

export function commitment(party, secret) {
  return sha256(joined(text.encode([FORMAT, party, ''].join('\0')), secret));
}

export function unhex(written) {
  if (!/^[0-9a-f]{64}$/.test(written)) throw new Mismatch(`secret: ${written}`);
  return Uint8Array.from(written.match(/../g), (two) => parseInt(two, 16));
}

function same(part, found, said) {
  if (found !== said) throw new Mismatch(part);
}

/** RFC 2104 with a key of one block at most. */
function hmac(key) {
  const padded = (sign) => Uint8Array.from({ length: BLOCK }, (_, at) => (key[at] ?? 0) ^ sign);
  const inner = digest.create().update(padded(0x36));
  const outer = digest.create().update(padded(0x5c));
  return (message) => outer.clone().update(inner.clone().update(message).digest()).digest();
}

function positions(secrets, randomness, commit, tell) {
  const extract = hmac(digest(joined(...secrets)));
  const expand = hmac(extract(text.encode(randomness)));
  let count = 0;
  const of = (...parts) => {
    count += 1;
    if (count % 10000 === 0) tell({ count });
    return hex(expand(text.encode(`${[FORMAT, commit, ...parts].join('\0')}\x01`)));
  };
  return { commit, of };
}

function opened(transcript) {
  const secrets = [];
  for (const { party, commitment: said } of transcript.commit.parties) {
    const secret = Object.hasOwn(transcript.opened, party) ? unhex(transcript.opened[party]) : null;
    if ((secret !== null) === transcript.missing.includes(party)) throw new Mismatch(`secret of ${party}`);
    if (secret === null) continue;
    same(`secret of ${party}`, commitment(party, secret), said);
    secrets.push(secret);
  }
  const named = [...Object.keys(transcript.opened), ...transcript.missing].sort();
  same('secret of others', canonical(named), canonical(transcript.commit.parties.map(({ party }) => party).sort()));
  return secrets;
}

// --- subjects -----------------------------------------------------------------------------------------------

// Strata and pseudonyms are ASCII, so that the order of signs is the order of bytes.
function frameLines(frame) {
  const lines = frame.flatMap(({ stratum, candidates }) => candidates.map((name) => `${stratum}\0${name}`)).sort();
  if (new Set(lines.map((line) => line.split('\0')[1])).size !== lines.length) throw new Mismatch('frame: somebody stands in it twice');
  return lines;
}

function drawSubjects(lines, quotas, position) {
  const strata = Object.fromEntries(Object.keys(quotas).map((stratum) => [stratum, []]));
  for (const line of lines) {
    const [stratum, name] = line.split('\0');
    if (!Object.hasOwn(strata, stratum)) throw new Mismatch(`subjects: quota of stratum ${stratum}`);
    strata[stratum].push(name);
  }
  const drawn = {};
  for (const [stratum, names] of Object.entries(strata)) {
    if (!(quotas[stratum] >= 0 && quotas[stratum] <= names.length)) throw new Mismatch(`subjects: quota of stratum ${stratum}`);
    drawn[stratum] = inOrder(names, (name) => position.of('E', stratum, name)).slice(0, quotas[stratum]);
  }
  return drawn;
}

function inOrder(names, place) {
  const placed = names.map((name) => [place(name), name]);
  return placed.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, name]) => name);
}

// --- officers -----------------------------------------------------------------------------------------------

function drawOfficers(lines, drawn, eligibility, position) {
  const area = new Map(lines.map((line, at) => [line.split('\0')[1], eligibility.lines[at]]));
  const all = Object.entries(drawn).flatMap(([stratum, names]) => names.map((name) => `${stratum}\0${name}`));
  const ordered = inOrder(all, (line) => position.of('E', ...line.split('\0'))).map((line) => line.split('\0')[1]);
  const slots = ordered.map((_, turn) => eligibility.slots[turn % eligibility.slots.length]);
  const demands = ordered.flatMap((line, at) => eligibility.heads.map(([department, heads]) => {
    const keptAway = new Set([...(eligibility.away[slots[at]] ?? []), ...(eligibility.barred[line] ?? [])]);
    const tiers = (eligibility.areas[area.get(line)].tiers[department] ?? []).map((tier) => tier.filter((one) => !keptAway.has(one)));
    const eligible = new Choices(tiers.map((tier) => tier.map((one) => eligibility.officers[one])), (officer) => position.of('I', line, officer));
    return { slot: slots[at], department, heads, eligible, settled: [] };
  }));
  staff(demands, eligibility.total);
  const share = eligibility.heads.length;
  return ordered.map((line, at) => {
    const own = demands.slice(at * share, (at + 1) * share);
    return { line, slot: slots[at], members: Object.fromEntries(own.map((one) => [one.department, one.settled])) };
  });
}

/** Who may come, the first choice first; a tier is put in order only when it is asked for. */
class Choices {
  constructor(tiers, place) {
    this.tiers = tiers;
    this.place = place;
    this.known = [];
  }

  * [Symbol.iterator]() {
    for (let at = 0; at < this.known.length || this.ask(); at += 1) yield this.known[at];
  }

  ask() {
    const before = this.known.length;
    while (this.tiers.length && this.known.length === before) this.known.push(...inOrder(this.tiers.shift(), this.place));
    return this.known.length > before;
  }
}

/** Demand by demand, those stay who come first and leave all others enough. */
function staff(demands, total) {
  const flow = new Flow(demands, total);
  demands.forEach((demand, at) => {
    for (const officer of demand.eligible) {
      if (demand.settled.length === demand.heads) break;
      if (flow.insist(at, officer)) demand.settled.push(officer);
    }
  });
}

/** A maximum flow from demands through (officer, slot) to officers, with edges that are insisted on. */
class Flow {
  constructor(demands, total) {
    this.demands = demands;
    this.total = total;
    this.held = demands.map(() => new Set());
    this.fixed = demands.map(() => new Set());
    this.visits = new Map(); // officer: Map of slot to demand
    demands.forEach((demand, at) => {
      for (let head = 0; head < demand.heads; head += 1) {
        if (!this.augment(at, demand.eligible, new Set([at]))) throw new Mismatch(`teams: ${demand.department} ${demand.slot}`);
      }
    });
  }

  insist(at, officer) {
    if (!this.held[at].has(officer)) {
      const spare = [...this.held[at]].filter((one) => !this.fixed[at].has(one));
      if (!spare.some((one) => this.swapped(at, one, officer))) return false;
    }
    this.fixed[at].add(officer);
    return true;
  }

  /** Gives one officer up and takes another; a search that fails has changed nothing else. */
  swapped(at, given, taken) {
    this.leave(at, given);
    if (this.augment(at, [taken], new Set([at]))) return true;
    this.come(at, given);
    return false;
  }

  /** One officer more for a demand: one who is free, else by the plain depth-first search for a path. */
  augment(at, officers, seen) {
    const { slot } = this.demands[at];
    const busy = [];
    for (const officer of officers) {
      const place = `${officer}\0${slot}`;
      if (this.held[at].has(officer) || seen.has(place)) continue;
      seen.add(place);
      const rivals = this.rivals(officer, slot);
      if (rivals.length === 0) {
        this.come(at, officer);
        return true;
      }
      busy.push([officer, rivals]);
    }
    for (const [officer, rivals] of busy) {
      for (const rival of rivals) {
        if (seen.has(rival) || this.fixed[rival].has(officer)) continue;
        seen.add(rival);
        if (!this.augment(rival, this.demands[rival].eligible, seen)) continue;
        this.leave(rival, officer);
        this.come(at, officer);
        return true;
      }
    }
    return false;
  }

  /** The demands one of which would have to give an officer up. */
  rivals(officer, slot) {
    const slots = this.visits.get(officer) ?? new Map();
    if (slots.has(slot)) return [slots.get(slot)];
    return slots.size < this.total ? [] : [...slots.values()];
  }

  come(at, officer) {
    this.held[at].add(officer);
    if (!this.visits.has(officer)) this.visits.set(officer, new Map());
    this.visits.get(officer).set(this.demands[at].slot, at);
  }

  leave(at, officer) {
    this.held[at].delete(officer);
    this.visits.get(officer).delete(this.demands[at].slot);
  }
}
