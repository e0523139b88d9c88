// The screen stays on while it is needed. Browsers take the lock away whenever the page is hidden.

/** Keep the screen on; returns the function that lets it sleep again. A browser that cannot simply does not. */
export function keepAwake() {
  let lock = null;
  let wanted = true;
  const ask = async () => {
    if (!wanted || document.visibilityState !== "visible") return;
    lock = await navigator.wakeLock?.request("screen").catch(() => null) ?? null; // refused when the battery is low
    if (!wanted) lock?.release();
  };
  document.addEventListener("visibilitychange", ask);
  ask();
  return () => {
    wanted = false;
    document.removeEventListener("visibilitychange", ask);
    lock?.release();
  };
}
