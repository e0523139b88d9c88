/** Signatures at the close: officers, the party for the whole or a section, refusals. */
import { t } from "../i18n/index.js";
import { areaField, choiceField, icon, linkButton, needs, submit, textField, writeForm } from "./components.js";
import { officerChecks } from "./close-department.js";
import { photoStrip, shootButtons } from "./evidence.js";
import { moment } from "./format.js";
import { part } from "../local/live.js";
import { html } from "./html.js";
import { PAPER_CAPTIONS } from "./record-words.js";
import { certifiedOf, departmentName, inVisitOrder } from "./words.js";

export function signaturesSection(visit) {
  const base = `/field/visits/${visit.id}`;
  const own = visit.department;
  return html`<section id="signatures" class="card"><h2>${icon("writing-sign")}${t("signing.title")}</h2>
    <h3>${t("signing.officers", { department: departmentName(visit, own) })}</h3>
    <ul class="signers">${certifiedOf(visit, own).map((officer) => signer(visit, officer, base, own))}</ul>
    <h3>${t("signing.party")}</h3><ul class="signers">${partySignatures(visit)}</ul>
    ${!visit.sealed && html`<div class="pair">${linkButton(`${base}/sign?role=party&scope=visit`, t("signing.party-all"), { look: "main", symbol: "writing-sign" })}
      ${linkButton(`${base}/sign?role=party&scope=${own}`, t("signing.party-section", { department: departmentName(visit, own) }), { symbol: "writing-sign" })}
      ${linkButton(`${base}/refusal?scope=visit`, t("signing.refused"), { symbol: "hand-off" })}</div>`}
    ${outdated(visit) && linkButton(`${base}/papers/supplement`, t("signing.supplement"), { symbol: "note" })}
    ${otherSignatures(visit)}</section>`;
}

/** Whether a signature for the own department was given before a change: it is given afresh, or the change explained. */
function outdated(visit) {
  return visit.state.signatures.some((one) => one.valid && one.outdated.includes(visit.department));
}

function signer(visit, officer, base, own) {
  const drawn = inVisitOrder(visit.state.signatures.filter((one) => one.role === "inspector" && one.person === officer.person)).at(-1);
  const outdated = drawn?.outdated.includes(own);
  const sign = linkButton(`${base}/sign?role=inspector&scope=${own}&person=${officer.person}`, t(drawn ? "signing.again" : "signing.sign"), { look: drawn && !outdated ? "plain" : "main", symbol: "writing-sign" });
  return html`<li><span class="signer__name">${officer.name}<small>${officer.certificate}</small></span>
    ${drawn && (outdated ? html`<span class="tag tag--needs">${icon("alert-triangle")}${t("signing.outdated")}</span>` : html`<span class="fine">${icon("circle-check")}${moment(drawn.at)}</span>`)}
    ${drawn && ink(visit, drawn)}
    ${!visit.sealed && (!drawn || outdated) && sign}</li>`;
}

function partySignatures(visit) {
  const list = inVisitOrder(visit.state.signatures.filter((one) => one.role === "party"));
  if (!list.length) return html`<li class="quiet">${t("signing.none")}</li>`;
  return list.map((one) => html`<li><span class="signer__name">${one.name}<small>${scopeName(visit, one.scope)} ${moment(one.at)}</small></span>
    ${one.method === "refused" ? html`<span class="tag tag--needs">${icon("hand-off")}${t(`refusal.${one.refusal?.code}`)}</span>` : ""}
    ${!one.valid && html`<span class="tag tag--needs">${t("signing.invalid")}</span>`}
    ${one.outdated.length > 0 && html`<span class="tag tag--needs">${icon("alert-triangle")}${t("signing.outdated-for", { departments: one.outdated.map((code) => departmentName(visit, code)).join(t("list.comma")) })}</span>`}
    ${ink(visit, one)}${visit.entryMark(one.hash)}</li>`);
}

/** The signature itself: drawn, or on a photographed page. */
function ink(visit, one) {
  if (one.drawing) return drawing(one);
  const page = one.page && visit.entries.get(one.page)?.body.sha256;
  return page ? html`<span class="quiet">${t("signing.on-paper")}</span>${photoStrip(visit, [page], `page-${one.hash.slice(0, 8)}`)}` : "";
}

