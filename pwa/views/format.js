/** How dates, sizes, numbers and distances are written on the phone. Pure. */
import { currentLanguage, t } from "../i18n/index.js";

const ZONE = "Asia/Shanghai";

const formatters = new Map();

/** Making a formatter costs far more than using one, and a long list has hundreds of instants. */
function formatter(name, options, locale = currentLanguage() === "en" ? "en-GB" : "zh-CN") {
  const key = `${name} ${locale}`;
  if (!formatters.has(key)) formatters.set(key, new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...options }));
  return formatters.get(key);
}

/** "2026-05-12" → 5月12日 星期二 */
export function day(date) {
  const noon = new Date(`${date}T12:00:00+08:00`);
  return formatter("day", { month: "long", day: "numeric", weekday: "short" }).format(noon);
}

/** An instant as hour and minute, with the day where it is another one. */
export function moment(instant, today = isoDay(new Date())) {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return String(instant);
  const time = timeOfDay(at);
  return isoDay(at) === today ? time : `${formatter("date", { month: "numeric", day: "numeric" }).format(at)} ${time}`;
}

export function timeOfDay(at) {
  return formatter("time", { hour: "2-digit", minute: "2-digit", hour12: false }).format(at);
}

/** The day in the county, as "YYYY-MM-DD". */
export function isoDay(at) {
  return formatter("iso", {}, "sv-SE").format(at);
}

export function daysAfter(date, days) {
  return isoDay(new Date(Date.parse(`${date}T12:00:00+08:00`) + days * 86_400_000));
}

export function bytes(count) {
  if (count < 1024) return `${count} B`;
  if (count < 1024 * 1024) return `${Math.round(count / 1024)} KB`;
  if (count < 1024 ** 3) return `${(count / 1024 ** 2).toFixed(1)} MB`;
  return `${(count / 1024 ** 3).toFixed(1)} GB`;
}

/** Milliseconds as minutes and seconds: 83500 → "1:23" */
export function seconds(ms) {
  const whole = Math.floor((ms ?? 0) / 1000);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export function percent(done, total) {
  return total > 0 ? Math.floor((done * 100) / total) : 0;
}

/** Metres, or kilometres from one on. */
export function distance(metres) {
  if (metres < 1000) return t("distance.metres", { count: Math.round(metres) });
  return t("distance.kilometres", { count: (metres / 1000).toFixed(1) });
}

/** Whole metres between two places given in 1e-7 degree (haversine, mean earth radius). */
export function metresBetween(here, there) {
  const rad = (e7) => (e7 / 1e7) * (Math.PI / 180);
  const lat = rad(there.lat - here.lat) / 2;
  const lon = rad(there.lon - here.lon) / 2;
  const a = Math.sin(lat) ** 2 + Math.cos(rad(here.lat)) * Math.cos(rad(there.lat)) * Math.sin(lon) ** 2;
  return Math.round(2 * 6_371_000 * Math.asin(Math.sqrt(a)));
}

/** A reading kept in its smallest step → as written: 1234 with 2 decimals → "12.34". */
export function reading(value, decimals) {
  if (!decimals) return String(value);
  const digits = String(Math.abs(value)).padStart(decimals + 1, "0");
  const split = digits.length - decimals;
  return `${value < 0 ? "-" : ""}${digits.slice(0, split)}.${digits.slice(split)}`;
}

/** What a person typed → the integer in the smallest step, or null if it is no such number. */
export function typedReading(text, decimals) {
  const plain = text.trim().replace(/[．。]/g, ".").replace(/[０-９]/g, (d) => String(d.charCodeAt(0) - 0xff10)).replace(/[－−]/g, "-");
  const match = /^([-+]?)(\d{1,12})(?:\.(\d+))?$/.exec(plain);
  if (!match) return null;
  const [, sign, whole, fraction = ""] = match;
  const kept = fraction.replace(/0+$/, "");
  if (kept.length > decimals) return null;
  const value = Number(whole + kept.padEnd(decimals, "0"));
  return sign === "-" && value !== 0 ? -value : value;
}
