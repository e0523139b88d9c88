/** Addresses and deeds of one area: who uses this phone: unlocking, switching, enrolling a colleague. */
import { signInElse } from "../handlers/account.js";
import * as colleague from "../handlers/colleague.js";
import * as forgotten from "../handlers/forgotten.js";
import * as unlocking from "../handlers/unlocking.js";
import { PIN_DEEDS } from "../pinpad.js";

/** [method, path, handler]: asked only while an account is open. */
export const INSIDE = [
  ["GET", "/field/me/pin", unlocking.showChangePin],
  ["POST", "/field/me/pin", unlocking.savePin],
  ["POST", "/field/lock", unlocking.lockPhone],
  ["GET", "/field/colleague", colleague.showColleagues],
  ["GET", "/field/colleague/:person", colleague.showColleaguePin],
  ["POST", "/field/colleague/:person", colleague.enrolColleague],
  ["POST", "/field/me/confirmation", colleague.confirmEnrolment],
];

/** The same, asked at any time. */
export const OUTSIDE = [
  ["POST", "/field/sign-in", signInElse],
  ["GET", "/field/people", unlocking.showPeople],
  ["GET", "/field/people/:device", unlocking.showPerson],
  ["POST", "/field/people/:device/opening", unlocking.openPerson],
  ["GET", "/field/people/:device/forgotten", forgotten.showForgotten],
  ["POST", "/field/people/:device/forgotten", forgotten.replacePin],
  ["GET", "/field/enrol", unlocking.showEnrol],
  ["POST", "/field/enrol", unlocking.enrolPerson],
];

/** What buttons with data-do ask the page itself to do: name -> function of the button. */
export const DEEDS = { ...PIN_DEEDS };
