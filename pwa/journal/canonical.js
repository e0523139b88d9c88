// Canonical JSON (RFC 8785), and what a journal may hold: strings in NFC, whole numbers, booleans, null, arrays
// and objects, at most 16 deep.

import canonicalize from "../vendor/canonicalize/canonicalize.js";

export const MAX_DEPTH = 16;
const encoder = new TextEncoder();

/** The one text of RFC 8785 that stands for this value. */
export const canonicalText = canonicalize;

/** The bytes of that text. */
export function canonical(value) {
  return encoder.encode(canonicalize(value));
}

/** Whether this is a string that has a UTF-8 form (no lone surrogate). */
export function isText(value) {
  return typeof value === "string" && value.isWellFormed();
}

/** Whether this is an object and neither null nor an array. */
export function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value holds only what a journal may hold, so that it has one canonical form in any language. */
export function isPlain(value, depth = 1) {
  if (value === null || typeof value === "boolean") return true;
  if (typeof value === "string") return isText(value);
  if (typeof value === "number") return Number.isSafeInteger(value);
  if (typeof value !== "object" || depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((inner) => isPlain(inner, depth + 1));
  return Object.keys(value).every((name) => isText(name) && isPlain(value[name], depth + 1));
}

/** A copy as a journal may hold it: texts in NFC, members that are undefined left out. Throws for anything else. */
export function plainCopy(value, depth = 1) {
  if (typeof value === "string") return value.toWellFormed().normalize("NFC");
  if (value === null || typeof value === "boolean" || Number.isSafeInteger(value)) return value;
  if (typeof value !== "object" || depth > MAX_DEPTH) throw new TypeError(`a journal cannot hold ${typeof value}`);
  if (Array.isArray(value)) return value.map((inner) => plainCopy(inner, depth + 1));
  const named = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(named.map(([name, inner]) => [plainCopy(name), plainCopy(inner, depth + 1)]));
}
