/**
 * The copies handed to the party: made once, kept byte for byte on this phone, recorded, and only then handed out.
 * What makes the paper is loaded when the first copy is made; the service worker keeps it for the day without network.
 */
import { sha256Hex } from "../journal/hash.js";
import { PARTY_COPY } from "../views/record-words.js";
import { inVisitOrder } from "../views/words.js";
import { app } from "./app.js";
import { download } from "./downloads.js";
import { Refusal } from "./refusal.js";

const place = (sha256) => `copy:${sha256}`;
const nameOf = (text) => sha256Hex(new TextEncoder().encode(text));

/** The copies of a visit as the journal knows them, the newest first: each with `text` where it is on this phone. */
export async function copiesOf(store, visit) {
  const made = inVisitOrder(visit.state.lists.served.filter((one) => one.document === PARTY_COPY && one.sha256)).reverse();
  return Promise.all(made.map(async (one) => ({ ...one, text: await store.meta(place(one.sha256)) })));
}

/** Make a copy, prove that it is kept, and write down that it is being served: the entry. Nothing is handed out before. */
export async function serveCopy(store, visit, { recipient, way }) {
  const text = await makeCopy(store, visit, recipient);
  const sha256 = nameOf(text);
  await store.putMeta(place(sha256), text);
  if (nameOf(await store.meta(place(sha256))) !== sha256) throw new Refusal("copy-unkept");
  const { number } = visit.bundle.visit;
  return store.append(visit.id, "served", { department: visit.department, document: PARTY_COPY, number, recipient, way, sha256 });
}

async function makeCopy(store, visit, recipient) {
  const [{ copyPaper }, { drawCode }] = await parts();
  const { code } = visit.bundle.visit;
  const address = code ? `${location.origin}/r/${code}` : null;
  const qr = address && drawCode(address);
  return copyPaper(visit, { recipient, at: new Date().toISOString(), place: address, qr, since: issuedAt(await store.meta("nonce")) });
}

async function parts() {
  try {
    return await Promise.all([import("../views/copy-paper.js"), import("./qr.js")]);
  } catch (error) {
    console.warn(error);
    throw new Refusal("copy-not-loaded");
  }
}

/** A nonce begins with the instant the server made it, up to its signature; of any other form it tells nothing here. */
function issuedAt(nonce) {
  const instant = new Date(String(nonce ?? "").replace(/\.[^.]*$/, ""));
  return Number.isNaN(instant.getTime()) ? null : instant.toISOString();
}

/** The very bytes that were recorded, as a file to share or keep. */
async function fileOf({ sha, number }) {
  const text = await app.store.meta(place(sha));
  return new File([text], `${number}-当事人副本-${sha.slice(0, 8)}.html`, { type: "text/html" });
}

/** Through the share sheet; where there is none, into the downloads. */
export async function shareCopy({ dataset }) {
  const file = await fileOf(dataset);
  if (!navigator.canShare?.({ files: [file] })) return download(file);
  try {
    await navigator.share({ files: [file], title: file.name });
  } catch (error) {
    if (error.name !== "AbortError") download(file);
  }
}

export async function saveCopy({ dataset }) {
  download(await fileOf(dataset));
}

/** Shows a kept copy as it is: its own style and words, walled off from the app's. It holds no script, and none would run. */
class PartyCopy extends HTMLElement {
  async connectedCallback() {
    const text = await app.store.meta(place(this.dataset.sha));
    const [style, body] = ["style", "body"].map((name) => new RegExp(`<${name}>([^]*)</${name}>`).exec(text)[1]);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.replaceChildren(...new DOMParser().parseFromString(body, "text/html").body.childNodes);
  }
}

customElements.define("party-copy", PartyCopy);
