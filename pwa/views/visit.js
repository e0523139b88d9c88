/** Screen 3, one visit: the steps, and all departments' items in one list, the own first. */
import { t } from "../i18n/index.js";
import { part } from "../local/live.js";
import { badge, icon, linkButton, meter, needs, visitMark } from "./components.js";
import { correctedBefore } from "./door.js";
import { day } from "./format.js";
import { html } from "./html.js";
import { exemptReason, itemCard } from "./item.js";
import { recordsSection } from "./papers.js";
import { readyLink } from "./ready.js";
import { momentStrip } from "./recorder.js";
import { departmentNames, departmentsInOrder, itemState, itemsOf, matterIn, mattersOf, ownersOf, progressOf, seatOf, valueText } from "./words.js";

export const FILTERS = ["all", "open", "failed", "mine", "conflict"];

/** query: {filter, words, expanded}; drafts: key → values of forms typed and not yet saved. */
export function visitPage(visit, query, drafts, sync) {
  const { enterprise } = visit.bundle;
  return {
    title: enterprise.name,
    back: "/field/",
    sync,
    body: () => html`${head(visit, sync)}${stepStrip(visit)}${part("moments", momentStrip(visit))}${part("records", recordsSection(visit))}${tools(visit, query)}
      <div id="checklist" class="sections">${sections(visit, query, drafts)}</div>`,
    bar: () => part("bar", visitBar(visit)),
  };
}

function head(visit, sync) {
  const { enterprise, visit: plan } = visit.bundle;
  const { answered, due } = progressOf(visit);
  return part("visit-head", html`<section id="visit-head" class="visit-head">
    ${meter(answered, due, t("visit.progress"))}
    <p class="quiet">${icon("map-pin")}${enterprise.address}</p>
    <p class="quiet">${icon("clock")}${day(plan.date)} ${plan.slot}<span class="spacer"></span>${visitMark(sync, visit.id)}</p>
    ${closedNote(visit)}${problemsNote(visit)}${exemptNote(visit)}${correctedBefore(visit)}${!visit.sealed && !visit.ended && !hasArrived(visit) && readyLink(true)}
    <details class="fold"><summary>${t("visit.about")}</summary>${about(visit)}</details>
  </section>`);
}

function hasArrived({ state, department }) {
  return state.departments[department]?.steps.arrived.length > 0;
}

function closedNote({ id, ended, state, member }) {
  if (ended) return needs(t(`visit.${ended}`));
  if (!member) return needs(t("visit.not-member"));
  const link = { href: `/field/visits/${id}/close`, text: t("visit.to-close") };
  if (state.status === "signed") return html`<p class="sealed">${icon("lock")}${t("visit.sealed")}</p>`;
  if (state.status === "conflict") return needs(t("visit.status-conflict"), link);
  if (state.status === "aborted") return needs(t("visit.aborted"), link);
  return "";
}

function problemsNote({ state }) {
  return state.problems.length ? needs(t("visit.problems", { count: state.problems.length })) : "";
}

/** What is spared, and why, is said once above the list. */
function exemptNote({ state, bundle }) {
  const count = Object.values(state.items).filter((one) => one.state === "exempt").length;
  return count > 0 && html`<p class="exempt">${icon("shield-check")}${t("visit.exempt", { count })}${exemptReason(bundle)}</p>`;
}

function about({ id, bundle }) {
  const { enterprise, visit: plan, checklist } = bundle;
  const facts = [
    [t("visit.number"), plan.number],
    [t("enterprise.uscc"), enterprise.uscc],
    [t("enterprise.legal-rep"), enterprise.legal_rep],
    [t("enterprise.phone"), enterprise.phone],
    [t("verdict.exempt"), bundle.exemption?.reason],
    [t("enterprise.risk"), t(`risk.${enterprise.risk_class ?? "U"}`)],
    [t("visit.checklist"), html`${plan.industry_name} ${checklist.version}${checklist.sample && ` ${t("visit.sample")}`}${checklist.hash && html` <code class="break" title="${checklist.hash}">${checklist.hash.slice(0, 8)}</code>`}`],
  ];
  return html`<dl class="facts">${facts.filter(([, value]) => value).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    <ul class="team">${bundle.team.map((one) => html`<li>${icon("id-badge")}<span>${one.name}${one.lead && html` <b>${t("team.lead")}</b>`}${one.deputy && html` <b>${t("team.deputy")}</b>`}<small>${
      bundle.departments.find((department) => department.code === one.department)?.short_name
    } ${one.certificate}</small></span></li>`)}</ul>${linkButton(`/field/visits/${id}/people`, t("people.title"), { symbol: "replace" })}`;
}

