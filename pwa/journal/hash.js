// SHA-256, at once or piece by piece: in plain JavaScript, so that a video is never whole in memory.

import { sha256 } from "../vendor/noble-hashes/sha2.js";

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** The SHA-256 of bytes, in lower-case hex. */
export function sha256Hex(bytes) {
  return toHex(sha256(bytes));
}

/** A running SHA-256: `update(Uint8Array)` as often as there are pieces, then `hex()` once. */
export function hasher() {
  const running = sha256.create();
  return {
    update(bytes) {
      running.update(bytes);
      return this;
    },
    hex: () => toHex(running.digest()),
  };
}

/** Bytes as lower-case hex. */
export function toHex(bytes) {
  let hex = "";
  for (const byte of bytes) hex += HEX[byte];
  return hex;
}

/** The bytes of a hex text. */
export function fromHex(hex) {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}
