// Writes both databases as the first version that landed wrote them: stores, keys, places of seals, all of that version and
// nothing of a later one. Only the form of an entry comes from the app, as the journal's contract fixes it. Never change it.

const AES = { name: "AES-GCM", length: 256 };
const SIGNING = { name: "ECDSA", namedCurve: "P-256" };
const utf8 = new TextEncoder();

const SHAPE = {
  accounts: (db) => {
    db.createObjectStore("accounts", { keyPath: "device" });
    db.createObjectStore("keys");
    db.createObjectStore("state");
  },
  enrolment: (db) => {
    for (const name of ["vault", "meta", "drafts", "intents", "visits", "chunks", "thumbs"]) db.createObjectStore(name);
    db.createObjectStore("bundles", { keyPath: ["visit", "digest"] });
    db.createObjectStore("entries", { keyPath: "hash" }).createIndex("visit", "visit");
    db.createObjectStore("chain", { keyPath: ["visit", "device", "seq"] });
    db.createObjectStore("evidence", { keyPath: ["visit", "sha256"] });
  },
};

export async function writeVersion1({ device, blob, person, visit, photo, draft }, sealEntry) {
  const deviceKey = await crypto.subtle.generateKey(AES, false, ["wrapKey", "unwrapKey"]);
  const dataKey = await crypto.subtle.generateKey(AES, true, ["encrypt", "decrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const wrapped = { iv, key: await crypto.subtle.wrapKey("raw", dataKey, deviceKey, { name: AES.name, iv }) };
  const { privateKey, publicKey } = await crypto.subtle.generateKey(SIGNING, false, ["sign", "verify"]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  const seal = sealing(dataKey);
  const json = (place, value) => seal(place, utf8.encode(JSON.stringify(value)));

  const entries = [];
  for (const text of ["第一条", "第二条"]) {
    const before = entries.at(-1);
    const about = { id: crypto.randomUUID(), visit, device, seq: entries.length + 1, prev: before?.hash ?? null, author: person.id };
    entries.push(await sealEntry({ ...about, at: "2026-05-12T09:31:07.204+08:00", nonce: null, kind: "note", body: { text } }, privateKey));
  }
  const bytes = Uint8Array.from(atob(photo), (sign) => sign.charCodeAt(0));
  const sha256 = [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((one) => one.toString(16).padStart(2, "0")).join("");

  const home = await opened(`liancha-${device}`, SHAPE.enrolment);
  await put(home, "vault", wrapped, "data-key");
  await put(home, "vault", { device, former: [], person, label: "Android", key: privateKey, publicKey: { kty, crv, x, y } }, "identity");
  for (const entry of entries) {
    await put(home, "entries", { hash: entry.hash, visit, sealed: await json(`entries/${entry.hash}`, entry) });
    await put(home, "chain", { visit, device, seq: entry.seq, hash: entry.hash });
  }
  await put(home, "chunks", await seal(`chunks/${blob}/0`, bytes), [blob, 0]);
  const about = await json(`evidence/${visit},${sha256}`, { type: "image/jpeg", name: null, capture: null });
  await put(home, "evidence", { visit, sha256, blob, bytes: bytes.length, chunks: 1, addedAt: 1000, sealed: about, grade: "local", sent: 0, upload: null, refused: null });
  await put(home, "thumbs", await seal(`thumbs/${sha256}`, bytes), sha256);
  await put(home, "drafts", await json("drafts/remark", draft), "remark");
  await put(home, "intents", await json("intents/i", { id: "i", visit, at: 1 }), "i");
  await put(home, "visits", await json(`visits/${visit}`, { id: visit, status: "open", listed: true }), visit);
  await put(home, "bundles", { visit, digest: "d", sealed: await json(`bundles/${visit}/d`, { enterprise: { name: "青阳示例加油站" } }) });
  await put(home, "meta", await json(`meta/bundle:${visit}`, "d"), `bundle:${visit}`);
  home.close();

  const accounts = await opened("liancha-accounts", SHAPE.accounts);
  await put(accounts, "keys", deviceKey, device);
  await put(accounts, "accounts", { device, person, enrolledAt: 1000 });
  await put(accounts, "state", device, "current");
  accounts.close();
  return { hashes: entries.map(({ hash }) => hash), sha256 };
}

function sealing(key) {
  return async (place, bytes) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const secret = await crypto.subtle.encrypt({ name: AES.name, iv, additionalData: utf8.encode(place) }, key, bytes);
    const sealed = new Uint8Array(12 + secret.byteLength);
    sealed.set(iv);
    sealed.set(new Uint8Array(secret), 12);
    return sealed.buffer;
  };
}

function opened(name, shape) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => shape(request.result);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function put(db, store, value, key) {
  return new Promise((resolve, reject) => {
    const tx = db.transaction(store, "readwrite");
    tx.objectStore(store).put(value, key);
    tx.oncomplete = resolve;
    tx.onabort = () => reject(tx.error);
  });
}
