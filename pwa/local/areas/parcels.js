/** Addresses and deeds of one area: hand-over files, rescue files, what is left behind. */
import { pick } from "../../capture/files.js";
import { saveLeaving, showLeaving } from "../handlers/leaving.js";
import { againHandover, againTake, saveHandover, saveTake, showHandover, showTake } from "../handlers/parcels.js";
import { againRescue, saveRescue, showRescue, showRescueChoice } from "../handlers/rescue.js";
import { choose, jobOf, save, share } from "../parcels.js";

const HANDOVER = "/field/visits/:visit/handover";
const LEAVING = "/field/visits/:visit/leaving";
const RESCUE = "/field/rescue/:device";

/** [method, path, handler]: asked only while an account is open. */
export const INSIDE = [
  ["GET", HANDOVER, showHandover],
  ["POST", HANDOVER, saveHandover],
  ["POST", `${HANDOVER}/again`, againHandover],
  ["GET", "/field/take", showTake],
  ["POST", "/field/take", saveTake],
  ["POST", "/field/take/again", againTake],
  ["GET", LEAVING, showLeaving],
  ["POST", LEAVING, saveLeaving],
];

/** The same, asked at any time. */
export const OUTSIDE = [
  ["GET", "/field/rescue", showRescueChoice],
  ["GET", RESCUE, showRescue],
  ["POST", RESCUE, saveRescue],
  ["POST", `${RESCUE}/again`, againRescue],
];

/** What buttons with data-do ask the page itself to do: name -> function of the button. */
export const DEEDS = {
  "parcel-share": ({ dataset }) => share(jobOf(dataset.kind, dataset.of)),
  "parcel-download": ({ dataset }) => save(jobOf(dataset.kind, dataset.of)),
  "parcel-pick": pickParcel,
};

async function pickParcel() {
  const [file] = await pick({ accept: "*/*", multiple: false });
  if (file) choose(file);
}
