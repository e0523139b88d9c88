// The public keys a phone knows without asking anybody: its own, and those that came with hand-over files.

/** `{device: JWK}`. */
export async function keysHere(store) {
  return { ...await store.meta("keys"), [store.device]: store.publicKey };
}

/** Of those keys the ones of the enrolments that wrote these entries. */
export function keysOf(entries, keys) {
  const devices = new Set(entries.map(({ device }) => device));
  return Object.fromEntries(Object.entries(keys).filter(([device]) => devices.has(device)));
}
