// A page that stops dead at a chosen operation: between any two steps of storing and signing.
// It tells the tests by a request it waits for, so that nothing at all happens between the word and the end.

const at = (path) => import(`/field/app/${path}`);
const [accounts, record, entry, fold, canonical, hash] = await Promise.all([
  at("store/accounts.js"), at("capture/record.js"), at("journal/entry.js"), at("journal/fold.js"), at("journal/canonical.js"),
  at("journal/hash.js"),
]);

let store = null;
let operations = 0;
let last = 0;

/** Wait until the test has heard it; where the test wants the page dead it never answers. */
function tell(path, body) {
  const request = new XMLHttpRequest();
  request.open("POST", path, false);
  request.send(JSON.stringify(body));
}

function step(name) {
  operations += 1;
  if (operations === last) tell("/killed", { name });
}

function aroundCall(owner, name) {
  const original = owner[name];
  owner[name] = function counted(...given) {
    step(`before ${name}`);
    const result = original.apply(this, given);
    step(`after ${name}`);
    return result;
  };
}

function afterwards(owner, name) {
  const original = owner[name].bind(owner);
  owner[name] = async (...given) => {
    step(`before ${name}`);
    const result = await original(...given);
    step(`done ${name}`);
    return result;
  };
}

for (const name of ["put", "add", "get", "getKey", "getAll", "getAllKeys", "delete", "openCursor"]) aroundCall(IDBObjectStore.prototype, name);
for (const name of ["encrypt", "decrypt", "sign"]) afterwards(crypto.subtle, name);
const { transaction } = IDBDatabase.prototype;
IDBDatabase.prototype.transaction = function counted(...given) {
  const begun = transaction.apply(this, given);
  begun.addEventListener("complete", () => step("complete"));
  return begun;
};

/** A page opens: nothing is known but what is on the disk, the account made by the first page among it. */
export async function open(session, pin) {
  const [known] = await accounts.accounts();
  store = known ? await accounts.openAccount(known.person, pin) : await accounts.enrol({ session, pin });
  for (const name of Object.keys(FACTS)) noted(name);
}

const FACTS = {
  putIntent: (_given, id) => id,
  putEvidence: (_given, kept) => kept,
  putThumb: ([sha256, { size }]) => ({ sha256, bytes: size }),
  putDraft: ([key, value]) => ({ key, value }),
  append: (_given, written) => written,
  dropIntent: ([id]) => id,
};

/** What the store has said to be saved is told to the test before anybody else hears of it. */
function noted(name) {
  const original = store[name].bind(store);
  store[name] = async (...given) => {
    const result = await original(...given);
    tell("/promised", { name, fact: FACTS[name](given, result) });
    return result;
  };
}

/** From the shutter to the answer that the photo belongs to, to be stopped at operation `end`. */
export async function capture(visit, item, photo, end) {
  operations = 0;
  last = end;
  const target = { visit, item, moment: null, department: "XFJY", caption: "" };
  const intent = await store.putIntent({ ...target, way: "app" });
  await store.putDraft(`remark ${intent}`, "见照片");
  await record.capturePhoto(store, visit, photo, { ...target, source: "app", where: Promise.resolve(null) });
  const body = { item, verdict: "fail", value: null, remark: `见照片 ${intent}`, replaces: [] };
  await store.append(visit, "answer", body);
  await store.dropIntent(intent);
  last = 0;
  tell("/finished", { operations });
}

/** What of the promised is not as it was promised. Captures that the kill left half done are brought to their end first. */
export async function check(visit, promised) {
  await record.finishCaptures(store);
  const entries = await store.entries(visit);
  const problems = [];
  for (const { name, fact } of promised) problems.push(...await CHECKS[name](visit, fact, entries));
  const own = entries.filter(({ device }) => device === store.device).map(({ seq }) => seq);
  if (own.some((seq, n) => seq !== n + 1)) problems.push(`the chain is ${own}`);
  const named = entries.filter(({ kind }) => kind === "evidence").map(({ body }) => body.sha256);
  if (new Set(named).size !== named.length) problems.push("a photo was named twice");
  const kept = await store.evidenceList(visit);
  if (kept.length !== named.length) problems.push(`${kept.length} photos, ${named.length} named`);
  return problems;
}

const CHECKS = {
  async putIntent(_visit, id, entries) {
    const answered = entries.some(({ kind, body }) => kind === "answer" && body.remark.endsWith(id));
    return answered || (await store.intents()).some((intent) => intent.id === id) ? [] : [`intent ${id} is gone`];
  },
  async dropIntent(_visit, id) {
    return (await store.intents()).some((intent) => intent.id === id) ? [`intent ${id} came back`] : [];
  },
  async putDraft(_visit, { key, value }) {
    return await store.draft(key) === value ? [] : [`draft ${key}`];
  },
  async putEvidence(visit, { sha256, bytes }) {
    const blob = await store.evidenceBlob(visit, sha256);
    if (!blob) return [`evidence ${sha256} is gone`];
    const sum = hash.hasher();
    sum.update(new Uint8Array(await blob.arrayBuffer()));
    return blob.size === bytes && sum.hex() === sha256 ? [] : [`evidence ${sha256} is not what it was`];
  },
  async putThumb(_visit, { sha256, bytes }) {
    return (await store.thumb(sha256))?.size === bytes ? [] : [`thumb of ${sha256}`];
  },
  async append(_visit, promisedEntry, entries) {
    const here = entries.find((one) => one.hash === promisedEntry.hash);
    if (!here) return [`entry ${promisedEntry.hash} is gone`];
    const same = canonical.canonicalText(here) === canonical.canonicalText(promisedEntry);
    return same && await entry.verifyEntry(here, store.publicKey) ? [] : [`entry ${here.hash} is not what it was`];
  },
};

/** All there is, whose it is, and the state it folds to. */
export async function journal(visit, bundle) {
  const entries = await store.entries(visit);
  const device = { id: store.device, public_key: store.publicKey, label: store.label };
  return { entries, device, state: canonical.canonicalText(fold.fold(bundle, entries, {})) };
}
