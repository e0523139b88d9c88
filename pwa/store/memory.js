// What a cookie remembers of this phone's journals: the highest seq per visit. When the browser drops IndexedDB,
// or a profile is restored from an old copy, the store comes back shorter than the cookie says: a loss is noticed.

const PREFIX = "liancha_seq_";
const VISITS_KEPT = 30;
const YEAR_SECONDS = 365 * 24 * 3600;
const short = (uuid) => uuid.slice(-12);

/** Note that `device` has written entry `seq` of `visit`. The newest visits stay; a cookie is small. */
export function remember(device, visit, seq) {
  const known = rememberedOf(device);
  known.delete(short(visit));
  known.set(short(visit), seq);
  const value = [...known].slice(-VISITS_KEPT).map(([id, n]) => `${id}.${n}`).join("_");
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${PREFIX}${short(device)}=${value}; Path=/field/; Max-Age=${YEAR_SECONDS}; SameSite=Strict${secure}`;
}

/** The highest seq the cookie knows of that device and visit, 0 if it knows none. */
export function remembered(device, visit) {
  return rememberedOf(device).get(short(visit)) ?? 0;
}

/** True if a cookie speaks of an enrolment that is none of `devices`: its database has gone. */
export function remembersOthers(devices) {
  const here = new Set(devices.map(short));
  return cookies().some(([name]) => name.startsWith(PREFIX) && !here.has(name.slice(PREFIX.length)));
}

function rememberedOf(device) {
  const [, value = ""] = cookies().find(([name]) => name === PREFIX + short(device)) ?? [];
  return new Map(value.split("_").filter(Boolean).map((part) => {
    const [id, seq] = part.split(".");
    return [id, Number(seq)];
  }));
}

function cookies() {
  return document.cookie.split("; ").filter(Boolean).map((pair) => pair.split("="));
}
