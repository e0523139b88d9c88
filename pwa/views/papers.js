/** Records beside the answers: samples, inquiries, surveys, served papers; what was recorded, by whom, when. */
import { t } from "../i18n/index.js";
import { part } from "../local/live.js";
import { areaField, checkField, choiceField, icon, linkButton, needs, submit, textField, writeForm } from "./components.js";
import { photoStrip, shootButtons } from "./evidence.js";
import { moment } from "./format.js";
import { html } from "./html.js";
import { PAPER_CAPTIONS, SERVED_DOCUMENTS, SERVICES } from "./record-words.js";
import { departmentName, inVisitOrder, itemsOf, personName, substitutionText } from "./words.js";

/** The papers that are one form each: where they stand in the folded state, and what a photo of them shows. */
export const PAPERS = {
  sample: { list: "samples", symbol: "test-pipe", moment: "sample", fields: sampleFields },
  inquiry: { list: "inquiries", symbol: "messages", moment: "other", fields: inquiryFields },
  survey: { list: "surveys", symbol: "ruler-2", moment: "other", fields: surveyFields },
  served: { list: "served", symbol: "send", moment: "other", fields: servedFields },
  supplement: { list: "supplements", symbol: "note", moment: null, fields: supplementFields },
};

/** The visit's page has them folded in one line, with the way to each form. */
export function recordsSection(visit) {
  const base = `/field/visits/${visit.id}`;
  const all = recorded(visit);
  return html`<details id="records" class="card fold records"><summary>${icon("clipboard-text")}<span>${t("records.title")}</span><b class="figures">${all.length}</b></summary>
    <nav class="records__ways" aria-label="${t("records.add")}">${Object.entries(PAPERS).map(([kind, { symbol }]) => linkButton(`${base}/papers/${kind}`, t(`paper.${kind}`), { symbol }))}
      ${linkButton(`${base}/clues`, t("clue.title"), { symbol: "message-plus" })}
      ${linkButton(`${base}/people`, t("people.title"), { symbol: "replace" })}
      ${linkButton(`${base}/transcription`, t("transcription.title"), { symbol: "scan" })}</nav>
    ${all.length ? html`<ol class="records__list">${all.map((one) => recordRow(visit, one))}</ol>` : html`<p class="quiet">${t("records.none")}</p>`}</details>`;
}

/** What stands in the lists, each with its kind, in the order it was recorded. */
function recorded(visit) {
  const { lists } = visit.state;
  const kinds = [...Object.entries(PAPERS).map(([kind, { list }]) => [kind, list]), ["takeover", "takeovers"], ["substitution", "substitutions"], ["transcribed", "transcribed"]];
  return inVisitOrder(kinds.flatMap(([kind, list]) => lists[list].map((one) => ({ ...one, kind }))));
}

function recordRow(visit, one) {
  return html`<li id="record-${one.hash}"><p><b>${t(`paper.${one.kind}`)}</b> ${GISTS[one.kind](visit, one)}</p>
    ${photoStrip(visit, one.evidence ?? (one.of ? [one.of] : []), one.hash.slice(0, 8))}
    <p class="quiet">${departmentName(visit, one.department)} ${personName(visit, one.author)} ${moment(one.at)} ${visit.entryMark(one.hash)}</p></li>`;
}

const GISTS = {
  sample: (visit, one) => t("sample.said", {
    number: one.number, quantity: one.quantity, seal: one.seal || t("records.not-said"), laboratory: one.laboratory || t("records.not-said"),
    item: one.item ? itemName(visit, visit.itemOf(one.item)) : "",
  }),
  inquiry: (visit, one) => html`${[one.name, one.post].filter(Boolean).join(" ")}<span class="records__text">${one.text}</span>`,
  survey: (visit, one) => html`<span class="records__text">${one.text}</span>`,
  served: (visit, one) => t("served.said", { document: one.document, number: one.number, recipient: one.recipient, way: service(one.way) }),
  supplement: (visit, one) => html`<span class="records__text">${one.text}</span>`,
  transcribed: (visit, one) => html`<span class="records__text">${one.text}</span>`,
  takeover: (visit, one) => one.reason,
  substitution: (visit, one) => substitutionText(visit, one),
};

/** One paper's page: those recorded before, and the form for one more. */
export function paperPage(visit, kind, drafts, sync) {
  const { list, symbol } = PAPERS[kind];
  const base = `/field/visits/${visit.id}`;
  const before = inVisitOrder(visit.state.lists[list].map((one) => ({ ...one, kind })));
  const own = Boolean(visit.state.departments[visit.department]);
  return {
    title: t(`paper.${kind}`),
    back: `${base}#records`,
    sync,
    body: () => html`${part("recorded", html`<section id="recorded">${before.length > 0 && html`<ol class="card records__list">${before.map((one) => recordRow(visit, one))}</ol>`}</section>`)}
      ${own ? part("paper", form(visit, kind, symbol, before.length, drafts[`paper-${kind}`] ?? {})) : needs(t("records.not-taking-part"))}`,
    bar: () => html`<nav id="bar" class="bar">${linkButton(base, t("item.to-list"), { symbol: "list" })}</nav>`,
  };
}

