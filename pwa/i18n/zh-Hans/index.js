/** 全部简体中文文字，按领域分列。 */
import accounts from "./accounts.js";
import approval from "./approval.js";
import base from "./base.js";
import copy from "./copy.js";
import door from "./door.js";
import papers from "./papers.js";
import parcels from "./parcels.js";
import ready from "./ready.js";
import recorder from "./recorder.js";

export default { ...base, ...accounts, ...approval, ...recorder, ...parcels, ...papers, ...copy, ...door, ...ready };
