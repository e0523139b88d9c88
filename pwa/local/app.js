/**
 * What this tab has open: the store of one account, or a gate page that stands before everything.
 * The one mutable thing of local/; pages and handlers get the store from here through `inside`.
 */
import { Refusal } from "./refusal.js";
import { isExercise } from "./visits.js";

let store = null;
let gate = null;
let captures = 0;

export const app = {
  /** A recording runs in this tab, or waits to be resumed. */
  recording: false,

  /** Something runs that a lock or a new version must not cut off: a recording, or a camera is open. */
  get busy() {
    return app.recording || captures > 0;
  },

  /** Be busy as long as `work()` takes: the phone's own camera may stay open for long. */
  async during(work) {
    captures += 1;
    try {
      return await work();
    } finally {
      captures -= 1;
    }
  },

  get store() {
    return store;
  },

  /** An account is open: its pages are served. */
  open(opened) {
    store = opened;
    gate = null;
    acts.clear();
  },

  /** Every page is this one until an account is open. `page()` makes it anew for each request. */
  shut(page) {
    store = null;
    gate = page;
  },
};

/** A handler that needs an open account; before one is, the gate answers, and nothing is written. */
export function inside(handler) {
  return async (request) => {
    if (!gate) return marked(await handler({ ...request, store }), request.params.visit);
    if (request.method !== "GET") throw new Refusal("locked");
    return gate();
  };
}

/** The pages of an exercise bear its mark; any other answer of a handler is left as it is. */
function marked(answer, visit) {
  return visit && isExercise(visit) && answer.body instanceof Function ? { ...answer, training: true } : answer;
}

/** Repeating an act that was done, or is being done, does nothing more: a double tap is harmless. */
const acts = new Map();

export function once(act, deed) {
  if (!act) return deed();
  if (!acts.has(act)) {
    acts.set(act, deed().catch((error) => {
      acts.delete(act);
      throw error;
    }));
  }
  return acts.get(act);
}
