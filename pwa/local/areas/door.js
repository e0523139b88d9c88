/** Addresses of one area: the code at the door. */
import { showDoor } from "../handlers/door.js";

/** [method, path, handler]: asked only while an account is open. */
export const INSIDE = [["GET", "/field/visits/:visit/door", showDoor]];

/** The same, asked at any time. */
export const OUTSIDE = [];

/** What buttons with data-do ask the page itself to do. */
export const DEEDS = {};
