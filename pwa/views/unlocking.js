/** Who uses this phone: choosing a person, the PIN, setting one. Nothing of a visit is said here. */
import { t } from "../i18n/index.js";
import { icon, linkButton, signInForm } from "./components.js";
import { day, isoDay } from "./format.js";
import { html } from "./html.js";
import { pinForm } from "./pinpad.js";

const page = (title, back, body) => ({ title, back, plain: true, body, bar: () => "" });

/** Everybody enrolled here, as big rows; `open` is the account whose work is at hand. */
export function peoplePage({ accounts, online, open = null }) {
  return page(t("users.title"), open && "/field/me", () => html`<section class="gate people">
    <p class="quiet">${t("users.text")}</p>
    <ul class="people__list">${accounts.map((one) => personRow(one, open))}</ul>
    ${open && linkButton("/field/colleague", t("colleague.title"), { symbol: "user-plus" })}
    ${!open && linkButton("/field/rescue", t("parcel.rescue"), { symbol: "device-floppy" })}
    ${online ? signInForm("/field/", t("users.sign-in"), "plain") : html`<p class="quiet">${icon("cloud-off")}${t("users.sign-in-offline")}</p>`}</section>`);
}

function personRow({ device, person, enrolledAt, provisional, unsent }, open) {
  const waiting = (unsent?.entries ?? 0) + (unsent?.files ?? 0) > 0;
  return html`<li><a class="person" href="/field/people/${device}">${icon(device === open ? "user-check" : "user")}
    <span class="person__about"><b>${person.name}</b><small>${device === open ? t("users.open") : t("users.since", { day: day(isoDay(new Date(enrolledAt))) })}</small>
    ${provisional && html`<small class="person__unsent">${icon("hourglass")}${t("colleague.badge")}</small>`}
    ${waiting && html`<small class="person__unsent">${icon("alert-triangle")}${t("users.unsent", unsent)}</small>`}</span>${icon("chevron-right")}</a></li>`;
}

/** The PIN of somebody enrolled here. */
export function pinPage({ account }) {
  return page(account.person.name, "/field/people", () => html`<section class="gate gate--pin"><p class="quiet">${t("pin.text")}</p>
    ${pinForm({ id: "pin", action: `/field/people/${account.device}/opening`, fields: [{ name: "pin", label: t("pin.label") }], confirm: t("pin.open") })}
    ${linkButton(`/field/people/${account.device}/forgotten`, t("forgotten.title"), { symbol: "info-circle" })}
    ${linkButton("/field/people", t("pin.other"), { symbol: "users" })}</section>`);
}

/** An enrolment of the time before PINs: its person chooses one now. */
export function firstPinPage({ account }) {
  return page(t("pin.choose"), "/field/people", () => html`<section class="gate gate--pin"><p>${t("pin.first", { name: account.person.name })}</p>
    ${newPin("pin", `/field/people/${account.device}/opening`)}
    ${linkButton("/field/people", t("pin.other"), { symbol: "users" })}</section>`);
}

/** The person who has just signed in chooses a PIN for this phone. */
export function enrolPage({ person }) {
  return page(t("pin.choose"), null, () => html`<section class="gate gate--pin"><p>${t("pin.enrol", { name: person.name })}</p>
    ${newPin("enrol", "/field/enrol")}</section>`);
}

/** Another PIN in place of the known one. */
export function changePinPage() {
  const fields = [{ name: "pin", label: t("pin.old") }, { name: "next", label: t("pin.new") }, { name: "again", label: t("pin.again") }];
  return page(t("pin.change"), "/field/me", () => html`<section class="gate gate--pin">${pinForm({ id: "change", action: "/field/me/pin", fields, confirm: t("pin.change") })}</section>`);
}

function newPin(id, action) {
  const fields = [{ name: "pin", label: t("pin.new") }, { name: "again", label: t("pin.again") }];
  return html`${pinForm({ id, action, fields, confirm: t("pin.set") })}<p class="quiet">${t("pin.keep")}</p>`;
}
