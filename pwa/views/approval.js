/** Whether the head of a department approved that it takes part (行政检查审批): said on arrival, and no bar. */
import { t } from "../i18n/index.js";
import { icon, needs } from "./components.js";
import { moment } from "./format.js";
import { html } from "./html.js";

/** What is to be said of a department's approval: none where it was given, or where nobody asks for any. */
export function approvalStanding(approvals, code, now) {
  if (!approvals) return null;
  const one = approvals.find(({ department }) => department === code);
  if (one?.state === "approved") return null;
  if (one?.state === "refused") return "refused";
  if (!one?.urgent) return "missing";
  return now > Date.parse(one.due_at) ? "overdue" : "urgent";
}

export function approvalNote({ bundle, sealed }, code) {
  const { approvals } = bundle.visit;
  const standing = sealed ? null : approvalStanding(approvals, code, Date.now());
  return html`<section id="approval">${standing && said(standing, approvals.find(({ department }) => department === code))}</section>`;
}

function said(standing, one) {
  if (standing === "urgent") return needs(t("approval.urgent", { due: moment(one.due_at) }));
  const text = standing === "overdue" ? t("approval.overdue", { due: moment(one.due_at) }) : t(`approval.${standing}`);
  return html`<p class="needs needs--red">${icon("alert-triangle")}<span>${text}</span></p>`;
}