/** 到场 亮证 告知 检查 陈述 签字 离场 of the own department, each with its mark. */
function stepStrip(visit) {
  const own = visit.state.departments[visit.department];
  if (!own) return "";
  const arrive = `/field/visits/${visit.id}/arrive/${visit.department}`;
  const close = `/field/visits/${visit.id}/close`;
  const { steps, counts } = own;
  const signed = visit.state.signatures.some((one) => one.role === "party" && one.valid);
  const stated = visit.state.lists.statements.length > 0;
  const strip = [
    ["arrived", steps.arrived.length > 0, `${arrive}#arrived`],
    ["identity", steps.identity.length > 0, `${arrive}#identity`],
    ["rights", steps.rights.length > 0 && steps.recusal.length > 0 && steps.party.length > 0, `${arrive}#rights`],
    ["check", counts.open === 0, "#checklist"],
    ["statement", stated, `${close}#statements`],
    ["signing", signed, `${close}#signatures`],
    ["left", steps.left.length > 0, `${close}#leaving`],
  ];
  const next = strip.findIndex(([, done]) => !done);
  return part("steps", html`<nav id="steps" class="steps" aria-label="${t("steps.label")}">${strip.map(
    ([name, done, href], index) => html`<a class="step${done ? " step--done" : index === next ? " step--next" : ""}" href="${href}"${
      index === next ? html` aria-current="step"` : ""
    }>${icon(done ? "circle-check" : index === next ? "circle-arrow-right" : "circle")}<span>${t(`steps.${name}`)}</span></a>`,
  )}</nav>`);
}

function tools(visit, query) {
  const base = `/field/visits/${visit.id}`;
  const link = (changes) => {
    const params = new URLSearchParams();
    const wanted = { filter: query.filter, q: query.words, expand: query.expanded ? "1" : "", ...changes };
    for (const [name, value] of Object.entries(wanted)) if (value && value !== "all") params.set(name, value);
    return params.size ? `${base}?${params}` : base;
  };
  return html`<form class="search" role="search" hx-get="${base}" hx-trigger="input delay:400ms, submit" hx-target="#screen" hx-swap="outerMorph" hx-replace-url="true">
      ${icon("search")}<input type="search" name="q" value="${query.words}" placeholder="${t("visit.search")}" aria-label="${t("visit.search")}" enterkeyhint="search">
      ${query.filter !== "all" && html`<input type="hidden" name="filter" value="${query.filter}">`}
      ${query.expanded && html`<input type="hidden" name="expand" value="1">`}
    </form>
    <div class="chips">${FILTERS.map((name) => html`<a class="chip" href="${link({ filter: name })}"${name === query.filter ? html` aria-current="true"` : ""}>${t(`filter.${name}`)}</a>`)}
      <a class="chip chip--view" href="${link({ expand: query.expanded ? "" : "1" })}">${icon(query.expanded ? "list" : "layout-list")}${query.expanded ? t("visit.fold") : t("visit.expand")}</a></div>`;
}

function sections(visit, query, drafts) {
  const narrowed = query.filter !== "all" || query.words !== "";
  const made = departmentsInOrder(visit).map((department) => section(visit, department, query, drafts, narrowed));
  if (made.every((one) => one === "")) return html`<p class="empty">${t("visit.nothing-found")} <a href="/field/visits/${visit.id}">${t("visit.show-all")}</a></p>`;
  return made;
}

function section(visit, department, query, drafts, narrowed) {
  const { code } = department;
  const own = code === visit.department;
  if (query.filter === "mine" && !own) return "";
  const items = itemsOf(visit, code).filter((item) => wanted(visit, item, query));
  if (narrowed && !items.length) return "";
  return html`<details class="department${own ? " department--own" : ""}" id="dept-${code}"${narrowed ? html` data-found` : ""}${own || narrowed ? html` open` : ""}>
    ${part(`dept-head-${code}`, departmentHead(visit, department, own))}
    ${part(`dept-gate-${code}`, gate(visit, department, own))}
    <div class="items">${items.map((item) => (query.expanded && seatOf(visit, item) === code ? itemCard(visit, item, drafts[`item-${item.id}`] ?? {}) : itemRow(visit, item, code)))}</div>
    ${own && html`<p class="department__foot">${linkButton(`/field/visits/${visit.id}/not-carried-on`, t("visit.not-carried-on"), { symbol: "circle-minus" })}</p>`}
  </details>`;
}

