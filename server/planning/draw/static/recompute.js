// The button of a draw's public page: a worker recomputes the transcript, and each part turns green or red.

const box = document.querySelector('[data-recompute]');
const button = box.querySelector('button');
const show = (element, shown) => { element.hidden = !shown; };
button.hidden = false;

button.addEventListener('click', () => {
  button.disabled = true;
  verdict(null);
  for (const part of box.querySelectorAll('[data-part]')) mark(part, 'wait');
  show(box.querySelector('[data-parts]'), true);
  show(box.querySelector('[data-progress]'), true);
  const worker = new Worker(box.dataset.worker, { type: 'module' });
  worker.addEventListener('message', ({ data }) => heard(worker, data));
  worker.addEventListener('error', () => heard(worker, { unread: true }));
  worker.postMessage(new URL(box.dataset.recompute, location).href);
});

function heard(worker, { part, count, right, wrong, unread }) {
  if (part) return mark(box.querySelector(`[data-part="${part}"]`), 'right');
  if (count) {
    box.querySelector('[data-count]').textContent = count;
    return;
  }
  worker.terminate();
  show(box.querySelector('[data-progress]'), false);
  button.disabled = false;
  if (right) return verdict('right');
  if (unread) return verdict('unread');
  const named = box.querySelector(`[data-part="${wrong.match(/^\w*/)[0].replace('secret', 'secrets')}"]`);
  const differing = named ?? box.querySelector('[data-part] [data-is="wait"]:not([hidden])')?.parentElement;
  mark(differing, 'wrong');
  box.querySelector('[data-why]').textContent = differing?.dataset.named ?? wrong;
  verdict('wrong');
}

function mark(part, state) {
  for (const one of part?.querySelectorAll('[data-is]') ?? []) show(one, one.dataset.is === state);
}

function verdict(state) {
  for (const one of box.querySelectorAll('[data-verdict]')) show(one, one.dataset.verdict === state);
}
