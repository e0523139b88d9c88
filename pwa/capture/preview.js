// The running picture over the whole screen. Closing it ends nothing.

import { t } from "../i18n/index.js";
import { element, iconElement } from "./element.js";

/** Show what is being recorded, with photo and mark at hand. It goes away by itself when the recording stops. */
export function showPreview(recorder) {
  const video = element("video", "camera__picture", { muted: true, playsInline: true, autoplay: true, srcObject: recorder.stream });
  const act = (deed, symbol, text) => {
    const button = element("button", "camera__done", { type: "button" }, [iconElement(symbol), element("span", "camera__word", { textContent: text })]);
    if (deed) button.dataset.do = deed;
    return button;
  };
  const close = act(null, "x", t("recorder.back"));
  const bar = element("div", "camera__bar", {}, [act("record-mark", "flag", t("recorder.mark")), act("record-photo", "camera", t("shoot.camera")), close]);
  const dialog = element("dialog", "camera", { ariaLabel: t("recorder.preview") }, [video, bar]);
  const end = () => {
    clearInterval(watch);
    video.srcObject = null;
    dialog.close();
    dialog.remove();
  };
  const watch = setInterval(() => recorder.stream !== video.srcObject && end(), 500);
  close.addEventListener("click", end);
  dialog.addEventListener("cancel", end);
  document.body.append(dialog);
  dialog.showModal();
}
