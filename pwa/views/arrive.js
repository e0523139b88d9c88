/** Screen 2, arriving, per department: place, identity, rights, recusal, the party. */
import { t } from "../i18n/index.js";
import { part } from "../local/live.js";
import { approvalNote } from "./approval.js";
import { areaField, checkField, choiceField, icon, needs, submit, textField, writeForm } from "./components.js";
import { absenceText } from "./close.js";
import { reopen } from "./close-department.js";
import { photoStrip, shootButtons } from "./evidence.js";
import { doorLink } from "./door.js";
import { day, distance, isoDay, moment } from "./format.js";
import { html } from "./html.js";
import { AUTHORITIES, ID_TYPES } from "./record-words.js";
import { certifiedOf, departmentName, inVisitOrder, personName } from "./words.js";

export const STEPS = ["arrived", "identity", "rights", "recusal", "party"];

/** place: {state: 'looking'|'found'|'none', location, metres|null} */
export function arrivePage(visit, code, place, drafts, sync) {
  const base = `/field/visits/${visit.id}`;
  const department = visit.state.departments[code];
  const own = code === visit.department && !visit.sealed;
  return {
    title: t("arrive.title", { department: departmentName(visit, code) }),
    back: base,
    sync,
    body: () => html`<p class="lead">${visit.bundle.enterprise.name}</p>
      ${!own && needs(t("arrive.others", { department: departmentName(visit, code) }))}
      ${part("approval", approvalNote(visit, code))}
      ${own && part("early", early(visit, department))}
      ${own && part("late", late(visit, code, department))}
      ${STEPS.map((name) => part(`step-${name}`, stepCard(visit, code, name, own, place, drafts)))}`,
    bar: () => part("bar", html`<nav id="bar" class="bar">${department.ready
      ? html`<a class="button button--main bar__main" href="${base}">${icon("arrow-right")}<span>${t("arrive.start")}</span></a>`
      : html`<p class="bar__note">${t("arrive.left", { count: STEPS.filter((name) => !department.steps[name].length).length })}</p>`}</nav>`),
  };
}

/** Before the planned day it may be the wrong visit; that is said, and is no bar. */
function early({ bundle: { visit: { date } } }, { steps }) {
  const ahead = date > isoDay(new Date()) && !steps.arrived.length;
  return html`<section id="early">${ahead && needs(t("arrive.early", { date: day(date) }))}</section>`;
}

/** Marked absent before it came: arriving undoes that, and only its own officers can. */
function late(visit, code, department) {
  if (department.state !== "absent") return html`<section id="late"></section>`;
  const arrived = department.steps.arrived.length > 0;
  return html`<section id="late" class="card"><h2>${icon("user-off")}${t("late.title")}</h2>
    <p>${absenceText(visit, department)}</p>${needs(t(arrived ? "late.arrived" : "late.text"))}${arrived ? reopen(visit, code, department, visit.drafts) : ""}</section>`;
}

function stepCard(visit, code, name, own, place, drafts) {
  const done = inVisitOrder(visit.state.departments[code].steps[name].map((hash) => visit.entries.get(hash)).filter(Boolean));
  const again = name === "identity" || name === "party";
  const form = FORMS[name](visit, code, drafts[name] ?? {}, done, place);
  return html`<section id="step-${name}" class="card step-card${done.length ? " step-card--done" : ""}">
    <h2 id="${name}">${icon(done.length ? "circle-check" : "circle")}<span>${t(`steps.${name}`)}</span></h2>
    ${done.map((entry) => html`<p class="said">${SAID[name](visit, entry)}<span class="quiet">${personName(visit, entry.author)} ${moment(entry.at)} ${visit.entryMark(entry.hash)}</span></p>`)}
    ${name === "arrived" && doorLink(visit)}
    ${own && form && (done.length ? again && html`<details class="fold"><summary>${t(`arrive.${name}-again`)}</summary>${form}</details>` : form)}
    ${PHOTOS[name] && photoStrip(visit, photosOf(visit, code, PHOTOS[name]), name)}
    ${own && PHOTOS[name] && html`${shootButtons({ visit: visit.id, moment: PHOTOS[name], department: code })}`}
  </section>`;
}

function photosOf({ state: { evidence } }, code, moment) {
  return Object.keys(evidence).filter((sha256) => evidence[sha256].moment === moment && evidence[sha256].department === code);
}

const PHOTOS = { arrived: "arrival", identity: "identity" };

const SAID = {
  arrived: (visit, { body }) => (body.location ? placeText(visit, body.location) : t("arrive.no-place")),
  identity: (visit, { body }) => body.officers.map((one) => `${personName(visit, one.person)} ${one.certificate}`).join("；"),
  rights: () => t("arrive.rights-said"),
  recusal: (visit, { body }) => (body.requested ? t("arrive.recusal-asked", { person: personName(visit, body.of), reason: body.reason ?? "" }) : t("arrive.recusal-none")),
  party: (visit, { body }) => `${body.name} ${body.post} ${authority(body.authority)}`,
};

function placeText(visit, location) {
  const metres = visit.metresTo(location);
  const accuracy = t("arrive.accuracy", { count: location.accuracy });
  return metres === null ? `${t("arrive.place-known")} ${accuracy}` : `${t("arrive.metres", { distance: distance(metres) })} ${accuracy}`;
}

