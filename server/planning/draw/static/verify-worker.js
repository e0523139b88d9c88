// Recomputes a transcript beside the page, so that the page never stands still.

import { check } from './verify.js';

self.addEventListener('message', async ({ data: address }) => {
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) return self.postMessage({ unread: true });
  try {
    check(await answer.json(), (told) => self.postMessage(told));
    self.postMessage({ right: true });
  } catch (error) {
    self.postMessage({ wrong: error.message || String(error) });
  }
});
