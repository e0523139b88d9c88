// The shape of the two databases, as steps that only add. Never change a step that was released: append one.

const accountSteps = [
  (db) => {
    db.createObjectStore("accounts", { keyPath: "device" });  // who is enrolled here; device = first enrolment of its database
    db.createObjectStore("keys");                             // device -> non-extractable key that wraps the data key
    db.createObjectStore("state");                            // 'current' -> device whose account is open
  },
  (db) => {
    db.createObjectStore("mail", { keyPath: ["to", "id"] });  // entries and bundles for a colleague on this phone, sealed to them
  },
];

const enrolmentSteps = [
  (db) => {
    db.createObjectStore("vault");                            // wrapped data key, identity with its signing key: never sealed
    db.createObjectStore("meta");                             // small facts, by name
    db.createObjectStore("drafts");                           // what is being typed, by field
    db.createObjectStore("intents");                          // captures under way, by id
    db.createObjectStore("visits");                           // the list's lines, by visit
    db.createObjectStore("bundles", { keyPath: ["visit", "digest"] });
    db.createObjectStore("entries", { keyPath: "hash" }).createIndex("visit", "visit");
    db.createObjectStore("chain", { keyPath: ["visit", "device", "seq"] });  // own entries: what makes seq unique
    db.createObjectStore("evidence", { keyPath: ["visit", "sha256"] });
    db.createObjectStore("chunks");                           // [blob, n] -> sealed MiB of evidence
    db.createObjectStore("thumbs");                           // sha256 -> sealed picture
  },
  (db) => {
    db.createObjectStore("takes");                            // segment being recorded -> what it will be, sealed
    db.createObjectStore("pieces");                           // [take, n] -> sealed seconds of it
  },
];

export const ACCOUNTS = { name: "liancha-accounts", steps: accountSteps };
export const ENROLMENT = { name: (device) => `liancha-${device}`, steps: enrolmentSteps };
