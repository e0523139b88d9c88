/** Hand-over files: made for a colleague, taken in from one. */
import { t } from "../../i18n/index.js";
import { makeHandover, takeHandover } from "../../sync/handover.js";
import { syncNow, syncState } from "../../sync/sync.js";
import { handoverPage, takePage } from "../../views/parcels.js";
import { begin, choose, fileName, jobOf, pickedFile, putAway, waysOfFiles } from "../parcels.js";
import { Refusal } from "../refusal.js";
import { DONE, see } from "../router.js";
import { openVisit } from "../visits.js";

const CODE = /^\d{16}$/;

export async function showHandover({ store, params }) {
  const visit = await openVisit(store, params.visit);
  const groups = grouped((await store.evidenceList(visit.id)).filter(({ released }) => !released));
  return handoverPage(visit, { entries: visit.entries.size, groups, job: jobOf("handover", visit.id), phone: waysOfFiles() }, syncState());
}

export async function saveHandover({ store, params, form }) {
  const visit = await openVisit(store, params.visit);
  const wanted = form.getAll("files");
  const chosen = grouped(await store.evidenceList(visit.id)).filter(({ name }) => wanted.includes(name)).flatMap(({ hashes }) => hashes);
  begin("handover", visit.id, async (progress) => {
    const made = await makeHandover(store, visit.id, chosen, progress);
    return { ...made, name: fileName(t("handover.file"), visit.bundle.visit.number) };
  });
  return DONE;
}

export async function againHandover({ params }) {
  putAway();
  return see(`/field/visits/${params.visit}/handover`);
}

/** What the server is not known to have, photos apart from film and sound: those are what makes a file large. */
function grouped(evidence) {
  const unsent = evidence.filter(({ grade }) => grade === "local" || grade === "uploading");
  const group = (name, some) => ({ name, hashes: some.map(({ sha256 }) => sha256), bytes: some.reduce((sum, { bytes }) => sum + bytes, 0) });
  const isPhoto = ({ type }) => type.startsWith("image/");
  return [group("photos", unsent.filter(isPhoto)), group("films", unsent.filter((one) => !isPhoto(one)))].filter(({ hashes }) => hashes.length);
}

export async function showTake() {
  const file = pickedFile();
  return takePage({ file: file && { name: file.name, bytes: file.size }, job: jobOf("take"), phone: waysOfFiles() }, syncState());
}

export async function saveTake({ store, form }) {
  const file = pickedFile();
  const code = (form.get("code") ?? "").replace(/\D/g, "");
  if (!file) throw new Refusal("parcel-none");
  if (!CODE.test(code)) throw new Refusal("parcel-code-digits", { field: "code" });
  begin("take", null, async (progress) => {
    const taken = await takeHandover(store, file, code, progress);
    syncNow("writing");
    return { taken };
  });
  return DONE;
}

export async function againTake() {
  choose(null);
  return DONE;
}
