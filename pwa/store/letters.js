// Sealing a letter to a colleague on this phone: only the key in their own encrypted database opens it.
// Ephemeral-static ECDH on P-256 and AES-GCM; the place is bound in, so that no letter can be passed off as another.

const ECDH = { name: "ECDH", namedCurve: "P-256" };
const AES = { name: "AES-GCM", length: 256 };
const IV = new Uint8Array(12); // each key seals one letter only
const utf8 = new TextEncoder();

/** A pair of keys for letters, as JWKs: `{publicKey, privateKey}`. */
export async function makeLetterKeys() {
  const pair = await crypto.subtle.generateKey(ECDH, true, ["deriveKey"]);
  const [publicKey, privateKey] = await Promise.all([pair.publicKey, pair.privateKey].map((key) => crypto.subtle.exportKey("jwk", key)));
  return { publicKey, privateKey };
}

/** The value sealed to whoever holds the private key: `{from, sealed}`. */
export async function sealLetter(value, place, publicJwk) {
  const once = await crypto.subtle.generateKey(ECDH, false, ["deriveKey"]);
  const key = await shared(once.privateKey, await readKey(publicJwk, []));
  const sealed = await crypto.subtle.encrypt(bound(place), key, utf8.encode(JSON.stringify(value)));
  return { from: await crypto.subtle.exportKey("jwk", once.publicKey), sealed };
}

/** The value of a letter, or null where it is damaged or for somebody else. */
export async function openLetter({ from, sealed }, place, privateJwk) {
  try {
    const key = await shared(await readKey(privateJwk, ["deriveKey"]), await readKey(from, []));
    return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(bound(place), key, sealed)));
  } catch {
    return null;
  }
}

function shared(privateKey, publicKey) {
  return crypto.subtle.deriveKey({ name: "ECDH", public: publicKey }, privateKey, AES, false, ["encrypt", "decrypt"]);
}

const readKey = (jwk, uses) => crypto.subtle.importKey("jwk", jwk, ECDH, false, uses);
const bound = (place) => ({ name: AES.name, iv: IV, additionalData: utf8.encode(place) });
