/**
 * What this tab has open: the store of one account, or a gate page that stands before everything.
 * The one mutable thing of local/; pages and handlers get the store from here through `inside`.
 */
import { isExercise } from "./visits.js";

let store = null;
let gate = null;

export const app = {
  /** Something runs that a curtain or a new version must not cut off: a recording. */
  busy: false,

  get store() {
    return store;
  },

  /** An account is open: its pages are served. */
  open(opened) {
    store = opened;
    gate = null;
  },

  /** Every page is this one until an account is open. `page()` makes it anew for each request. */
  shut(page) {
    gate = page;
  },
};

/** A handler that needs an open account; before one is, the gate answers. */
export function inside(handler) {
  return async (request) => (gate ? gate() : marked(await handler({ ...request, store }), request.params.visit));
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
