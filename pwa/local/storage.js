/** What fills this phone, by visit, and what of it could be given back. */
import { isTight, roomOf } from "./room.js";

/** `{room, tight, persisted, visits: [{id, name, bytes, backedUp, stored}]}`: bytes of the evidence here, of which the server has so much. */
export async function storageOf(store) {
  const [estimate, ids] = await Promise.all([store.estimate(), store.evidenceVisits()]);
  const visits = await Promise.all(ids.map((id) => sizesOf(store, id)));
  const room = roomOf(estimate);
  return { room, tight: isTight(room), persisted: estimate.persisted, visits: visits.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes) };
}

async function sizesOf(store, id) {
  const [files, bundle] = await Promise.all([store.evidenceList(id), store.bundle(id)]);
  const here = files.filter(({ released }) => !released);
  const sum = (...grades) => here.reduce((all, { bytes, grade }) => all + (grades.includes(grade) ? bytes : 0), 0);
  return { id, name: bundle?.enterprise.name ?? id, bytes: here.reduce((all, { bytes }) => all + bytes, 0), backedUp: sum("backed-up"), stored: sum("stored") };
}