function form(visit, code, name, content) {
  const done = visit.state.departments[code].steps[name].length;
  return writeForm({ id: `form-${name}`, action: `/field/visits/${visit.id}/arrive/${code}/${name}`, draft: `arrive-${code}-${name}`, act: `${code}:${name}:${done}` }, content);
}

const FORMS = {
  arrived: (visit, code, draft, done, place) => form(visit, code, "arrived", html`<p id="place" class="place">${icon("map-pin")}${PLACES[place.state](visit, place)}</p>
    ${submit(t("arrive.save-arrived"), { symbol: "map-pin-check" })}`),
  identity: (visit, code, draft, done) => {
    const shown = new Set(done.flatMap((entry) => entry.body.officers.map((one) => one.person)));
    const officers = certifiedOf(visit, code).filter((one) => !shown.has(one.person));
    if (!officers.length) return "";
    const ticked = [draft.officer ?? []].flat();
    return form(visit, code, "identity", html`<p>${t("arrive.identity-text")}</p><fieldset class="field choices"><legend>${t("arrive.officers")}</legend>${officers.map((one) => checkField({
      id: `officer-${one.person}`, name: "officer", value: one.person, label: one.name, note: t("arrive.certificate", { number: one.certificate }), checked: ticked.includes(one.person) }))}</fieldset>
      ${submit(t("arrive.save-identity"), { symbol: "id-badge" })}`);
  },
  rights: (visit, code) => form(visit, code, "rights", html`<blockquote class="spoken">${t("arrive.rights-1", { source: taskSource(visit), industry: visit.bundle.visit.industry_name, department: departmentName(visit, code) })}
      <ol>${[2, 3, 4, 5, 6].map((number) => html`<li>${t(`arrive.rights-${number}`)}</li>`)}</ol></blockquote>${submit(t("arrive.save-rights"), { symbol: "speakerphone" })}`),
  recusal: (visit, code, draft) => form(visit, code, "recusal", html`<blockquote class="spoken">${t("arrive.recusal-text")}</blockquote>
    <button class="button button--main" type="submit" name="requested" value="no">${icon("check")}<span>${t("arrive.recusal-no")}</span></button>
    <details class="fold"><summary>${t("arrive.recusal-yes")}</summary><p>${t("arrive.recusal-yes-text")}</p>
    ${choiceField({ id: "recusal-of", name: "of", label: t("arrive.recusal-of"), value: draft.of, options: certifiedOf(visit, code).map((one) => ({ value: one.person, label: one.name })) })}
    ${areaField({ id: "recusal-reason", name: "reason", label: t("arrive.recusal-reason"), value: draft.reason ?? "", maxlength: 500 })}
    <button class="button button--plain" type="submit" name="requested" value="yes">${icon("alert-triangle")}<span>${t("arrive.save-recusal")}</span></button></details>`),
  party: (visit, code, draft) => form(visit, code, "party", html`
    ${others(visit, code)}
    ${textField({ id: "party-name", name: "name", label: t("party.name"), value: draft.name ?? "", maxlength: 60 })}
    ${textField({ id: "party-post", name: "post", label: t("party.post"), value: draft.post ?? "", maxlength: 60 })}
    ${choiceField({ id: "party-authority", name: "authority", label: t("party.authority"), value: draft.authority, options: AUTHORITIES.map((value) => ({ value, label: authority(value) })) })}
    <details class="fold"><summary>${t("party.more")}</summary>
    ${choiceField({ id: "party-id-type", name: "id_type", label: t("party.id-type"), value: draft.id_type, options: ID_TYPES.map((value) => ({ value, label: idType(value) })) })}
    ${textField({ id: "party-id", name: "id_last4", label: t("party.id-last4"), value: draft.id_last4 ?? "", maxlength: 4, hint: t("party.id-hint") })}
    ${textField({ id: "party-phone", name: "phone", label: t("party.phone"), value: draft.phone ?? "", type: "tel", maxlength: 20 })}</details>
    ${submit(t("arrive.save-party"), { symbol: "user-check" })}`),
};


const PLACES = {
  looking: () => t("arrive.looking"),
  found: (visit, { location }) => placeText(visit, location),
  none: () => t("arrive.no-place-yet"),
};

/** A party another department recorded already, to take over by name with one tap. */
function others(visit, code) {
  const known = visit.state.lists.parties.filter((one) => one.department !== code && !one.replaced);
  const unique = [...new Map(known.map((one) => [`${one.name}/${one.post}`, one])).values()];
  return unique.map((one) => html`<button class="phrase" type="button" data-do="fill" data-form="form-party" data-name="${one.name}" data-post="${one.post}" data-authority="${one.authority}">${icon("copy")}${t("party.same", { name: one.name, post: one.post })}</button>`);
}

function taskSource(visit) {
  return visit.bundle.visit.task_source || t("arrive.task-source");
}

/** The record's word in the screen's language; a word of another phone stays as it is. */
function authority(word) {
  const index = AUTHORITIES.indexOf(word);
  return index < 0 ? word : t(`authority.${index}`);
}

function idType(word) {
  return t(`id-type.${ID_TYPES.indexOf(word)}`);
}
