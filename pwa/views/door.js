/** The code an enterprise scans at the door, large enough for another phone, and the way to it. */
import { t } from "../i18n/index.js";
import { part } from "../local/live.js";
import { icon, linkButton, needs } from "./components.js";
import { day } from "./format.js";
import { html } from "./html.js";
import { departmentsInOrder, inVisitOrder } from "./words.js";

/** On the page of arrival; a visit that was not dispatched has no code. */
export function doorLink(visit) {
  if (!visit.bundle.visit.door) return "";
  return html`<p>${linkButton(`/field/visits/${visit.id}/door`, t("door.show"), { symbol: "scan" })}</p>`;
}

export function doorPage(visit, { size, path }, sync) {
  const { enterprise, visit: plan } = visit.bundle;
  return {
    title: t("door.title"),
    back: `/field/visits/${visit.id}/arrive/${visit.department}`,
    sync,
    body: () => html`<section class="card door">
        <h2>${enterprise.name}</h2>
        <svg class="door__code" viewBox="0 0 ${size} ${size}" role="img" aria-label="${t("door.code")}" shape-rendering="crispEdges"><path d="${path}"></path></svg>
        <p class="lead">${t("door.scan")}</p>
        <p class="quiet">${plan.number} ${day(plan.date)}</p>
        ${part("door-state", doorState(visit))}
      </section>
      <section class="card"><p>${t("door.tells")}</p></section>`,
    bar: () => "",
  };
}

/** The page opens with the first arrival the server has: what is on this phone only opens nothing yet. */
function doorState(visit) {
  const arrivals = departmentsInOrder(visit).flatMap(({ code }) => visit.state.departments[code].steps.arrived);
  const [first] = inVisitOrder(arrivals.map((hash) => visit.entries.get(hash)).filter(Boolean));
  return html`<div id="door-state">${first ? html`<p class="fine">${icon("map-pin-check")}${t("door.arrived")} ${visit.entryMark(first.hash)}</p>` : needs(t("door.first"))}</div>`;
}

/** What the enterprise says it put right before the visit: to be looked at, and no exemption. */
export function correctedBefore({ id, bundle }) {
  const said = bundle.visit.corrected_before ?? [];
  if (!said.length) return "";
  const known = new Map(bundle.checklist.items.map((item) => [item.id, item]));
  return html`<details class="fold"><summary>${t("door.corrected", { count: said.length })}</summary>
    <p class="quiet">${t("door.corrected-text")}</p>
    <ul class="plain-list">${said.map((one) => html`<li>${known.has(one.item) && html`<a href="/field/visits/${id}/items/${one.item}">${known.get(one.item).matter}</a> `}${one.said}</li>`)}</ul></details>`;
}
