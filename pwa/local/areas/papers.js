/** Addresses and deeds of one area: changes of people, papers on the spot. */
import { savePaper, showPaper } from "../handlers/papers.js";
import { beginTranscription, endTranscription, showTranscription } from "../handlers/transcription.js";
import { saveSubstitution, showPeople } from "../handlers/people.js";

/** [method, path, handler]: asked only while an account is open. */
export const INSIDE = [
  ["GET", "/field/visits/:visit/papers/:kind", showPaper],
  ["POST", "/field/visits/:visit/papers/:kind", savePaper],
  ["GET", "/field/visits/:visit/people", showPeople],
  ["POST", "/field/visits/:visit/substitutions", saveSubstitution],
  ["GET", "/field/visits/:visit/transcription", showTranscription],
  ["POST", "/field/visits/:visit/transcription", beginTranscription],
  ["POST", "/field/visits/:visit/transcription/end", endTranscription],
];

/** The same, asked at any time. */
export const OUTSIDE = [];

/** What buttons with data-do ask the page itself to do: name -> function of the button. */
export const DEEDS = {
  "paper-name": ({ dataset }) => fillIn(document.getElementById(dataset.into), dataset.text),
};

/** One of the usual names in place of what is written, kept as a draft. */
function fillIn(field, text) {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
