/** Put a file among the downloads of this phone. */
const READ_MS = 60_000;

export function download(file) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: file.name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), READ_MS); // the browser may still be reading it
}
