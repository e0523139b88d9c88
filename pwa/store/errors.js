// The ways in which this phone's storage can fail, each with a code that the screens explain.
// It must not know IndexedDB's or the screens' words.

/** The codes, so that a reader finds them in one place. The screens say `store.<code>`. */
export const STORE_CODES = Object.freeze([
  "storage-broken",      // a read or write failed twice, the second time on a fresh connection
  "storage-full",        // the quota is used up; what was there before is still there
  "storage-busy",        // another tab still holds an older version open
  "storage-superseded",  // another tab runs a newer version; this one must be reloaded
  "storage-unsupported", // this browser lacks IndexedDB, WebCrypto, Web Locks or the strings of 2023
  "file-unreadable",     // a picked file could not be read to its end
  "file-empty",          // a picked file has no bytes
  "evidence-damaged",    // evidence read back is not what was written
  "entry-too-large",     // the entry would be over 64 KB, which no server takes
  "parcel-foreign",      // a file that is none of ours, or of another kind
  "parcel-code",         // not the code this file was made with
  "parcel-damaged",      // a file that was cut or altered on its way
  "parcel-stranger",     // a file of a visit this person is not on
  "rescue-impossible",   // this enrolment never met the organisation's key: nobody could open its rescue file
  "no-account",          // nobody with that id is enrolled on this phone
  "pin-wrong",           // the PIN does not open this account
  "pin-wait",            // too many wrong PINs: `params.seconds` until the next one is looked at
]);

/** A failure of the phone's own storage. `cause` keeps the browser's error for the log. */
export class StoreError extends Error {
  constructor(code, cause, params = {}) {
    super(code, { cause });
    this.name = "StoreError";
    this.code = code;
    this.params = params;
  }
}
