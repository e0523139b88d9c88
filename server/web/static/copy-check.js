// Compares a chosen file with the copies listed on the page. The file is read here and sent nowhere.

const chosen = document.getElementById("copy");
const known = new Set([...document.querySelectorAll("[data-sha256]")].map(({ dataset }) => dataset.sha256));

chosen?.addEventListener("change", async () => {
  const [file] = chosen.files;
  if (!file) return say(null);
  if (!crypto.subtle) return say("unable"); // only over HTTPS
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  const sha256 = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  say(known.has(sha256) ? "same" : "other", `SHA-256 ${sha256}`);
});

function say(what, text = "") {
  for (const one of document.querySelectorAll("[data-says]")) one.hidden = one.dataset.says !== what;
  const found = document.getElementById("found");
  found.textContent = text;
  found.hidden = !text;
}
