// A file that travels without a network: a head anybody may read, then sealed frames in their order, the last of which
// says so. What was cut, altered, left out or put elsewhere does not open. It must not know what the frames hold.
//
// "LIANCHA1" ‖ u32 length ‖ head (JSON) ‖ frames of "LCF1" ‖ u32 number ‖ u32 length ‖ iv (12) ‖ AES-256-GCM of
// (u32 length ‖ record (JSON) ‖ bytes), sealed to the SHA-256 of the head and the frame's number. Numbers are big-endian.

import { sha256Hex } from "../journal/hash.js";
import { StoreError } from "./errors.js";

const MAGIC = new TextEncoder().encode("LIANCHA1");
const MARKER = new TextEncoder().encode("LCF1");
const IV_BYTES = 12;
const FRAME_HEAD = MARKER.length + 8;
const LONGEST_HEAD = 64 * 1024;
const LONGEST_FRAME = 8 * 1024 * 1024;
const NOTHING = new Uint8Array(0);
const utf8 = new TextEncoder();

/** A file being made. Each frame becomes a Blob of its own, so that the browser may keep it on disk. */
export class ParcelWriter {
  #key;
  #digest;
  #parts;
  #count = 0;

  constructor(head, key) {
    const bytes = utf8.encode(JSON.stringify(head));
    this.#key = key;
    this.#digest = sha256Hex(bytes);
    this.#parts = [new Blob([MAGIC, u32(bytes.length), bytes])];
  }

  /** Add one record (JSON), with bytes where it has some. */
  async add(record, bytes = NOTHING) {
    const text = utf8.encode(JSON.stringify(record));
    const plain = await new Blob([u32(text.length), text, bytes]).arrayBuffer();
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const secret = await crypto.subtle.encrypt(how(iv, this.#digest, this.#count), this.#key, plain);
    this.#parts.push(new Blob([MARKER, u32(this.#count), u32(IV_BYTES + secret.byteLength), iv, secret]));
    this.#count += 1;
  }

  /** The whole, closed by its last frame. */
  async end() {
    await this.add({ end: true });
    return new Blob(this.#parts);
  }
}

/** `{head, digest, start}` of a file, or StoreError("parcel-foreign") where it is none of this `kind`. */
export async function openParcel(file, kind) {
  const opening = await bytesOf(file, 0, MAGIC.length + 4);
  if (opening.length < MAGIC.length + 4 || !MAGIC.every((byte, n) => opening[n] === byte)) throw new StoreError("parcel-foreign");
  const length = number(opening, MAGIC.length);
  if (length > LONGEST_HEAD) throw new StoreError("parcel-foreign");
  const bytes = await bytesOf(file, opening.length, length);
  const head = parsed(bytes);
  if (head?.kind !== kind) throw new StoreError("parcel-foreign");
  return { head, digest: sha256Hex(bytes), start: opening.length + length };
}

/** `{record, bytes, at}` of every frame but the last; StoreError("parcel-damaged") where the file is not whole and as it was made. */
export async function* frames(file, { digest, start }, key) {
  let at = start;
  for (let count = 0; ; count += 1) {
    const { plain, next } = await frame(file, at, count, digest, key);
    const length = number(plain, 0);
    const record = parsed(plain.subarray(4, 4 + length));
    if (record?.end === true && next === file.size) return;
    if (record === null || record.end) throw new StoreError("parcel-damaged");
    yield { record, bytes: plain.subarray(4 + length), at: next };
    at = next;
  }
}

async function frame(file, at, count, digest, key) {
  const head = await bytesOf(file, at, FRAME_HEAD);
  const isNext = head.length === FRAME_HEAD && MARKER.every((byte, n) => head[n] === byte) && number(head, MARKER.length) === count;
  const length = isNext ? number(head, MARKER.length + 4) : 0;
  if (length <= IV_BYTES || length > LONGEST_FRAME) throw new StoreError("parcel-damaged");
  const sealed = await bytesOf(file, at + FRAME_HEAD, length);
  try {
    const plain = await crypto.subtle.decrypt(how(sealed.subarray(0, IV_BYTES), digest, count), key, sealed.subarray(IV_BYTES));
    return { plain: new Uint8Array(plain), next: at + FRAME_HEAD + length };
  } catch (error) {
    throw new StoreError("parcel-damaged", error);
  }
}

async function bytesOf(file, start, length) {
  try {
    return new Uint8Array(await file.slice(start, start + length).arrayBuffer());
  } catch (error) {
    throw new StoreError("file-unreadable", error);
  }
}

function parsed(bytes) {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
}

function how(iv, digest, count) {
  return { name: "AES-GCM", iv, additionalData: utf8.encode(`${digest}/${count}`) };
}

function u32(value) {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function number(bytes, at) {
  return bytes.length < at + 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
}
