// Encryption at rest: one random data key per database, wrapped by a key of this device and by the organisation's.
// It must not know what is sealed. Never call it inside an IndexedDB transaction: WebCrypto lets those expire.

import { StoreError } from "./errors.js";

const IV_BYTES = 12;
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

/** The same data key wrapped to the organisation's public key, so that a forgotten secret destroys nothing. */
export async function wrapForRescue(wrapped, deviceKey, rescueJwk) {
  const [dataKey, rescueKey] = await Promise.all([
    unwrap(wrapped, deviceKey, true),
    crypto.subtle.importKey("jwk", rescueJwk, RSA, false, ["wrapKey"]),
  ]);
  return crypto.subtle.wrapKey("raw", dataKey, rescueKey, { name: RSA.name });
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
