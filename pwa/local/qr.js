/** QR codes as one path each. Loaded when the first is drawn; the service worker keeps it for the day without network. */
import { correction, generate } from "../vendor/lean-qr/index.js";

const QUIET = 4; // modules of white that a reader needs around the code

/** A code as `{size, path}`: a run of dark modules is one stroke to and fro. Correction M survives a scratch. */
export function drawCode(text) {
  const bitmap = generate(text, { minCorrectionLevel: correction.M });
  const runs = [];
  for (let y = 0; y < bitmap.size; y += 1) {
    for (let x = 0, start = null; x <= bitmap.size; x += 1) {
      const dark = x < bitmap.size && bitmap.get(x, y);
      if (dark && start === null) start = x;
      if (dark || start === null) continue;
      runs.push(`M${start + QUIET} ${y + QUIET}h${x - start}v1h-${x - start}z`);
      start = null;
    }
  }
  return { size: bitmap.size + 2 * QUIET, path: runs.join("") };
}