/** A drawn signature as lines; the strokes are the record, this is only how they look. */
function drawing({ drawing: { width, height, strokes } }) {
  const lines = strokes.map((stroke) => stroke.reduce((points, value, index) => points + (index % 2 ? `,${value} ` : value), "").trim());
  return html`<svg class="signature" viewBox="0 0 ${width} ${height}" role="img" aria-label="${t("signing.drawn")}">${lines.map((points) => html`<polyline points="${points}"></polyline>`)}</svg>`;
}

function otherSignatures(visit) {
  const rest = inVisitOrder(visit.state.signatures.filter((one) => one.role !== "party" && !(one.role === "inspector" && one.scope === visit.department)));
  return rest.length ? html`<details class="fold"><summary>${t("signing.others", { count: rest.length })}</summary><ul class="signers">${rest.map((one) => html`<li><span class="signer__name">${one.name}<small>${t(`role.${one.role}`)} ${scopeName(visit, one.scope)} ${moment(one.at)}</small></span>${ink(visit, one)}</li>`)}</ul></details>` : "";
}

export function scopeName(visit, scope) {
  return scope === "visit" ? t("signing.whole") : t("signing.section", { department: departmentName(visit, scope) });
}

/** Both ways to sign; one is the page one is on. */
function ways(base, signing) {
  const address = (method) => `${base}/sign?${new URLSearchParams(Object.entries({ role: signing.role, scope: signing.scope, person: signing.person, method }).filter(([, value]) => value))}`;
  return html`<nav class="chips">${[["screen", "writing-sign"], ["paper", "scan"]].map(([method, symbol]) => html`<a class="chip" href="${address(method)}"${method === signing.method ? html` aria-current="true"` : ""}>${icon(symbol)}${t(`signing.by-${method}`)}</a>`)}</nav>`;
}

/** The photographed pages a signature may stand on; one page often bears several. */
function paperPart(visit, draft) {
  const pages = signedPages(visit);
  const chosen = draft.page ?? pages.at(-1)?.sha256;
  return html`<fieldset class="field choices choices--photos"><legend>${t("signing.page")}</legend>${pages.map(({ sha256 }) => html`<label class="choice" for="page-${sha256}"><input type="radio" id="page-${sha256}" name="page" value="${sha256}"${sha256 === chosen ? html` checked` : ""}><img id="thumb-page-${sha256}" data-thumb="${sha256}" data-visit="${visit.id}" alt="${t("signing.page")}" hx-morph-skip></label>`)}
    ${!pages.length && html`<p class="hint">${t("signing.no-page")}</p>`}</fieldset>`;
}

/** Photos taken of signed pages, in order, with the entry each is known by. */
export function signedPages(visit) {
  const all = Object.entries(visit.state.evidence).map(([sha256, one]) => ({ sha256, ...one, at: one.captured_at }));
  return inVisitOrder(all.filter((one) => one.caption === PAPER_CAPTIONS.signature && one.department === visit.department && !one.withdrawn));
}

function padPart() {
  return html`<div id="pad" class="pad" data-pad hx-morph-skip></div>`;
}

