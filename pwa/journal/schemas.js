// Whether a body fits its kind's schema. The schemas are the server's (kinds.js is made from them).

import { dereference } from "../vendor/json-schema/dereference.js";
import { validate } from "../vendor/json-schema/validate.js";
import KINDS from "./kinds.js";

const DRAFT = "2020-12";
const lookups = new Map(Object.entries(KINDS).map(([kind, schema]) => [kind, dereference(schema)]));

/** `unknown-kind`, `bad-body`, or null for a body that fits its kind's schema. */
export function problemOfBody(kind, body) {
  if (!lookups.has(kind)) return "unknown-kind";
  return validate(body, KINDS[kind], DRAFT, lookups.get(kind)).valid ? null : "bad-body";
}
