/** Enrolling a colleague without a network, and the confirmation by which their entries come to count. */
import { t } from "../i18n/index.js";
import { icon, needs, signInForm, submit, writeForm } from "./components.js";
import { html } from "./html.js";
import { pinForm } from "./pinpad.js";

/** people: [{id, name, department, visits: [name…]}] of the teams on this phone who are not enrolled here. */
export function colleaguePage({ people }) {
  return {
    title: t("colleague.title"), back: "/field/people", plain: true, bar: () => "",
    body: () => html`<section class="gate people"><p>${t("colleague.text")}</p>${people.length ? html`<ul class="people__list">${people.map((one) => html`<li>
      <a class="person" href="/field/colleague/${one.id}">${icon("user-plus")}<span class="person__about"><b>${one.name}</b><small>${one.department}</small><small>${one.visits.join(t("list.comma"))}</small></span>${icon("chevron-right")}</a></li>`)}</ul>`
      : html`<p class="quiet">${t("colleague.nobody")}</p>`}</section>`,
  };
}

export function colleaguePinPage({ person }) {
  const fields = [{ name: "pin", label: t("pin.new") }, { name: "again", label: t("pin.again") }];
  return {
    title: person.name, back: "/field/colleague", plain: true, bar: () => "",
    body: () => html`<section class="gate gate--pin">${needs(t("colleague.provisional"))}<p>${t("colleague.hand-over", { name: person.name })}</p>
      ${pinForm({ id: "enrol", action: `/field/colleague/${person.id}`, fields, confirm: t("pin.set") })}</section>`,
  };
}

/** What stands on one's own page as long as the enrolment is provisional. own: the server's session is this person's. */
export function confirmationCard({ person, own }) {
  return html`<section class="card" id="provisional"><h2>${icon("hourglass")}${t("colleague.badge")}</h2><p>${t("colleague.waits")}</p>
    ${own ? writeForm({ id: "confirm", action: "/field/me/confirmation", act: "confirm" }, submit(t("colleague.confirm", { name: person.name }), { symbol: "user-check" }))
      : signInForm("/field/me", t("colleague.sign-in"))}</section>`;
}
