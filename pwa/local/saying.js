/**
 * What a submitted answering form says: an answer to write down, or words that are still to come.
 * Pure: item, folded state, form and draft in, {answer} or {staged} out.
 */
import { judgeNumber } from "../journal/rules.js";
import { typedReading } from "../views/format.js";
import { Refusal } from "./refusal.js";

/** {answer} to write down, or {staged} words still to come. Throws a Refusal for what cannot be said. */
export function whatIsSaid(item, found, form, draft) {
  const text = (name) => (form.get(name) ?? "").trim();
  const say = form.get("say") ?? "";
  const meant = meaning(item, found, say, text, draft);
  const remark = text("remark") || (form.has("remark") ? "" : draft.remark ?? "");
  const insisting = say === "staged" || say === "again";
  if (meant.verdict === "na") {
    const reason = text("reason");
    if (reason) return { answer: { verdict: "na", value: null, remark: "", reason } };
    if (insisting) throw new Refusal("reason-needed", { field: "reason" });
    return { staged: { ...typedValues(form), staged: "na", option: null } };
  }
  if (meant.verdict === "fail" && !remark) {
    if (insisting) throw new Refusal("remark-needed", { field: "remark" });
    return { staged: { ...typedValues(form), staged: "fail", option: meant.value ?? null, ...(meant.override && { overriding: meant.override }) } };
  }
  return { answer: { ...meant, remark } };
}

function typedValues(form) {
  return Object.fromEntries([...form].filter(([name]) => ["value", "override", "remark"].includes(name)));
}

function meaning(item, found, say, text, draft) {
  if (say === "staged") return stagedMeaning(item, text, draft);
  if (say === "again") return again(item, found, text);
  if (say === "na") return { verdict: "na" };
  if (item.answer.type === "number") return numberMeaning(item, say, text);
  if (say.startsWith("option:")) return optionMeaning(item, say.slice("option:".length));
  if (item.answer.type === "text" && !text("value")) throw new Refusal("text-needed", { field: "value" });
  if (!["pass", "fail"].includes(say)) throw new Refusal("nothing-said");
  return { verdict: say, value: item.answer.type === "text" ? text("value") : null };
}

function stagedMeaning(item, text, draft) {
  const { staged } = draft;
  if (staged === "na" || !staged) return { verdict: "na" };
  if (item.answer.type === "choice") return optionMeaning(item, draft.option);
  if (item.answer.type === "number") return numberMeaning(item, stagedReading(item, draft), text);
  return { verdict: staged, value: item.answer.type === "text" ? text("value") : null };
}

function stagedReading(item, draft) {
  if (judgeNumber(item.answer, 0) === null) return "limitless:fail";
  return draft.overriding ? "override:fail" : "number";
}

/** The same verdict with other words; the reason of another judgement than the limits' stays with it. */
function again(item, found, text) {
  const [head] = found.heads;
  if (!head) throw new Refusal("nothing-said");
  const value = item.answer.type === "text" ? text("value") || head.value : head.value;
  return { verdict: head.verdict, value, ...(head.override && { override: head.override }) };
}

function optionMeaning(item, value) {
  const option = item.answer.options.find((one) => one.value === value);
  if (!option) throw new Refusal("nothing-said");
  return { verdict: option.result, value };
}

/** the limits decide; another judgement is kept with its reason. */
function numberMeaning(item, say, text) {
  const value = typedReading(text("value"), item.answer.decimals);
  if (value === null) throw new Refusal("number-needed", { field: "value", decimals: item.answer.decimals });
  if (say.startsWith("limitless:")) return { verdict: say.slice("limitless:".length), value };
  if (!say.startsWith("override:")) return { verdict: judgeNumber(item.answer, value), value };
  const override = text("override");
  if (!override) throw new Refusal("override-needed", { field: "override" });
  return { verdict: say.slice("override:".length), value, override };
}
