// One file of a recording: a MediaRecorder of its own, whose seconds are durable as they come.
// It must not know what came before it, nor what comes after.

const SLICE_MS = 500;
const SETTLE_MS = 4_000;

export class Segment {
  #store;
  #recorder;
  #take;
  #began = 0;
  #length = 0;
  #pieces = 0;
  #bytes = 0;
  #writing = Promise.resolve();
  #broken = null;
  #onTrouble;
  #stopped = null;

  /** Note the segment, then record it. `about`: `takes.js`; `onTrouble(error)`: it ended by itself, or a piece could not be kept. */
  static async begin(store, stream, options, about, onTrouble) {
    const recorder = new MediaRecorder(stream, options);
    const type = (recorder.mimeType || options.mimeType).split(";")[0];
    const take = { about: { ...about, type } };
    take.id = await store.takes.begin(take.about);
    const segment = new Segment(store, recorder, take, onTrouble);
    try {
      await segment.#start();
    } catch (error) {
      await store.takes.drop(take.id); // not a byte was recorded
      throw error;
    }
    return segment;
  }

  constructor(store, recorder, take, onTrouble) {
    this.#store = store;
    this.#recorder = recorder;
    this.#take = take;
    this.#onTrouble = onTrouble;
  }

  /** `{id, about}` as `takes.js` lists it. */
  get take() {
    return this.#take;
  }

  /** Bytes that are durable. */
  get bytes() {
    return this.#bytes;
  }

  /** Milliseconds since it began. */
  get age() {
    return this.#began ? performance.now() - this.#began : 0;
  }

  async #start() {
    const recorder = this.#recorder;
    recorder.addEventListener("dataavailable", ({ data }) => this.#receive(data));
    const started = new Promise((resolve, reject) => {
      recorder.addEventListener("start", resolve, { once: true });
      recorder.addEventListener("error", ({ error }) => reject(error ?? new Error("the recorder failed")), { once: true });
      setTimeout(resolve, SETTLE_MS); // some browsers never say so
    });
    recorder.start(SLICE_MS);
    this.#began = performance.now();
    await started;
    const ended = ({ error }) => !this.#stopped && this.#onTrouble(error ?? null);
    recorder.addEventListener("error", ended);
    recorder.addEventListener("stop", ended);
  }

  /** Pieces are kept in order; after one that could not be, none is: a file with a hole does not play. */
  #receive(data) {
    if (data.size === 0) return;
    const ms = Math.round(this.age);
    this.#writing = this.#writing.then(async () => {
      if (this.#broken) return;
      try {
        await this.#store.takes.keep(this.#take.id, this.#pieces, await data.arrayBuffer(), ms);
        this.#pieces += 1;
        this.#bytes += data.size;
        this.#length = ms;
      } catch (error) {
        this.#broken = error;
        this.#onTrouble(error);
      }
    });
  }

  /** End it. Resolves to its length in milliseconds when its last piece is durable, or could not be kept. */
  stop() {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop() {
    if (this.#recorder.state !== "inactive") {
      const ended = new Promise((resolve) => {
        this.#recorder.addEventListener("stop", resolve, { once: true });
        setTimeout(resolve, SETTLE_MS);
      });
      this.#recorder.stop();
      await ended;
    }
    await this.#writing;
    return this.#length;
  }
}
