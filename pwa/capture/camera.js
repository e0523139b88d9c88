// The camera inside the page: no other app opens, so nothing can be killed meanwhile. Several photos in a row.
// It must not know what the photos are for, nor where they are kept.

import { known, t } from "../i18n/index.js";
import { element, iconElement } from "./element.js";
import { frameOf } from "./frame.js";

const WISHES = { audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 4096 }, height: { ideal: 3072 } } };
const REFUSED = new Set(["NotAllowedError", "SecurityError"]);

/**
 * Open the camera over `root`. `onPhoto(blob)` keeps a photo and may reject; `onClose({taken, problem})` is told the end.
 * Resolves to `{problem, close}`; problem is "camera-refused" or "camera-none", and then nothing was opened.
 */
export async function openCamera(root, { onPhoto, onClose = () => {} }) {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia(WISHES);
  } catch (error) {
    return { problem: REFUSED.has(error.name) ? "camera-refused" : "camera-none", close: () => {} };
  }
  const camera = new Camera(stream, { onPhoto, onClose });
  await camera.open(root);
  return { problem: null, close: () => camera.close() };
}

class Camera {
  #stream;
  #onPhoto;
  #onClose;
  #parts;
  #shot = Promise.resolve();
  #saving = Promise.resolve();
  #taken = 0;
  #kept = 0;

  constructor(stream, { onPhoto, onClose }) {
    this.#stream = stream;
    this.#onPhoto = onPhoto;
    this.#onClose = onClose;
    this.#parts = parts();
  }

  async open(root) {
    const { dialog, video, shutter, done } = this.#parts;
    shutter.addEventListener("click", () => { this.#shot = this.#shoot(); });
    done.addEventListener("click", () => this.close());
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.close();
    });
    this.#track.addEventListener("ended", () => this.close("camera-interrupted"));
    root.append(dialog);
    dialog.showModal();
    video.srcObject = this.#stream;
    await video.play().catch(() => {}); // the first frame tells whether it plays
    shutter.disabled = false;
    shutter.focus();
  }

  /** Let the last photo be taken and kept, then end: a tap on the shutter counts even if the next one is on "done". */
  async close(problem = null) {
    const { dialog, video, shutter, done } = this.#parts;
    if (!dialog.isConnected || done.disabled) return;
    done.disabled = true;
    shutter.disabled = true;
    await this.#shot;
    this.#stream.getTracks().forEach((track) => track.stop());
    await this.#saving;
    video.srcObject = null;
    dialog.close();
    dialog.remove();
    this.#onClose({ taken: this.#kept, problem });
  }

  get #track() {
    return this.#stream.getVideoTracks()[0];
  }

  async #shoot() {
    const { shutter, video } = this.#parts;
    shutter.disabled = true;
    try {
      const photo = await frameOf(this.#track, video);
      this.#taken += 1;
      this.#saving = this.#saving.then(() => this.#keep(photo));
      this.#count();
    } catch (error) {
      this.#say("camera-failed", error);
    } finally {
      shutter.disabled = this.#parts.done.disabled; // no more once it is closing
    }
  }

  /** "Kept" is said only after it is so; a photo that could not be kept is said aloud and stays said. */
  async #keep(photo) {
    try {
      await this.#onPhoto(photo);
      this.#kept += 1;
    } catch (error) {
      this.#taken -= 1;
      this.#say(error.code ?? "camera-failed", error);
    }
    this.#count();
  }

  #count() {
    const saving = this.#taken - this.#kept;
    this.#parts.count.textContent = saving > 0 ? t("camera.saving", { kept: this.#kept, saving }) : t("camera.kept", { kept: this.#kept });
  }

  #say(code, error) {
    console.error(error);
    const { trouble } = this.#parts;
    trouble.textContent = known(`store.${code}`) ? t(`store.${code}`) : t("camera.failed");
    trouble.hidden = false;
  }
}

function parts() {
  const video = element("video", "camera__picture", { muted: true, playsInline: true, autoplay: true });
  const count = element("output", "camera__count", { textContent: t("camera.kept", { kept: 0 }) });
  const trouble = element("p", "camera__trouble", { hidden: true, role: "alert" });
  const shutter = element("button", "camera__shutter", { type: "button", disabled: true }, [
    iconElement("camera"), element("span", "camera__word", { textContent: t("camera.shoot") }),
  ]);
  const done = element("button", "camera__done", { type: "button" }, [
    iconElement("check"), element("span", "camera__word", { textContent: t("camera.done") }),
  ]);
  const bar = element("div", "camera__bar", {}, [count, shutter, done]);
  const dialog = element("dialog", "camera", { ariaLabel: t("camera.title") }, [video, trouble, bar]);
  return { dialog, video, count, trouble, shutter, done };
}