function form(visit, kind, symbol, count, draft) {
  return html`<section id="paper" class="card"><h2>${icon(symbol)}${t("records.new")}</h2><p>${t(`paper.${kind}-text`)}</p>
    ${visit.sealed && needs(t("records.after-sealing"))}
    ${kind === "supplement" && outdatedNote(visit)}
    ${PAPERS[kind].moment && paperPhotos(visit, kind)}
    ${writeForm({ id: `paper-${kind}`, action: `/field/visits/${visit.id}/papers/${kind}`, draft: `paper-${kind}`, act: `${kind}:${count}` }, html`
      ${PAPERS[kind].fields(visit, draft)}
      ${submit(t("records.save"), { symbol: "device-floppy" })}`)}</section>`;
}

/** The camera for a paper, and the photos that will go with it when it is saved. */
export function paperPhotos(visit, kind) {
  const taken = photosFor(visit, kind);
  return html`<div class="photos">${shootButtons({ visit: visit.id, moment: PAPERS[kind]?.moment ?? "other", department: visit.department, caption: PAPER_CAPTIONS[kind] })}
    ${photoStrip(visit, taken, `for-${kind}`)}${taken.length > 0 && html`<p class="quiet">${t("records.photos", { count: taken.length })}</p>`}</div>`;
}

/** Photos this officer took for this kind of paper that no paper names yet; a bad one is taken back on its own page. */
export function photosFor(visit, kind) {
  const { evidence, lists } = visit.state;
  const named = new Set(Object.values(PAPERS).flatMap(({ list }) => lists[list].flatMap((one) => one.evidence ?? [])));
  return Object.keys(evidence).filter((sha256) => {
    const one = evidence[sha256];
    return one.caption === PAPER_CAPTIONS[kind] && one.author === visit.person.id && !one.withdrawn && !named.has(sha256);
  });
}

function sampleFields(visit, draft) {
  return html`${textField({ id: "sample-number", name: "number", label: t("sample.number"), value: draft.number ?? "", maxlength: 100 })}
    ${textField({ id: "sample-quantity", name: "quantity", label: t("sample.quantity"), value: draft.quantity ?? "", hint: t("sample.quantity-hint") })}
    ${textField({ id: "sample-seal", name: "seal", label: t("sample.seal"), value: draft.seal ?? "" })}
    ${textField({ id: "sample-laboratory", name: "laboratory", label: t("sample.laboratory"), value: draft.laboratory ?? "" })}
    <div class="field"><label for="sample-item">${t("sample.item")}</label><select id="sample-item" name="item"><option value="">${t("sample.no-item")}</option>${itemsOf(visit, visit.department)
      .filter((item) => visit.state.items[item.id].state !== "exempt")
      .map((item) => html`<option value="${item.id}"${item.id === draft.item ? html` selected` : ""}>${itemName(visit, item)}</option>`)}</select></div>
    ${checkField({ id: "sample-pending", name: "pending", value: "yes", label: t("sample.pending"), note: t("sample.pending-note"), checked: [draft.pending ?? []].flat().includes("yes") })}`;
}

function inquiryFields(visit, draft) {
  const known = partyOf(visit);
  return html`${textField({ id: "inquiry-name", name: "name", label: t("inquiry.name"), value: draft.name ?? known?.name ?? "", maxlength: 60 })}
    ${textField({ id: "inquiry-post", name: "post", label: t("inquiry.post"), value: draft.post ?? known?.post ?? "", maxlength: 60 })}
    ${areaField({ id: "inquiry-text", name: "text", label: t("inquiry.text"), value: draft.text ?? "", hint: t("inquiry.text-hint"), maxlength: 8000 })}`;
}

function surveyFields(visit, draft) {
  return areaField({ id: "survey-text", name: "text", label: t("survey.text"), value: draft.text ?? "", hint: t("survey.text-hint"), maxlength: 8000 });
}

function servedFields(visit, draft) {
  return html`${textField({ id: "served-document", name: "document", label: t("served.document"), value: draft.document ?? "" })}
    <details class="fold phrases"><summary>${icon("message-2")}${t("served.documents")}</summary>${SERVED_DOCUMENTS.map((text) => html`<button class="phrase" type="button" data-do="paper-name" data-into="served-document" data-text="${text}">${text}</button>`)}</details>
    ${textField({ id: "served-number", name: "number", label: t("served.number"), value: draft.number ?? "", maxlength: 100 })}
    ${textField({ id: "served-recipient", name: "recipient", label: t("served.recipient"), value: draft.recipient ?? partyOf(visit)?.name ?? "", maxlength: 60 })}
    ${choiceField({ id: "served-way", name: "way", label: t("served.way"), value: draft.way, options: SERVICES.map((value) => ({ value, label: service(value), note: value === SERVICES[1] ? t("served.left-note") : "" })) })}`;
}

function supplementFields(visit, draft) {
  return areaField({ id: "supplement-text", name: "text", label: t("supplement.text"), value: draft.text ?? "", hint: t("supplement.text-hint"), maxlength: 8000 });
}

/** What of the own department a later change has outdated: a supplement makes it count again. */
function outdatedNote(visit) {
  const own = visit.department;
  const signed = visit.state.signatures.filter((one) => one.valid && one.outdated.includes(own)).map((one) => one.name);
  if (signed.length) return needs(t("supplement.outdated", { names: [...new Set(signed)].join(t("list.comma")) }));
  return visit.state.departments[own].outdated ? needs(t("supplement.completion")) : html`<p class="quiet">${t("supplement.nothing")}</p>`;
}

function service(word) {
  const index = SERVICES.indexOf(word);
  return index < 0 ? word : t(`service.${index}`);
}

function itemName(visit, item) {
  return item ? `${visit.numberOf(item.id)} ${item.matter}` : "";
}

export function partyOf(visit) {
  return inVisitOrder(visit.state.lists.parties).at(-1) ?? null;
}
