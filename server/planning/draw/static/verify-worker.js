// Recomputes a transcript beside the page, so that the page never stands still.

import { check } from './verify.js';

self.addEventListener('message', async ({ data: address }) => {
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`transcript ${answer.status}`);
    check(await answer.json(), (told) => self.postMessage(told));
    self.postMessage({ right: true });
  } catch (error) {
    self.postMessage({ wrong: error.message || String(error) });
  }
});
