// Registering this phone's public key. Repeating it is harmless, and after a server's restore it is needed again.

import { renewEnrolment } from "../store/accounts.js";

/** Register the enrolment of the open account; when its id is taken, go on under a new one. */
export async function register(store, session) {
  const known = await store.meta("registered");
  if (known?.device === store.device && known.epoch === session.epoch) return;
  try {
    await announce(store, session);
  } catch (problem) {
    if (problem.code === "device-revoked") return; // what is here is sent all the same; the report says so at the end
    if (problem.code !== "device-taken") throw problem;
    await renewEnrolment(store);
    await announce(store, session);
  }
  await store.putMeta("registered", { device: store.device, epoch: session.epoch });
}

function announce(store, session) {
  return session.post("/api/devices", { id: store.device, public_key: store.publicKey, label: store.label });
}
