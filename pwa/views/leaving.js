/** Before the door: what is on this phone only, the three ways to carry it on, and going all the same with a reason. */
import { t } from "../i18n/index.js";
import { part } from "../local/live.js";
import { areaField, icon, linkButton, mark, submit, writeForm } from "./components.js";
import { bytes } from "./format.js";
import { html } from "./html.js";
import { LEFT_BEHIND } from "./record-words.js";

/** here: {people: [{name, entries, files, bytes}], sum} */
export function leavingPage(visit, here, draft, sync) {
  return {
    title: t("leaving.title"),
    back: `/field/visits/${visit.id}/close`,
    sync,
    body: () => html`<p class="lead">${visit.bundle.enterprise.name}</p>${part("here", onlyHere(visit, here, sync))}${part("go", go(visit, here, draft))}`,
    bar: () => "",
  };
}

function onlyHere(visit, { people }, sync) {
  if (!people.length) return html`<section id="here" class="card"><p class="fine">${icon("circle-check")}${t("leaving.clean")}</p></section>`;
  return html`<section id="here" class="card"><h2>${icon("device-mobile")}${t("leaving.here")}</h2>
    <ul class="summary">${people.map(({ name, entries, files, bytes: size }) => html`<li><p><b>${name}</b>${mark("local", { count: entries + files })}</p>
      <p class="figures">${t("leaving.counts", { entries, files, size: bytes(size) })}</p></li>`)}</ul>
    <p>${t("leaving.ways")}</p><p class="quiet">${t(`sync.${sync?.phase ?? "idle"}`)}</p>
    ${writeForm({ id: "leaving-sync", action: "/field/sync", act: "" }, submit(t("sync.now"), { symbol: "refresh" }))}
    ${linkButton(`/field/visits/${visit.id}/handover`, t("handover.title"), { symbol: "send" })}
    ${linkButton("/field/rescue", t("parcel.rescue"), { symbol: "device-floppy" })}</section>`;
}

function go(visit, { people }, draft) {
  const act = `left:${visit.state.departments[visit.department]?.steps.left.length ?? 0}:${people.length ? "behind" : "clean"}`;
  const action = `/field/visits/${visit.id}/leaving`;
  if (!people.length) return html`<section id="go" class="card">${writeForm({ id: "leaving", action, act }, submit(t("leaving.save"), { symbol: "door-exit" }))}</section>`;
  return html`<section id="go" class="card"><h2>${icon("door-exit")}${t("leaving.anyway-title")}</h2><p>${t("leaving.anyway-text")}</p>
    ${writeForm({ id: "leaving", action, act, draft: "leaving" }, html`<div class="phrases">${LEFT_BEHIND.map((text) => html`<button class="phrase" type="button" data-do="phrase" data-into="leaving-reason" data-text="${text}">${text}</button>`)}</div>
      ${areaField({ id: "leaving-reason", name: "reason", label: t("leaving.reason"), value: draft.reason ?? "", maxlength: 500 })}${submit(t("leaving.anyway"), { look: "plain", symbol: "door-exit" })}`)}</section>`;
}
