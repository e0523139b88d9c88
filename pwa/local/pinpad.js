/** The keys of the PIN: they fill the form's fields one after the other; the last figure sends it. */
import { PIN_LENGTH } from "../store/pins.js";

/** What the keys do: name -> function of the button. */
export const PIN_DEEDS = {
  "pin-key": (button) => type(button.form, button.dataset.figure),
  "pin-erase": (button) => erase(button.form),
};

/** Typed figures count like keys; a refused PIN is emptied, so that the next try starts at once. */
export function watchPins(body) {
  body.addEventListener("input", ({ target }) => target.matches(".pin__figures") && typed(target));
  document.addEventListener("refused", ({ target }) => {
    for (const field of target.querySelectorAll?.(".pin__figures") ?? []) field.value = "";
  });
}

function type(form, figure) {
  const field = fieldsOf(form).find(({ value }) => value.length < PIN_LENGTH);
  if (!field) return;
  field.value += figure;
  goOn(form);
}

function erase(form) {
  const field = fieldsOf(form).findLast(({ value }) => value.length > 0);
  if (field) field.value = field.value.slice(0, -1);
}

function typed(field) {
  field.value = field.value.replace(/\D/g, "").slice(0, PIN_LENGTH);
  const next = fieldsOf(field.form).find(({ value }) => value.length < PIN_LENGTH);
  if (field.value.length === PIN_LENGTH && next) next.focus();
  goOn(field.form);
}

function goOn(form) {
  if (fieldsOf(form).every(({ value }) => value.length === PIN_LENGTH)) form.requestSubmit();
}

const fieldsOf = (form) => [...form.querySelectorAll(".pin__figures")];
