// Large files wait for a network that costs nothing, unless the person says otherwise.

const LARGE = 20 * 1024 * 1024;
const PLACE = "liancha-large-files"; // of the phone, whoever uses it

/** What the browser says of the network: "metered", "free", or "unknown" where it says nothing (Safari, Firefox). */
export function network({ connection } = navigator) {
  if (!connection) return "unknown";
  return connection.saveData || connection.type === "cellular" ? "metered" : "free";
}

/** Whether large files wait on this phone. */
export const byWifiOnly = () => localStorage.getItem(PLACE) !== "always";

/** "wifi" or "always". */
export const chooseLarge = (choice) => localStorage.setItem(PLACE, choice);

/** Which pieces of a visit wait now: a function of one piece of evidence. */
export async function waiting(store, visit) {
  const told = await store.meta(place(visit)) ?? 0;
  const holds = byWifiOnly() && network() !== "free";
  return ({ bytes, addedAt }) => holds && bytes > LARGE && addedAt > told;
}

/** Send what waits in a visit all the same; what is recorded later waits again. */
export const sendNow = (store, visit) => store.putMeta(place(visit), Date.now());

const place = (visit) => `send-now:${visit}`;
