// What changed, told to every listener in every tab of this app.
// It must not know what the news mean.

const CHANNEL = "liancha";
const listeners = new Map();
const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(CHANNEL) : null;

function deliver(type, detail) {
  for (const listener of listeners.get(type) ?? []) listener(detail);
}

channel?.addEventListener("message", ({ data }) => deliver(data.type, data.detail));

export const bus = {
  /** Call `listener(detail)` on each news of that type; returns a function that stops it. */
  on(type, listener) {
    if (!listeners.has(type)) listeners.set(type, new Set());
    listeners.get(type).add(listener);
    return () => listeners.get(type).delete(listener);
  },

  /** Tell this tab at once, with what only it is told (`here`), and the other tabs as soon as they run. */
  emit(type, detail = null, here = {}) {
    deliver(type, { ...detail, ...here });
    channel?.postMessage({ type, detail });
  },

  /** Tell this tab only. */
  emitHere: deliver,
};