/** The pad or the photographed page, the name beside it, refusing is a button beside it. `signing`: {role, scope, person, name, post, method} */
export function signPage(visit, signing, draft, sync) {
  const base = `/field/visits/${visit.id}`;
  const party = signing.role === "party";
  const paper = signing.method === "paper";
  return {
    title: t(`signing.page-${signing.role}`, { scope: scopeName(visit, signing.scope) }),
    back: `${base}/close#signatures`,
    sync,
    body: () => html`<section class="signing">${ways(base, signing)}
      ${paper && part("pages", html`<section id="pages" class="card"><p>${t("signing.paper-text")}</p>${shootButtons({ visit: visit.id, moment: "other", department: visit.department, caption: PAPER_CAPTIONS.signature }, { film: false })}</section>`)}
      ${part("sign", writeForm({ id: "sign", action: `${base}/signatures`, draft: party ? `sign-${signing.scope}` : null, act: `sign:${signing.role}:${signing.scope}:${signing.person ?? ""}:${visit.state.signatures.length}` }, html`
        <input type="hidden" name="method" value="${signing.method}"><input type="hidden" name="role" value="${signing.role}"><input type="hidden" name="scope" value="${signing.scope}">
        ${signing.person && html`<input type="hidden" name="person" value="${signing.person}">`}
        <p class="spoken">${t(party ? "signing.confirm-party" : "signing.confirm-officer", { scope: scopeName(visit, signing.scope) })}</p>
        ${party ? html`<div class="pair">${textField({ id: "sign-name", name: "name", label: t("party.name"), value: draft.name ?? signing.name, maxlength: 60 })}${textField({ id: "sign-post", name: "post", label: t("party.post"), value: draft.post ?? signing.post, maxlength: 60 })}</div>`
          : html`<p class="signing__name">${signing.name}</p>`}
        ${paper ? paperPart(visit, draft) : padPart()}
        <div class="pair">${!paper && html`<button class="button button--plain" type="button" data-do="clear-pad">${icon("eraser")}<span>${t("signing.redo")}</span></button>`}
          ${submit(t("signing.save"), { symbol: "device-floppy" })}</div>`))}
      ${party && linkButton(`${base}/refusal?scope=${signing.scope}`, t("signing.refused"), { symbol: "hand-off" })}</section>`,
    bar: () => "",
  };
}

const REFUSALS = ["RS1", "RS2", "RS3", "RS4"];

/** 拒签 (R-608): the reason, two officers, and a witness from outside or a video. */
export function refusalPage(visit, scope, draft, party, sync) {
  const base = `/field/visits/${visit.id}`;
  const videos = Object.entries(visit.state.evidence).filter(([, one]) => one.moment === "refusal" && !one.withdrawn).map(([sha256]) => sha256);
  const ticked = [draft.officer ?? []].flat();
  return {
    title: t("refusal.title"),
    back: `${base}/close#signatures`,
    sync,
    body: () => html`${part("refusal-videos", html`<section id="refusal-videos" class="card"><h2>${icon("video")}${t("refusal.video")}</h2>${photoStrip(visit, videos, "refusal")}${videos.length ? html`<p class="fine">${icon("circle-check")}${t("refusal.video-there")}</p>` : html`<p>${t("refusal.video-text")}</p>`}
        ${shootButtons({ visit: visit.id, moment: "refusal", department: visit.department })}</section>`)}
      ${writeForm({ id: "refusal", action: `${base}/refusals`, draft: `refusal-${scope}`, act: `refusal:${scope}:${visit.state.signatures.length}` }, html`
        <input type="hidden" name="scope" value="${scope}">
        ${textField({ id: "refusal-name", name: "name", label: t("refusal.who"), value: draft.name ?? party, maxlength: 60 })}
        ${choiceField({ id: "refusal-code", name: "code", label: t("refusal.reason"), value: draft.code, options: REFUSALS.map((value) => ({ value, label: t(`refusal.${value}`) })) })}
        ${areaField({ id: "refusal-text", name: "text", label: t("refusal.text"), value: draft.text ?? "" })}
        <fieldset class="field choices"><legend>${t("refusal.officers")}</legend>${officerChecks(visit, certifiedOf(visit, visit.department), ticked)}</fieldset>
        <h2>${t("refusal.witness")}</h2><p class="quiet">${t("refusal.witness-text")}</p>
        ${textField({ id: "witness-name", name: "witness_name", label: t("refusal.witness-name"), value: draft.witness_name ?? "", maxlength: 60 })}
        ${textField({ id: "witness-unit", name: "witness_unit", label: t("refusal.witness-unit"), value: draft.witness_unit ?? "", maxlength: 100 })}
        ${submit(t("refusal.save"), { look: "grave", symbol: "hand-off" })}`)}`,
    bar: () => needsBar(videos),
  };
}

function needsBar(videos) {
  return videos.length ? "" : html`<nav id="bar" class="bar">${needs(t("refusal.needs"))}</nav>`;
}
