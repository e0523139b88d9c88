// One journal entry by itself: its hash, its seal. What it means is the fold's business.

import { canonical, isRecord, plainCopy } from "./canonical.js";
import { fromHex, hasher, sha256Hex } from "./hash.js";

const ECDSA = { name: "ECDSA", hash: "SHA-256" };
const P256 = { name: "ECDSA", namedCurve: "P-256" };

/** SHA-256 of the canonical JSON of all members but `hash` and `sig`, unknown members included. */
export function hashEntry(entry) {
  const { hash, sig, ...hashed } = entry;
  return sha256Hex(canonical(hashed));
}

/** The entry made of these members: texts brought to NFC, hash and signature added. */
export async function sealEntry(fields, privateKey) {
  const entry = plainCopy(fields);
  delete entry.hash;
  delete entry.sig;
  const hash = hashEntry(entry);
  const signature = await crypto.subtle.sign(ECDSA, privateKey, fromHex(hash));
  return { ...entry, hash, sig: toBase64Url(new Uint8Array(signature)) };
}

/** Whether the hash is the entry's own and the key of this JWK signed it. */
export async function verifyEntry(entry, publicJwk) {
  if (!isRecord(entry) || typeof entry.sig !== "string" || hashEntry(entry) !== entry.hash) return false;
  try {
    const { kty, crv, x, y } = publicJwk;
    const key = await crypto.subtle.importKey("jwk", { kty, crv, x, y }, P256, false, ["verify"]);
    return await crypto.subtle.verify(ECDSA, key, fromBase64Url(entry.sig), fromHex(entry.hash));
  } catch {
    return false; // not a key, or not base64url: nothing that was signed
  }
}

/** SHA-256 over the sorted raw hashes: equal for two who hold the same set of entries. */
export function journalDigest(hashes) {
  const digest = hasher();
  for (const hash of [...new Set(hashes)].sort()) digest.update(fromHex(hash));
  return digest.hex();
}

/** base64url without padding, as JOSE writes it. */
export function toBase64Url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function fromBase64Url(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}
