// Files from outside the page: the phone's own camera or recorder, or the album.

const TYPES = {
  jpg: "image/jpeg", jpeg: "image/jpeg", png: "image/png", webp: "image/webp", heic: "image/heic", heif: "image/heif",
  mp4: "video/mp4", mov: "video/quicktime", webm: "video/webm", "3gp": "video/3gpp",
};

let waiting = null;

/**
 * Let the person choose files; `[]` if none was chosen. `capture: "environment"` opens the phone's camera, null the album.
 * Call it in answer to a tap: browsers open no chooser otherwise.
 */
export function pick({ capture = null, accept = "image/*", multiple = capture === null } = {}) {
  waiting?.remove();
  const input = document.createElement("input");
  waiting = input;
  input.type = "file";
  input.accept = accept;
  input.multiple = multiple;
  input.hidden = true;
  if (capture) input.setAttribute("capture", capture);
  document.body.append(input); // an input outside the page loses its answer on iOS
  return new Promise((resolve) => {
    const answer = () => {
      input.remove();
      resolve([...input.files]);
    };
    input.addEventListener("change", answer, { once: true });
    input.addEventListener("cancel", answer, { once: true });
    input.click();
  });
}

/** The type of a file; phones leave it empty for what their browser does not know. */
export function typeOf({ type, name = "" }) {
  if (type) return type.split(";")[0].trim();
  return TYPES[name.split(".").pop().toLowerCase()] ?? "application/octet-stream";
}
