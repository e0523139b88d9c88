/** Addresses and deeds of one area: going on under a new enrolment after the office has ended the old one. */
import { renewEnrolment } from "../../store/accounts.js";
import { syncNow } from "../../sync/sync.js";
import { renewalPage } from "../../views/enrolment.js";
import { see } from "../router.js";

/** [method, path, handler]: asked only while an account is open. */
export const INSIDE = [
  ["GET", "/field/enrolment", async ({ store }) => renewalPage({ person: store.person })],
  ["POST", "/field/enrolment", renew],
];

/** The same, asked at any time. */
export const OUTSIDE = [];

/** What buttons with data-do ask the page itself to do: name -> function of the button. */
export const DEEDS = {};

/** New keys in the same database: what the old ones signed stays as it is. */
async function renew({ store }) {
  await renewEnrolment(store);
  syncNow("button");
  return see("/field/sync");
}
