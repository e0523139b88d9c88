// Reminders on this device: the browser asks its maker's server for an address, and ours keeps it.

const box = document.querySelector(".push");
const [on, off] = ["on", "off"].map((name) => box.querySelector(`[data-push="${name}"]`));
const state = box.querySelector(".push-state");
const token = document.querySelector('meta[name="csrf-token"]').content;

const supported = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
if (supported) show(await subscription());
on.addEventListener("click", () => attempt(subscribe));
off.addEventListener("click", () => attempt(unsubscribe));

async function attempt(act) {
  on.disabled = off.disabled = true;
  try {
    await act();
    show(await subscription());
  } catch (error) {
    console.warn(error);
    state.textContent = Notification.permission === "denied" ? box.dataset.refused : box.dataset.failed;
  } finally {
    on.disabled = off.disabled = false;
  }
}

async function subscribe() {
  if (await Notification.requestPermission() !== "granted") throw new Error("refused");
  await navigator.serviceWorker.register("/field/sw.js", { scope: "/field/" });
  const registration = await worker();
  const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: box.dataset.key });
  await tell("/api/push", made.toJSON());
}

async function unsubscribe() {
  const made = await subscription();
  await tell("/api/push/endings", { endpoint: made.endpoint });
  await made.unsubscribe();
}

async function subscription() {
  return await (await navigator.serviceWorker.getRegistration("/field/"))?.pushManager.getSubscription() ?? null;
}

/** The field app's worker, once it is there: only an active one can be woken. */
async function worker() {
  const registration = await navigator.serviceWorker.getRegistration("/field/");
  const coming = registration.installing ?? registration.waiting;
  if (!registration.active && coming) {
    await new Promise((resolve) => coming.addEventListener("statechange", () => coming.state === "activated" && resolve()));
  }
  return registration;
}

async function tell(path, body) {
  const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
}

function show(made) {
  on.hidden = Boolean(made);
  off.hidden = !made;
  state.textContent = made ? box.dataset.sent : "";
}
