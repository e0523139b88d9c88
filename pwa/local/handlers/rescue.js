/** Rescue files, of any account on this phone: its owner need not be able to open it. */
import { t } from "../../i18n/index.js";
import { accounts } from "../../store/accounts.js";
import { makeRescue } from "../../store/rescue.js";
import { syncState } from "../../sync/sync.js";
import { rescueChoicePage, rescuePage } from "../../views/rescue.js";
import { app } from "../app.js";
import { begin, fileName, jobOf, putAway, waysOfFiles } from "../parcels.js";
import { DONE, see } from "../router.js";
import { accountOf } from "./unlocking.js";

/** Whose work: asked where several people are enrolled here. */
export async function showRescueChoice() {
  const all = await accounts();
  if (all.length === 1) return see(`/field/rescue/${all[0].device}`);
  return rescueChoicePage({ accounts: all, back: back() });
}

export async function showRescue({ params }) {
  const account = await accountOf(params.device);
  return rescuePage({ account, job: jobOf("rescue", account.device), phone: waysOfFiles(), back: back(), sync: app.store && syncState() });
}

export async function saveRescue({ params }) {
  const account = await accountOf(params.device);
  begin("rescue", account.device, async (progress) => {
    const made = await makeRescue(account, progress);
    return { ...made, name: fileName(t("rescue.file"), account.person.name) };
  });
  return DONE;
}

export async function againRescue({ params }) {
  putAway();
  return see(`/field/rescue/${params.device}`);
}

/** Where one came from: the sync page, or the page that stands before every other. */
const back = () => (app.store ? "/field/sync" : "/field/");
