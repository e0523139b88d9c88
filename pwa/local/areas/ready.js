/** Addresses and deeds of one area: readiness, versions and storage. */
import { showReady } from "../handlers/ready.js";
import { freeRoom, showLoss, showStorage, takeNewVersion } from "../handlers/storage.js";
import { askToPersist, tryCamera, tryLocation } from "../probes.js";
import { refresh } from "../refresh.js";

/** [method, path, handler]: asked only while an account is open. */
export const INSIDE = [
  ["GET", "/field/ready", showReady],
  ["GET", "/field/storage", showStorage],
  ["POST", "/field/storage", freeRoom],
  ["GET", "/field/loss", showLoss],
  ["POST", "/field/version", takeNewVersion],
];

/** The same, asked at any time. */
export const OUTSIDE = [];

/** What buttons with data-do ask the page itself to do: name -> function of the button. */
export const DEEDS = {
  "try-camera": () => tryCamera().then(refresh),
  "try-location": () => tryLocation().then(refresh),
  "ask-to-persist": () => askToPersist().then(refresh),
  "copy-link": copyLink,
};

/** Some windows inside other apps have no clipboard: then the link is marked, to be copied by hand. */
async function copyLink({ dataset }) {
  const link = document.querySelector("#link");
  link.select();
  const copied = await navigator.clipboard?.writeText(link.value).then(() => true, () => false);
  document.querySelector("#copied").textContent = copied ? dataset.done : dataset.failed;
}
