/** The code at the door: drawn on the phone, so that it is there without network. */
import { syncState } from "../../sync/sync.js";
import { doorPage } from "../../views/door.js";
import { Refusal } from "../refusal.js";
import { openVisit } from "../visits.js";

export async function showDoor({ store, params }) {
  const visit = await openVisit(store, params.visit);
  const { door } = visit.bundle.visit;
  if (!door) throw new Refusal("no-such-page");
  return doorPage(visit, await drawn(`${location.origin}/d/${door}`), syncState());
}

async function drawn(address) {
  try {
    const { drawCode } = await import("../qr.js");
    return drawCode(address);
  } catch (error) {
    console.warn(error);
    throw new Refusal("door-not-loaded");
  }
}
