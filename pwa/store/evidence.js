// Photos and videos, byte for byte, sealed in chunks of 1 MiB as ArrayBuffers (Blobs in IndexedDB fail on some Safari).
// It must not know the journal: evidence is committed here before any entry names it.

import v7 from "../vendor/uuid/v7.js";
import { hasher } from "../journal/hash.js";
import { StoreError } from "./errors.js";

const CHUNK = 1024 * 1024;
const ORPHAN_AGE_MS = 24 * 3600 * 1000;

export class Evidence {
  #db;
  #vault;

  constructor(db, vault) {
    this.#db = db;
    this.#vault = vault;
  }

  /**
   * Keep a file and prove it: write sealed chunks, read them back by primary key, compare the hashes, then commit the
   * record that makes them evidence. Never more than one chunk in memory. Repeating it for the same bytes is harmless.
   * Bytes from another phone come with the name they must have (`sha256`).
   */
  async put(visit, source, { type, name = null, capture = null, sha256 = null }) {
    const blob = v7();
    try {
      const written = await this.#writeChunks(blob, source);
      if (sha256 && written.sha256 !== sha256) throw new StoreError("evidence-damaged");
      await this.#prove(blob, written);
      await this.#commit({ visit, blob, ...written }, { type, name, capture });
      return { sha256: written.sha256, bytes: written.bytes };
    } catch (error) {
      await this.#dropUnnamed(visit, blob).catch(() => {});
      throw error;
    }
  }

  async #writeChunks(blob, source) {
    const sum = hasher();
    let bytes = 0;
    let chunks = 0;
    for await (const piece of pieces(source)) {
      sum.update(piece);
      const sealed = await this.#vault.seal(place(blob, chunks), piece);
      await this.#db.write(["chunks"], (tx) => tx.objectStore("chunks").put(sealed, [blob, chunks]));
      bytes += piece.byteLength;
      chunks += 1;
    }
    if (bytes === 0) throw new StoreError("file-empty");
    return { sha256: sum.hex(), bytes, chunks };
  }

  async #prove(blob, { sha256, chunks }) {
    const sum = hasher();
    for (let n = 0; n < chunks; n += 1) sum.update(await this.#chunk(blob, n));
    if (sum.hex() !== sha256) throw new StoreError("evidence-damaged");
  }

  async #commit(record, about) {
    const key = [record.visit, record.sha256];
    const sealed = await this.#vault.sealValue(`evidence/${key}`, about);
    const addedAt = Date.now();
    const isNew = await this.#db.write(["evidence"], async (tx) => {
      const evidence = tx.objectStore("evidence");
      const there = await evidence.get(key);
      if (there && !there.released) return false;
      const unsent = { released: false, grade: "local", sent: 0, upload: null, refused: null }; // what was released and comes back is offered to the server again
      await evidence.put({ addedAt, sealed, ...there, ...record, ...unsent });
      return true;
    });
    if (!isNew) await this.#dropUnnamed(record.visit, record.blob);
  }

  /** What is here of a visit, oldest first. */
  async list(visit) {
    const records = await this.#db.read(["evidence"], (tx) => tx.objectStore("evidence").getAll(ofVisit(visit)));
    const described = await Promise.all(records.map((record) => this.#described(record)));
    return described.sort((a, b) => a.addedAt - b.addedAt);
  }

  /** The visits that have evidence here. */
  async visits() {
    const keys = await this.#db.read(["evidence"], (tx) => tx.objectStore("evidence").getAllKeys());
    return [...new Set(keys.map(([visit]) => visit))];
  }

  async #described({ visit, sha256, bytes, addedAt, grade, sent, upload, refused, released = false, sealed }) {
    const about = await this.#vault.openValue(`evidence/${visit},${sha256}`, sealed);
    return { sha256, bytes, addedAt, grade, sent, upload, refused, released, ...about };
  }

  /** Change what is known of the upload of one piece: any of `{grade, sent, upload, refused}`. */
  async note(visit, sha256, changes) {
    await this.#db.write(["evidence"], async (tx) => {
      const evidence = tx.objectStore("evidence");
      const record = await evidence.get([visit, sha256]);
      if (record) await evidence.put({ ...record, ...changes });
    });
  }

  /**
   * Give back the room of one piece whose last receipt is one of `grades`, looked at in the transaction that does it. What is
   * known of it stays. Returns the bytes given back.
   */
  release(visit, sha256, grades) {
    return this.#db.write(["evidence", "chunks"], async (tx) => {
      const evidence = tx.objectStore("evidence");
      const record = await evidence.get([visit, sha256]);
      if (!record || record.released || !grades.includes(record.grade)) return 0;
      await evidence.put({ ...record, released: true });
      await tx.objectStore("chunks").delete(chunksOf(record.blob));
      return record.bytes;
    });
  }

  /** The whole file as a Blob, built chunk by chunk so that the browser may keep it on disk; null if it is not here. */
  async blob(visit, sha256) {
    const source = await this.source(visit, sha256);
    if (!source) return null;
    const parts = [];
    for (let start = 0; start < source.size; start += CHUNK) {
      parts.push(new Blob([await source.slice(start, Math.min(start + CHUNK, source.size))]));
    }
    return new Blob(parts, { type: source.type });
  }

  /** Random access for uploads: `{size, type, slice(start, end) -> Uint8Array}`, or null if it is not here. */
  async source(visit, sha256) {
    const record = await this.#db.read(["evidence"], (tx) => tx.objectStore("evidence").get([visit, sha256]));
    if (!record || record.released) return null;
    const { type } = await this.#described(record);
    return { size: record.bytes, type, slice: (start, end) => this.#slice(record, start, Math.min(end, record.bytes)) };
  }

  async #slice({ blob }, start, end) {
    const bytes = new Uint8Array(end - start);
    for (let n = Math.floor(start / CHUNK); n * CHUNK < end; n += 1) {
      const from = n * CHUNK;
      const chunk = await this.#chunk(blob, n);
      const wanted = chunk.subarray(Math.max(start - from, 0), Math.min(end - from, chunk.length));
      bytes.set(wanted, Math.max(from - start, 0));
    }
    return bytes;
  }

  async #chunk(blob, n) {
    const sealed = await this.#db.read(["chunks"], (tx) => tx.objectStore("chunks").get([blob, n]));
    if (!sealed) throw new StoreError("evidence-damaged");
    return this.#vault.open(place(blob, n), sealed);
  }

  async #dropChunks(blob) {
    await this.#db.write(["chunks"], (tx) => tx.objectStore("chunks").delete(chunksOf(blob)));
  }

  /** Drop the chunks unless a record names them: of a commit that happened, the page may have heard that it failed. */
  async #dropUnnamed(visit, blob) {
    await this.#db.write(["chunks", "evidence"], async (tx) => {
      const records = await tx.objectStore("evidence").getAll(ofVisit(visit));
      if (!records.some((record) => record.blob === blob)) await tx.objectStore("chunks").delete(chunksOf(blob));
    });
  }

  /** Give back the space of writes that a killed page left half done a day ago: nobody was ever told they were saved. */
  async sweep(now = Date.now()) {
    const [keys, records] = await this.#db.read(["chunks", "evidence"], (tx) => Promise.all([
      tx.objectStore("chunks").getAllKeys(), tx.objectStore("evidence").getAll(),
    ]));
    const kept = new Set(records.map(({ blob }) => blob));
    const orphans = new Set(keys.map(([blob]) => blob).filter((blob) => !kept.has(blob) && madeAt(blob) < now - ORPHAN_AGE_MS));
    for (const blob of orphans) await this.#dropChunks(blob);
  }
}

