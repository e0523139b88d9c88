/** Addresses and deeds of one area: the party's copy, training and withheld visits. */
import { makeCopy, showCopies, showCopy } from "../handlers/copy.js";
import { saveCopy, shareCopy } from "../party-copy.js";

/** [method, path, handler]: asked only while an account is open. */
export const INSIDE = [
  ["GET", "/field/visits/:visit/copies", showCopies],
  ["POST", "/field/visits/:visit/copies", makeCopy],
  ["GET", "/field/visits/:visit/copies/:sha", showCopy],
];

/** The same, asked at any time. */
export const OUTSIDE = [];

/** What buttons with data-do ask the page itself to do: name -> function of the button. */
export const DEEDS = {
  "copy-share": shareCopy,
  "copy-save": saveCopy,
  "copy-print": () => window.print(),
};
