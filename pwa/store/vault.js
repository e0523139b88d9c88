// Encryption at rest: one random data key per database, wrapped by a key of this device, that again sealed by the
// person's PIN; and once by the organisation's key, so that a forgotten PIN destroys nothing.
// It must not know what is sealed. Never call it inside an IndexedDB transaction: WebCrypto lets those expire.

import { StoreError } from "./errors.js";

const IV_BYTES = 12;
const SALT_BYTES = 16;
const PIN_ROUNDS = 310_000; // a fifth of a second on a phone; new records may use more, each says its own number
const AES = { name: "AES-GCM", length: 256 };
const RSA = { name: "RSA-OAEP", hash: "SHA-256" };
const utf8 = new TextEncoder();

/** The key of this device: it wraps data keys and never leaves the browser. */
export function makeDeviceKey() {
  return crypto.subtle.generateKey(AES, false, ["wrapKey", "unwrapKey"]);
}

/** A new data key, wrapped by the device key: `{iv, key}`. */
export async function makeDataKey(deviceKey) {
  const dataKey = await crypto.subtle.generateKey(AES, true, ["encrypt", "decrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  return { iv, key: await crypto.subtle.wrapKey("raw", dataKey, deviceKey, { name: AES.name, iv }) };
}

/** A data key wrapped by the device key, sealed once more by a PIN: `{salt, rounds, iv, sealed}`. */
export async function sealByPin(wrapped, pin) {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  return { salt, rounds: PIN_ROUNDS, ...await sealWrapped(wrapped, await pinKey(pin, salt, PIN_ROUNDS)) };
}

/** The wrapped data key, or StoreError('pin-wrong'). */
export async function openByPin(record, pin) {
  const wrapped = await openWrapped(record, await pinKey(pin, record.salt, record.rounds));
  if (!wrapped) throw new StoreError("pin-wrong");
  return wrapped;
}

/** Seal a wrapped data key by any AES key: `{iv, sealed}`. */
export async function sealWrapped(wrapped, key) {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const plain = new Uint8Array([...wrapped.iv, ...new Uint8Array(wrapped.key)]);
  return { iv, sealed: await crypto.subtle.encrypt({ name: AES.name, iv }, key, plain) };
}

/** What `sealWrapped` sealed, or null where the key is another one. */
export async function openWrapped({ iv, sealed }, key) {
  try {
    const plain = await crypto.subtle.decrypt({ name: AES.name, iv }, key, sealed);
    return { iv: new Uint8Array(plain.slice(0, IV_BYTES)), key: plain.slice(IV_BYTES) };
  } catch {
    return null;
  }
}

async function pinKey(pin, salt, iterations) {
  const secret = await crypto.subtle.importKey("raw", utf8.encode(pin), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, secret, AES, false, ["encrypt", "decrypt"]);
}

/** Under which name a database keeps its data key wrapped to the organisation's key of this modulus. */
export const rescueName = (n) => `rescue2:${n}`;

/** The same of the time before labels: only the office opens these, from a rescue file. */
export const formerRescueName = (n) => `rescue:${n}`;

/** The modulus in a name of either time; null for what else lies there. */
export const modulusIn = (name) => /^rescue2?:(.+)$/.exec(name)?.[1] ?? null;

/** The same data key wrapped to the organisation's public key, so that a forgotten secret destroys nothing; for this person only. */
export async function wrapForRescue(wrapped, deviceKey, n, person) {
  return wrapForOrganisation(await unwrap(wrapped, deviceKey, true), n, `data-key:${person}`);
}

/** A key wrapped to the organisation's public key; it opens only as what the label says it is. */
export async function wrapForOrganisation(key, n, label) {
  const organisation = await crypto.subtle.importKey("jwk", { kty: "RSA", n, e: "AQAB" }, RSA, false, ["wrapKey"]);
  return crypto.subtle.wrapKey("raw", key, organisation, { name: RSA.name, label: utf8.encode(label) });
}

/** Keys for one answer of the organisation, when it opens a data key again: the public one as a JWK. */
export async function makeAnswerKeys() {
  const pair = await crypto.subtle.generateKey({ ...RSA, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }, false, ["wrapKey", "unwrapKey"]);
  const { kty, n, e } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  return { publicKey: { kty, n, e }, privateKey: pair.privateKey };
}

/** A data key that came back in such an answer, wrapped by the device key: `{iv, key}`. */
export async function wrapAgain(answer, privateKey, deviceKey) {
  const dataKey = await crypto.subtle.unwrapKey("raw", answer, privateKey, { name: RSA.name }, AES, true, ["encrypt", "decrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  return { iv, key: await crypto.subtle.wrapKey("raw", dataKey, deviceKey, { name: AES.name, iv }) };
}

/** Open the vault of a database with the key of this device. */
export async function openVault(wrapped, deviceKey) {
  return new Vault(await unwrap(wrapped, deviceKey, false));
}

function unwrap(wrapped, deviceKey, extractable) {
  return crypto.subtle.unwrapKey(
    "raw", wrapped.key, deviceKey, { name: AES.name, iv: wrapped.iv }, AES, extractable, ["encrypt", "decrypt"],
  );
}

/** Seals bytes and values to a place (`store/key`), so that a record moved elsewhere no longer opens. */
class Vault {
  #key;

  constructor(key) {
    this.#key = key;
  }

  /** ArrayBuffer of iv ‖ ciphertext. */
  async seal(place, bytes) {
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const secret = await crypto.subtle.encrypt(this.#how(place, iv), this.#key, bytes);
    const sealed = new Uint8Array(IV_BYTES + secret.byteLength);
    sealed.set(iv);
    sealed.set(new Uint8Array(secret), IV_BYTES);
    return sealed.buffer;
  }

  /** The bytes, or StoreError('storage-broken') when they are not what was sealed there. */
  async open(place, sealed) {
    const iv = new Uint8Array(sealed, 0, IV_BYTES);
    try {
      return new Uint8Array(await crypto.subtle.decrypt(this.#how(place, iv), this.#key, new Uint8Array(sealed, IV_BYTES)));
    } catch (error) {
      throw new StoreError("storage-broken", error);
    }
  }

  sealValue(place, value) {
    return this.seal(place, utf8.encode(JSON.stringify(value)));
  }

  async openValue(place, sealed) {
    return JSON.parse(new TextDecoder().decode(await this.open(place, sealed)));
  }

  #how(place, iv) {
    return { name: AES.name, iv, additionalData: utf8.encode(place) };
  }
}
