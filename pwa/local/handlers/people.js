/** Changes of people: who stands in for whom. Taking the lead over is a deed of the close. */
import { peoplePage, replaceable, reserveOf } from "../../views/people.js";
import { syncState } from "../../sync/sync.js";
import { once } from "../app.js";
import { draftsOf, dropDraft } from "../drafts.js";
import { Refusal } from "../refusal.js";
import { DONE } from "../router.js";
import { openVisit } from "../visits.js";

export async function showPeople({ store, params }) {
  const visit = await openVisit(store, params.visit);
  return peoplePage(visit, await draftsOf(store, visit.id), syncState());
}

export async function saveSubstitution({ store, params, form }) {
  return once(form.get("act"), async () => {
    const visit = await openVisit(store, params.visit);
    if (visit.sealed) throw new Refusal("sealed");
    await store.append(visit.id, "officer.substituted", substitution(visit, form));
    await dropDraft(store, visit.id, "substitution");
    return DONE;
  });
}

function substitution(visit, form) {
  const text = (name) => (form.get(name) ?? "").trim();
  const other = replaceable(visit).find((one) => one.person === text("other"));
  const person = reserveOf(visit).find((one) => one.person === text("person"));
  if (!other) throw new Refusal("substitution-other-needed", { field: "other" });
  if (!person) throw new Refusal("substitution-person-needed", { field: "person" });
  if (person.department !== other.department) throw new Refusal("substitution-department", { field: "person" });
  if (!text("approver")) throw new Refusal("substitution-approver-needed", { field: "approver" });
  if (!text("reason")) throw new Refusal("reason-needed", { field: "reason" });
  return {
    department: other.department, person: person.person, name: person.name, certificate: person.certificate,
    replaces_person: other.person, approver: text("approver"), reason: text("reason"),
  };
}
