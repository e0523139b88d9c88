/** All areas together: what each adds to the addresses and to the deeds of the page. */
import * as accounts from "./accounts.js";
import * as copy from "./copy.js";
import * as door from "./door.js";
import * as enrolment from "./enrolment.js";
import * as papers from "./papers.js";
import * as parcels from "./parcels.js";
import * as ready from "./ready.js";
import * as recorder from "./recorder.js";

const AREAS = [accounts, recorder, parcels, papers, copy, door, ready, enrolment];

export const AREA_INSIDE = AREAS.flatMap(({ INSIDE }) => INSIDE);
export const AREA_OUTSIDE = AREAS.flatMap(({ OUTSIDE }) => OUTSIDE);
export const AREA_DEEDS = Object.assign({}, ...AREAS.map(({ DEEDS }) => DEEDS));
