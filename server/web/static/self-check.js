// The self-check on the enterprise's own phone: keeps the answers there, and nowhere else, so that a reload loses none.

const form = document.querySelector("[data-self-check]");
const clear = document.querySelector('[data-do="clear"]');
const print = document.querySelector('[data-do="print"]');

if (form) begin();
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}

function begin() {
  const filled = "filled" in form.dataset; // answers that came with the page are newer than those kept
  const before = filled ? null : kept();
  if (before) {
    fill(before.answers);
    say("changed", before.hash !== form.dataset.hash);
  }
  form.addEventListener("input", keep);
  clear.addEventListener("click", () => {
    if (!confirm(clear.dataset.asks)) return;
    fill({});
    keep();
    window.scrollTo(0, 0);
  });
  clear.hidden = false;
  // A reload then asks for the form anew: sent once more, it would bring back what has been changed since.
  if (keep() && filled) history.replaceState(null, "", location.href);
}

function key() {
  return `self-check:${form.dataset.selfCheck}`;
}

/** What was answered on this phone, and to which version of the list; null if nothing was. */
function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(key()));
    return found?.answers ? found : null;
  } catch {
    return null; // storage is refused, or holds something else
  }
}

/** Keeps what stands in the form, and says whether it could. */
function keep() {
  count();
  const given = [...new FormData(form)].filter(([name, value]) => name !== "hash" && value);
  const { hash } = form.dataset;
  try {
    if (given.length) localStorage.setItem(key(), JSON.stringify({ hash, answers: Object.fromEntries(given) }));
    else localStorage.removeItem(key());
    say("kept", given.length > 0);
    return true;
  } catch {
    say("kept", false);
    say("unkept", true); // storage is refused or full
    return false;
  }
}

function fill(answers) {
  for (const field of form.elements) {
    if (field.type === "radio" || field.type === "checkbox") field.checked = answers[field.name] === field.value;
    else if (field.type === "text") field.value = answers[field.name] ?? "";
  }
}

function count() {
  const items = [...form.querySelectorAll("fieldset")];
  const done = items.filter((item) => item.querySelector(":checked") || isMeasured(item));
  const progress = say("progress", true);
  progress.textContent = progress.dataset.words.replace("{done}", done.length);
}

/** A reading answers an item alone where its limits judge it; else something is to be chosen. */
function isMeasured(item) {
  return !item.querySelector("[type=radio]") && item.querySelector("[type=text]").value.trim() !== "";
}

function say(what, shown) {
  const line = document.querySelector(`[data-says="${what}"]`);
  line.hidden = !shown;
  return line;
}
