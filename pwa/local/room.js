/** How much room is left on this phone, and when that is too little. Pure but for `look`. */

const LEAST_BYTES = 500 * 1024 ** 2;
const LEAST_SHARE = 0.1;

/** `{used, quota, free}` in bytes; null where the browser does not tell. */
export function roomOf({ usage, quota }) {
  return { used: usage, quota, free: quota === null || usage === null ? null : Math.max(0, quota - usage) };
}

export function isTight({ free, quota }) {
  return free !== null && (free < LEAST_BYTES || free < quota * LEAST_SHARE);
}
