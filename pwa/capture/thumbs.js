// Small pictures for screens. They prove nothing and may be missing: the original is kept byte for byte elsewhere.

const LONGEST = 320;
const QUALITY = 0.8;
const VIDEO_LIMIT_MS = 5_000;

/** A JPEG of at most 320 pixels a side, or null where this browser cannot read the file (HEIC, broken, exotic). */
export async function makeThumb(blob) {
  try {
    return blob.type.startsWith("video/") ? await ofVideo(blob) : await ofImage(blob);
  } catch {
    return null;
  }
}

async function ofImage(blob) {
  const bitmap = await createImageBitmap(blob);
  try {
    return await drawn(bitmap, bitmap.width, bitmap.height);
  } finally {
    bitmap.close();
  }
}

async function ofVideo(blob) {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.preload = "auto";
  const url = URL.createObjectURL(blob);
  try {
    await firstFrame(video, url);
    return await drawn(video, video.videoWidth, video.videoHeight);
  } finally {
    video.removeAttribute("src");
    URL.revokeObjectURL(url);
  }
}

function firstFrame(video, url) {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error("no frame in time")), VIDEO_LIMIT_MS);
    video.addEventListener("seeked", () => {
      clearTimeout(limit);
      resolve();
    }, { once: true });
    video.addEventListener("error", reject, { once: true });
    video.addEventListener("loadeddata", () => { video.currentTime = 0.1; }, { once: true });
    video.src = url;
  });
}

function drawn(source, width, height) {
  const scale = Math.min(1, LONGEST / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}
