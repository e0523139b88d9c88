// Recomputes a published draw in the visitor's browser, from its transcript alone. The same as ceremony.py,
// written a second time so that one does not repeat the other's mistakes; both read tests/planning/draw/vectors.

const FORMAT = 'liancha-draw/1';
const text = new TextEncoder();

/** What a transcript says does not follow from what was committed; the message names the part. */
export class Mismatch extends Error {}

/** The outcome, if it is the one the transcript says; throws Mismatch where it is not. */
export async function check(transcript) {
  const due = await outcome(transcript);
  for (const [part, value] of Object.entries(due)) same(part, canonical(value), canonical(transcript.result[part]));
  return due;
}

/** What must have been drawn: `{commit_hash, subjects, teams}`. */
export async function outcome(transcript) {
  const { commit, eligibility } = transcript;
  const lines = frameLines(transcript.frame);
  same('frame', await sha256(lines.join('\n')), commit.frame_hash);
  same('eligibility', await sha256(canonical(eligibility)), commit.eligibility_hash);
  const position = await positions(transcript, await sha256(canonical(commit)));
  const subjects = await drawSubjects(lines, commit.quotas, position);
  const teams = await drawOfficers(lines, subjects, eligibility, position);
  return { commit_hash: position.commit, subjects, teams };
}

// --- hashes -------------------------------------------------------------------------------------------------

export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join(',')}}`;
}

export async function sha256(content) {
  return hex(await crypto.subtle.digest('SHA-256', bytes(content)));
}

export async function commitment(party, secret) {
  return sha256(joined([text.encode([FORMAT, party, ''].join('\0')), secret]));
}

function bytes(content) {
  return typeof content === 'string' ? text.encode(content) : content;
}

function hex(buffer) {
  return Array.from(new Uint8Array(buffer), (one) => one.toString(16).padStart(2, '0')).join('');
}

function unhex(written) {
  if (!/^([0-9a-f]{2})+$/.test(written)) throw new Mismatch(`hex: ${written}`);
  return Uint8Array.from(written.match(/../g), (two) => parseInt(two, 16));
}

function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function same(part, found, said) {
  if (found !== said) throw new Mismatch(part);
}

async function hmac(key) {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return (message) => crypto.subtle.sign('HMAC', imported, message);
}

async function positions(transcript, commit) {
  const secrets = joined(await opened(transcript));
  const extract = await hmac(await crypto.subtle.digest('SHA-256', secrets));
  const expand = await hmac(await extract(text.encode(transcript.randomness)));
  const of = async (...parts) => hex(await expand(joined([text.encode([FORMAT, commit, ...parts].join('\0')), Uint8Array.of(1)])));
  return { commit, of };
}

async function opened(transcript) {
  const secrets = [];
  for (const { party, commitment: said } of transcript.commit.parties) {
    const secret = Object.hasOwn(transcript.opened, party) ? unhex(transcript.opened[party]) : null;
    if ((secret !== null) === transcript.missing.includes(party)) throw new Mismatch(`secret of ${party}`);
    if (secret === null) continue;
    same(`secret of ${party}`, await commitment(party, secret), said);
    secrets.push(secret);
  }
  return secrets;
}

// --- subjects -----------------------------------------------------------------------------------------------

// Strata and pseudonyms are ASCII, so that the order of signs is the order of bytes.
function frameLines(frame) {
  return frame.flatMap(({ stratum, candidates }) => candidates.map((name) => `${stratum}\0${name}`)).sort();
}

async function drawSubjects(lines, quotas, position) {
  const strata = Object.fromEntries(Object.keys(quotas).map((stratum) => [stratum, []]));
  for (const line of lines) {
    const [stratum, name] = line.split('\0');
    if (!Object.hasOwn(strata, stratum)) throw new Mismatch(`quota of stratum ${stratum}`);
    strata[stratum].push(name);
  }
  const drawn = {};
  for (const [stratum, names] of Object.entries(strata)) {
    if (!(quotas[stratum] >= 0 && quotas[stratum] <= names.length)) throw new Mismatch(`quota of stratum ${stratum}`);
    drawn[stratum] = (await inOrder(names, (name) => position.of('E', stratum, name))).slice(0, quotas[stratum]);
  }
  return drawn;
}

async function inOrder(names, place) {
  const placed = [];
  for (const name of names) placed.push([await place(name), name]);
  return placed.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, name]) => name);
}

// --- officers -----------------------------------------------------------------------------------------------

async function drawOfficers(lines, drawn, eligibility, position) {
  const area = new Map(lines.map((line, at) => [line.split('\0')[1], eligibility.lines[at]]));
  const demands = [];
  const all = Object.entries(drawn).flatMap(([stratum, names]) => names.map((name) => `${stratum}\0${name}`));
  const ordered = (await inOrder(all, (line) => position.of('E', ...line.split('\0')))).map((line) => line.split('\0')[1]);
  for (const [turn, line] of ordered.entries()) {
    const { tiers } = eligibility.areas[area.get(line)];
    const slot = eligibility.slots[turn % eligibility.slots.length];
    const keptAway = new Set([...(eligibility.away[slot] ?? []), ...(eligibility.barred[line] ?? [])]);
    for (const [department, heads] of eligibility.heads) {
      const eligible = [];
      for (const tier of tiers[department] ?? []) {
        const able = tier.filter((one) => !keptAway.has(one)).map((one) => eligibility.officers[one]);
        eligible.push(...(await inOrder(able, (officer) => position.of('I', line, officer))));
      }
      demands.push({ line, slot, department, heads, eligible, settled: [] });
    }
  }
  staff(demands, eligibility.total);
  return ordered.map((line) => team(line, demands.filter((one) => one.line === line)));
}

function team(line, demands) {
  return { line, slot: demands[0].slot, members: Object.fromEntries(demands.map((one) => [one.department, one.settled])) };
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
        if (!this.augment(at, demand.eligible, new Set([at]))) throw new Mismatch(`officers: ${demand.department} ${demand.slot}`);
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

  /** Gives one officer up and takes another; puts all back if somebody would be missing. */
  swapped(at, given, taken) {
    const before = this.copy();
    this.leave(at, given);
    if (this.augment(at, [taken], new Set([at]))) return true;
    Object.assign(this, before);
    return false;
  }

  copy() {
    return {
      held: this.held.map((one) => new Set(one)),
      visits: new Map([...this.visits].map(([officer, slots]) => [officer, new Map(slots)])),
    };
  }

  /** One officer more for a demand, by the plain depth-first search for a path. */
  augment(at, officers, seen) {
    const { slot } = this.demands[at];
    for (const officer of officers) {
      const place = `${officer}\0${slot}`;
      if (this.held[at].has(officer) || seen.has(place)) continue;
      seen.add(place);
      const slots = this.visits.get(officer) ?? new Map();
      const rivals = slots.has(slot) ? [slots.get(slot)] : slots.size < this.total ? [] : [...slots.values()];
      if (rivals.length === 0) {
        this.come(at, officer);
        return true;
      }
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
