// "/" leads to the search box from anywhere but a field.
const box = document.getElementById("search-box");

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  event.preventDefault();
  box?.focus();
  box?.select();
});