const place = (blob, n) => `chunks/${blob}/${n}`;
const chunksOf = (blob) => IDBKeyRange.bound([blob], [blob, []]);
const ofVisit = (visit) => IDBKeyRange.bound([visit], [visit, []]);
const madeAt = (uuid7) => Number.parseInt(uuid7.replaceAll("-", "").slice(0, 12), 16);

/** A file in pieces of 1 MiB, whatever it comes as: whole, or in pieces of any size. */
async function* pieces(source) {
  if (Symbol.asyncIterator in source) return yield* evenly(source);
  const blob = source instanceof Blob ? source : new Blob([source]);
  for (let start = 0; start < blob.size; start += CHUNK) {
    yield new Uint8Array(await read(blob.slice(start, start + CHUNK)));
  }
}

async function* evenly(source) {
  let chunk = new Uint8Array(CHUNK);
  let filled = 0;
  for await (let bytes of source) {
    while (bytes.length > 0) {
      const fitting = bytes.subarray(0, CHUNK - filled);
      chunk.set(fitting, filled);
      filled += fitting.length;
      bytes = bytes.subarray(fitting.length);
      if (filled < CHUNK) continue;
      yield chunk;
      chunk = new Uint8Array(CHUNK);
      filled = 0;
    }
  }
  if (filled > 0) yield chunk.subarray(0, filled);
}

async function read(blob) {
  try {
    return await blob.arrayBuffer();
  } catch (error) {
    throw new StoreError("file-unreadable", error);
  }
}
