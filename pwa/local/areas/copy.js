/** Addresses and deeds of one area: the party's copy, training and withheld visits. */

/** [method, path, handler]: asked only while an account is open. */
export const INSIDE = [];

/** The same, asked at any time. */
export const OUTSIDE = [];

/** What buttons with data-do ask the page itself to do: name -> function of the button. */
export const DEEDS = {};
