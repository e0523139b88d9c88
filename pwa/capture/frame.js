// One photo from a running camera: by the camera's own means where they give a JPEG, else the video's frame at full size.

const QUALITY = 0.92;
const LIMIT_MS = 4_000;

/** A JPEG blob. Throws when there is no picture. */
export async function frameOf(track, video) {
  return await byCamera(track) ?? byCanvas(video);
}

/** A JPEG of what is being filmed. Never by ImageCapture: on many phones that halts the film for a second. */
export function frameOfFilm(video) {
  return byCanvas(video);
}

/** ImageCapture takes the sensor's full resolution; some phones hang in it, some answer with other types. */
async function byCamera(track) {
  if (typeof ImageCapture !== "function") return null;
  const limit = new Promise((resolve) => { setTimeout(resolve, LIMIT_MS, null); });
  const photo = await Promise.race([new ImageCapture(track).takePhoto().catch(() => null), limit]);
  return photo?.type === "image/jpeg" && photo.size > 0 ? photo : null;
}

async function byCanvas(video) {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0);
  const photo = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (!photo) throw new Error("the camera gave no picture");
  return photo;
}
