/** A phone whose enrolment the office has ended and which was found: what stays, and how to go on. */
import { t } from "../i18n/index.js";
import { icon, submit, writeForm } from "./components.js";
import { html } from "./html.js";

export function renewalPage({ person }) {
  return {
    title: t("enrolment.title"),
    back: "/field/sync",
    tab: "sync",
    body: () => html`<section class="card"><p>${icon("device-mobile")}${t("enrolment.text", { name: person.name })}</p>
      <ul><li>${t("enrolment.before")}</li><li>${t("enrolment.between")}</li><li>${t("enrolment.after")}</li></ul>
      ${writeForm({ id: "enrolment-renew", action: "/field/enrolment", act: "enrolment" }, submit(t("enrolment.renew"), { symbol: "device-mobile-check" }))}</section>`,
  };
}
