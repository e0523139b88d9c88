/**
 * The answering form of one item. Nothing is chosen beforehand; 不合格 asks for words and
 * 不适用 for a reason before they are written down (`draft.staged` is a choice still without its words).
 */
import { t } from "../i18n/index.js";
import { judgeNumber } from "../journal/rules.js";
import { areaField, badge, icon, submit, writeForm } from "./components.js";
import { reading, typedReading } from "./format.js";
import { html } from "./html.js";
import { NOT_APPLICABLE } from "./record-words.js";

export function answerForm(visit, item, found, draft) {
  const head = found.heads[0] ?? null;
  const key = `item-${item.id}`;
  const act = `answer:${item.id}:${found.heads.map((one) => one.hash).join(",")}`;
  const action = `/field/visits/${visit.id}/items/${item.id}/answers`;
  return writeForm({ id: `answer-${item.id}`, action, draft: key, act, look: "answer" }, html`
    ${ASKS[item.answer.type](item, head, draft)}${words(item, head, draft)}`);
}

const ASKS = { verdict: verdictButtons, number: numberField, choice: optionButtons, text: textAnswer };

/** What is being said now: a choice still without its words, or what stands. */
function current(head, draft) {
  return draft.staged ?? head?.verdict ?? null;
}

function verdictButtons(item, head, draft) {
  return html`<div class="verdicts" role="group" aria-label="${t("item.answer")}">${["pass", "fail", "na"].map((verdict) => verdictButton(verdict, current(head, draft)))}</div>`;
}

const ICONS = { pass: "circle-check", fail: "circle-x", na: "circle-minus", pending: "hourglass" };

function verdictButton(verdict, chosen, value = verdict, label = t(`verdict.${verdict}`), pressed = chosen === verdict) {
  return html`<button class="verdict verdict--${verdict}" type="submit" name="say" value="${value}" aria-pressed="${String(Boolean(pressed))}">${icon(ICONS[verdict])}<span>${label}</span></button>`;
}

function optionButtons(item, head, draft) {
  const chosen = draft.staged ? draft.option : head?.value;
  return html`<div class="verdicts verdicts--stacked" role="group" aria-label="${t("item.answer")}">${item.answer.options.map((option) =>
    verdictButton(option.result, null, `option:${option.value}`, option.label, option.value === chosen))}
    ${verdictButton("na", current(head, draft))}</div>`;
}

function textAnswer(item, head, draft) {
  return html`${areaField({ id: `value-${item.id}`, name: "value", label: t("item.found"), value: draft.value ?? head?.value ?? "", maxlength: item.answer.max_length ?? 500 })}
    ${verdictButtons(item, head, draft)}`;
}

/** A reading judges itself against its limits; another judgement needs its reason. */
function numberField(item, head, draft) {
  const { unit, decimals, limit_text: limits, allow_na: mayNotApply } = item.answer;
  const typed = draft.value ?? (head?.value === null || head?.value === undefined ? "" : reading(head.value, decimals));
  const value = typedReading(typed, decimals);
  const judged = value === null ? null : judgeNumber(item.answer, value);
  const mayBeNegative = item.answer.min !== null && item.answer.min < 0; // an iPhone's keys for decimals have no minus
  const limitless = judgeNumber(item.answer, 0) === null;
  return html`<div class="field"><label for="value-${item.id}">${t("item.reading")}</label>
      <span class="measure"><input id="value-${item.id}" name="value" value="${typed}" inputmode="decimal" autocomplete="off" maxlength="16" data-live>${mayBeNegative && html`<button class="button button--plain" type="button" data-do="negate" data-into="value-${item.id}" aria-label="${t("item.negate")}">±</button>`}<span>${unit === "无量纲" ? "" : unit}</span></span>
      <p class="hint">${t("item.limits", { limits })}${decimals > 0 ? t("item.decimals", { count: decimals }) : ""}</p>
      <p class="judged" id="judged-${item.id}" aria-live="polite">${typed && (judged ? html`${t("item.judged")}${badge(judged)}` : value === null ? t("item.no-number") : "")}</p></div>
    <div class="verdicts" role="group" aria-label="${t("item.answer")}">
      ${limitless ? ["pass", "fail"].map((verdict) => verdictButton(verdict, current(head, draft), `limitless:${verdict}`))
        : html`<button class="verdict verdict--number" type="submit" name="say" value="number">${icon("device-floppy")}<span>${t("item.save-reading")}</span></button>`}
      ${mayNotApply !== false && verdictButton("na", current(head, draft))}</div>
    ${judged && html`<details class="fold"><summary>${t("item.override")}</summary>
      ${areaField({ id: `override-${item.id}`, name: "override", label: t("item.override-reason"), value: draft.override ?? "", maxlength: 500 })}
      <div class="verdicts">${verdictButton("pass", null, "override:pass", t("item.override-pass"), false)}${verdictButton("fail", null, "override:fail", t("item.override-fail"), false)}</div></details>`}`;
}

/** The words that go with what is being said: the reason of 不适用, else the remark with its phrases. */
function words(item, head, draft) {
  const saying = current(head, draft);
  if (saying === "na") return naReason(item, head, draft);
  if (saying === null) return "";
  const fail = saying === "fail";
  const label = fail ? t("item.problem") : t("item.remark");
  return wordsOf(head, draft, html`${areaField({ id: `remark-${item.id}`, name: "remark", label, value: draft.remark ?? head?.remark ?? "", hint: fail ? t("item.problem-hint") : "" })}
    ${fail && phrases(item.phrases ?? [], `remark-${item.id}`)}${save(head, draft, saying)}`);
}

/** Words still to be said stand open; words already said fold away behind a line. */
function wordsOf(head, draft, content) {
  if (draft.staged || !head) return html`<div class="words">${content}</div>`;
  const typed = draft.remark !== undefined || draft.reason !== undefined;
  return html`<details class="fold words"${typed ? html` open` : ""}><summary>${t("item.change-words")}</summary>${content}</details>`;
}

function naReason(item, head, draft) {
  return wordsOf(head, draft, html`${areaField({ id: `reason-${item.id}`, name: "reason", label: t("item.na-reason"), value: draft.reason ?? head?.reason ?? "", maxlength: 500 })}
    ${phrases(NOT_APPLICABLE, `reason-${item.id}`)}${save(head, draft, "na")}`);
}

function phrases(list, target) {
  if (!list.length) return "";
  return html`<details class="fold phrases"><summary>${icon("message-2")}${t("item.phrases")}</summary>${list.map(
    (phrase) => html`<button class="phrase" type="button" data-do="phrase" data-into="${target}" data-text="${phrase}">${phrase}</button>`,
  )}</details>`;
}

/** One saving button: for a choice still unsaid, or for words changed since. */
function save(head, draft, saying) {
  if (draft.staged) {
    return html`<input type="hidden" name="staged" value="${draft.staged}">
      <p class="unsaved">${icon("alert-triangle")}${t("item.unsaved")}</p>
      ${submit(t("item.save-as", { verdict: t(`verdict.${saying}`) }), { look: `verdict button--${saying}`, symbol: "device-floppy", name: "say", value: "staged" })}`;
  }
  return submit(t("item.save-words"), { look: "plain", symbol: "device-floppy", name: "say", value: "again" });
}
