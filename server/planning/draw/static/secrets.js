// A party's secret in the ceremony: made here, kept here, shown to be written down, and opened from here.

import { commitment, unhex } from './verify.js';

const hex = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, '0')).join('');
const kept = (form) => `liancha-draw:${form.dataset.key}`;

for (const form of document.querySelectorAll('form[data-commit]')) {
  const secret = localStorage.getItem(kept(form)) ?? hex(crypto.getRandomValues(new Uint8Array(32)));
  localStorage.setItem(kept(form), secret);
  form.elements.commitment.value = commitment(form.dataset.party, unhex(secret));
  form.querySelector('[data-secret]').textContent = secret.match(/.{4}/g).join(' ');
}

for (const form of document.querySelectorAll('form[data-open]')) {
  const field = form.elements.secret;
  if (!field.value) field.value = localStorage.getItem(kept(form)) ?? '';
}