function wanted(visit, item, { filter, words }) {
  const state = itemState(visit, item.id);
  if (filter === "open" && state !== "open") return false;
  if (filter === "failed" && state !== "fail") return false;
  if (filter === "conflict" && state !== "conflict") return false;
  return !words || `${mattersOf(item).map(({ matter }) => matter).join("")}${item.content}${item.id}${item.basis}`.toLowerCase().includes(words.toLowerCase());
}

function departmentHead(visit, { code, short_name: name, lead }, own) {
  const { state, counts } = visit.state.departments[code];
  return html`<summary id="dept-head-${code}" class="department__head">
    <span class="department__name">${name}${own && html`<small>${t("visit.own")}</small>`}${lead && html`<small>${t("visit.leading")}</small>`}</span>
    ${counts.conflict > 0 && badge("conflict")}
    <span class="figures">${counts.answered}/${counts.items - counts.exempt}</span>
    ${state !== "open" && html`<span class="pill pill--${state}">${t(`department.${state}`)}</span>`}
  </summary>`;
}

/** Says what is missing before the department's items may be answered. */
function gate(visit, { code }, own) {
  const { ready, state, counts } = visit.state.departments[code];
  const shut = own && !ready && state === "open" && counts.items > 0;
  if (own && state === "absent") return html`<div id="dept-gate-${code}">${needs(t("late.marked"), { href: `/field/visits/${visit.id}/arrive/${code}`, text: t("late.go") })}</div>`;
  return html`<div id="dept-gate-${code}">${shut && needs(t("gate.first"), { href: `/field/visits/${visit.id}/arrive/${code}`, text: t("gate.go") })}</div>`;
}

/** A row of a department's section. A merged item has a row with each of its owners; links lead to the reader's. */
function itemRow(visit, item, code) {
  const state = itemState(visit, item.id);
  const found = visit.state.items[item.id];
  const id = seatOf(visit, item) === code ? `row-${item.id}` : `row-${item.id}-${code}`;
  const others = ownersOf(item).filter((owner) => owner !== code);
  return part(id, html`<a id="${id}" class="row row--${state}" href="/field/visits/${visit.id}/items/${item.id}">
    <span class="row__matter"><b class="figures">${visit.numberOf(item.id)}</b>${matterIn(item, code)}</span>
    <span class="row__content">${found.remark || item.content}</span>
    ${others.length > 0 && html`<span class="row__also">${icon("users")}${t("item.merged", { departments: departmentNames(visit, others) })}</span>`}
    <span class="row__foot">${badge(state)}${valueText(item, found.value) && html`<span class="figures">${valueText(item, found.value)}</span>`}
      ${found.evidence.length > 0 && html`<span class="quiet">${icon("photo")}${found.evidence.length}</span>`}
      ${found.photo_missing && html`<span class="tag tag--needs">${icon("camera")}${t("item.photo-missing")}</span>`}
      <span class="spacer"></span>${visit.markOf(found)}</span>
  </a>`);
}

function visitBar(visit) {
  const next = visit.nextOpen(null);
  const base = `/field/visits/${visit.id}`;
  return html`<nav id="bar" class="bar">
    <a class="tab" href="${base}/evidence">${icon("photo")}<span>${t("tabs.evidence")}</span></a>
    <a class="tab" href="${base}/clues">${icon("message-plus")}<span>${t("tabs.clues")}</span></a>
    ${next ? html`<a class="button button--main bar__main" href="${base}/items/${next}">${icon("arrow-right")}<span>${t("visit.next-open")}</span></a>`
      : html`<a class="button button--main bar__main" href="${base}/close">${icon("writing-sign")}<span>${t("visit.to-close")}</span></a>`}
    ${next && html`<a class="tab" href="${base}/close">${icon("writing-sign")}<span>${t("tabs.close")}</span></a>`}
  </nav>`;
}
