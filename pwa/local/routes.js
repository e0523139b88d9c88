/** Every address of the field app and who answers it. Read it like a server's routes. */
import { inside } from "./app.js";
import { AREA_INSIDE, AREA_OUTSIDE } from "./areas/index.js";
import { switchAccount, showOtherPerson, signOut } from "./handlers/account.js";
import * as closing from "./handlers/closing.js";
import { showArrive, takeStep } from "./handlers/course.js";
import { showEvidence, viewEvidence, withdrawEvidence } from "./handlers/evidence.js";
import * as findings from "./handlers/findings.js";
import * as home from "./handlers/home.js";
import { saveRefusal, saveSignature, showRefusal, showSign } from "./handlers/signing.js";

const VISIT = "/field/visits/:visit";
const ITEM = `${VISIT}/items/:item`;
const DEPARTMENT = `${VISIT}/departments/:department`;

const INSIDE = [
  ["GET", "/field", home.showVisits],
  ["GET", "/field/sync", home.showSync],
  ["POST", "/field/sync", home.syncAtOnce],
  ["GET", "/field/me", home.showMe],
  ["POST", "/field/me/language", home.setLanguage],
  ["POST", "/field/me/waking", home.setWaking],
  ["GET", "/field/leave", home.showLeave],
  ["POST", "/field/leave", signOut],
  ["GET", VISIT, home.showVisit],
  ["GET", `${VISIT}/arrive/:department`, showArrive],
  ["POST", `${VISIT}/arrive/:department/:step`, takeStep],
  ["GET", ITEM, findings.showItem],
  ["POST", `${ITEM}/answers`, findings.saveAnswer],
  ["POST", `${ITEM}/choice`, findings.chooseAnswer],
  ["POST", `${ITEM}/settlement`, findings.settleItem],
  ["POST", `${ITEM}/measures`, closing.saveMeasure],
  ["POST", `${ITEM}/corrections`, closing.saveCorrected],
  ["GET", `${VISIT}/not-carried-on`, findings.showNotCarriedOn],
  ["POST", `${VISIT}/not-carried-on`, findings.saveNotCarriedOn],
  ["GET", `${VISIT}/clues`, findings.showClues],
  ["POST", `${VISIT}/clues`, findings.saveClue],
  ["POST", `${VISIT}/notes`, findings.saveNote],
  ["GET", `${VISIT}/evidence`, showEvidence],
  ["GET", `${VISIT}/evidence/:sha`, viewEvidence],
  ["POST", `${VISIT}/evidence/:sha/withdrawal`, withdrawEvidence],
  ["GET", `${VISIT}/close`, closing.showClose],
  ["POST", `${VISIT}/statements`, closing.saveStatement],
  ["POST", `${DEPARTMENT}/completion`, closing.completeDepartment],
  ["POST", `${DEPARTMENT}/absence`, closing.declareAbsent],
  ["POST", `${DEPARTMENT}/reopening`, closing.reopenDepartment],
  ["GET", `${VISIT}/sign`, showSign],
  ["POST", `${VISIT}/signatures`, saveSignature],
  ["GET", `${VISIT}/refusal`, showRefusal],
  ["POST", `${VISIT}/refusals`, saveRefusal],
  ["POST", `${VISIT}/takeovers`, closing.takeOverLead],
  ["POST", `${VISIT}/signoff`, closing.signVisit],
  ["POST", `${VISIT}/reopening`, closing.reopenVisit],
  ["POST", `${VISIT}/settlement`, closing.settleVisit],
  ["POST", `${VISIT}/abortion`, closing.abortVisit],
];

const OUTSIDE = [
  ["GET", "/field/who", showOtherPerson],
  ["POST", "/field/account", switchAccount],
];

export const ROUTES = [...OUTSIDE, ...AREA_OUTSIDE, ...[...INSIDE, ...AREA_INSIDE].map(([method, path, handler]) => [method, path, inside(handler)])];
