"""Several people on one phone; signing out locks and deletes nothing."""

from tests.phone_store.conftest import SESSION, Phone
from tests.pins import PIN

OTHER = {
    "person": {"id": "01900000-0000-7000-8000-000000000002", "name": "李梅", "department": "YJGL"},
    "rescue_key": None,
}
VISIT = "01900000-0000-7000-8000-0000000000aa"

# An enrolment as the first released version of this phone's store wrote it, with something typed in it: its device.
MAKE_OLD = """
  const device = "01900000-0000-7000-8000-0000000000dd";
  const AES = { name: "AES-GCM", length: 256 };
  const made = (name, stores) => new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => stores.forEach(([store, options, index]) => {
      const made = request.result.createObjectStore(store, options);
      if (index) made.createIndex(index, index);
    });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const put = (db, store, value, key) => new Promise((resolve) => {
    const tx = db.transaction(store, "readwrite");
    tx.objectStore(store).put(value, key);
    tx.oncomplete = resolve;
  });
  const deviceKey = await crypto.subtle.generateKey(AES, false, ["wrapKey", "unwrapKey"]);
  const dataKey = await crypto.subtle.generateKey(AES, true, ["encrypt", "decrypt"]);
  const { privateKey, publicKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const key = await crypto.subtle.wrapKey("raw", dataKey, deviceKey, { name: "AES-GCM", iv });
  const plain = ["vault", "meta", "drafts", "intents", "visits", "chunks", "thumbs"].map((store) => [store]);
  const home = await made(`liancha-${device}`, [
    ...plain, ["bundles", { keyPath: ["visit", "digest"] }], ["entries", { keyPath: "hash" }, "visit"],
    ["chain", { keyPath: ["visit", "device", "seq"] }], ["evidence", { keyPath: ["visit", "sha256"] }],
  ]);
  const over = crypto.getRandomValues(new Uint8Array(12));
  const how = { name: "AES-GCM", iv: over, additionalData: new TextEncoder().encode("drafts/x") };
  const secret = await crypto.subtle.encrypt(how, dataKey, new TextEncoder().encode(JSON.stringify("typed before")));
  await put(home, "vault", { iv, key }, "data-key");
  await put(home, "vault", { device, former: [], person: given, label: "phone", key: privateKey, publicKey: { kty, crv, x, y } }, "identity");
  await put(home, "drafts", new Uint8Array([...over, ...new Uint8Array(secret)]).buffer, "x");
  home.close();
  const all = await made("liancha-accounts", [["accounts", { keyPath: "device" }], ["keys"], ["state"]]);
  await put(all, "keys", deviceKey, device);
  await put(all, "accounts", { device, person: given, enrolledAt: 1 });
  await put(all, "state", device, "current");
  all.close();
  return device;
"""


def test_each_person_has_an_own_enrolment_and_repeating_it_changes_nothing(alone: Phone) -> None:
    tab = alone.tab()
    first = tab.enrol()
    assert tab.enrol() == first
    second = tab.enrol(OTHER)
    assert second != first
    assert [one["person"]["name"] for one in tab.run("return app.accounts();")] == ["王建国", "李梅"]
    assert tab.run("return (await app.currentAccount()).person.name;") == "李梅"
    assert tab.run("return store.person;") == OTHER["person"]


def test_two_tabs_enrolling_at_once_make_one_enrolment(alone: Phone) -> None:
    tabs = [alone.tab(), alone.tab()]
    for tab in tabs:
        tab.run("window.enrolling = app.enrol(given);", {"session": SESSION, "pin": PIN})
    assert len({tab.run("return (await window.enrolling).device;") for tab in tabs}) == 1


def test_leaving_closes_the_account_and_keeps_the_work(alone: Phone) -> None:
    tab = alone.tab()
    tab.enrol()
    entry = tab.run("return store.append(given, 'note', { text: 'kept' });", VISIT)
    tab.run("await app.leave();")
    assert tab.run("return app.currentAccount();") is None
    assert len(tab.run("return app.accounts();")) == 1
    tab.open()
    assert tab.run("return store.entries(given);", VISIT) == [entry]


def test_opening_somebody_who_is_not_enrolled_is_refused(alone: Phone) -> None:
    assert alone.tab().fails_with("await app.openAccount('nobody');") == "no-account"


def test_the_data_key_is_wrapped_to_the_organisation_too_in_place_of_one_without_a_label(alone: Phone) -> None:
    tab = alone.tab()
    opened = tab.run(
        """
        const RSA = { name: "RSA-OAEP", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };
        const keys = await crypto.subtle.generateKey(RSA, true, ["wrapKey", "unwrapKey"]);
        const rescue_key = await crypto.subtle.exportKey("jwk", keys.publicKey);
        window.store = await app.enrol(given);
        await window.store.putDraft("x", "typed");
        const db = await new Promise((resolve) => { const r = indexedDB.open(`liancha-${window.store.home}`); r.onsuccess = () => resolve(r.result); });
        const done = (r) => new Promise((resolve) => { r.onsuccess = () => resolve(r.result); });
        const get = (name, key) => done(db.transaction(name).objectStore(name).get(key));
        await done(db.transaction("vault", "readwrite").objectStore("vault").put(new ArrayBuffer(384), `rescue:${rescue_key.n}`));
        await window.store.putRescueKey(rescue_key); // as at the next session
        const former = await get("vault", `rescue:${rescue_key.n}`);
        const wrapped = await get("vault", `rescue2:${rescue_key.n}`);
        const sealed = await get("drafts", "x");
        db.close();
        const label = new TextEncoder().encode(`data-key:${given.session.person.id}`);
        const key = await crypto.subtle.unwrapKey("raw", wrapped, keys.privateKey, { name: "RSA-OAEP", label }, { name: "AES-GCM" }, false, ["decrypt"]);
        const how = { name: "AES-GCM", iv: sealed.slice(0, 12), additionalData: new TextEncoder().encode("drafts/x") };
        return [former === undefined, JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(how, key, sealed.slice(12))))];
        """,
        {"session": SESSION, "pin": PIN},
    )
    assert opened == [True, "typed"]


def test_an_enrolment_of_the_time_before_pins_is_carried_over(alone: Phone) -> None:
    """Written as the first released version did: the data key is wrapped by the device key alone."""
    tab = alone.tab()
    device = tab.run(MAKE_OLD, SESSION["person"])
    assert tab.run("return app.hasPin((await app.accounts())[0]);") is False
    tab.open()
    assert tab.run("return store.device;") == device
    assert tab.run("return store.draft('x');") == "typed before"
    assert tab.run("return (await store.append(given, 'note', { text: 'after' })).seq;", VISIT) == 1
    assert tab.run("return app.hasPin((await app.accounts())[0]);") is True
    tab.reload()
    assert tab.fails_with("await app.openAccount(given, '111222');", SESSION["person"]["id"]) == "pin-wrong"
    tab.open()
    assert tab.run("return store.draft('x');") == "typed before"


def test_wrong_pins_make_one_wait_and_lose_nothing(alone: Phone) -> None:
    tab = alone.tab()
    tab.enrol()
    entry = tab.run("return store.append(given, 'note', { text: 'kept' });", VISIT)
    tab.run("await app.lock();")
    wrong = "await app.openAccount(given, '111222');"
    person = SESSION["person"]["id"]
    assert [tab.fails_with(wrong, person) for _ in range(6)] == ["pin-wrong"] * 5 + ["pin-wait"]
    tab.reload()
    assert tab.fails_with(f"await app.openAccount(given, '{PIN}');", person) == "pin-wait"
    tab.run("const now = Date.now; Date.now = () => now() + 31_000;")
    tab.open()
    assert tab.run("return store.entries(given);", VISIT) == [entry]


def test_a_reload_within_five_minutes_needs_no_pin_and_a_later_one_does(alone: Phone) -> None:
    tab = alone.tab()
    device = tab.enrol()
    tab.reload()
    assert tab.run("return (await app.resumeAccount()).device;") == device
    assert alone.tab().run("return app.resumeAccount();") is None
    tab.reload()
    assert tab.run("const now = Date.now; Date.now = () => now() + 301_000; return app.resumeAccount();") is None
    tab.reload()
    tab.run("await app.resumeAccount(); await app.lock();")
    tab.reload()
    assert tab.run("return app.resumeAccount();") is None


def test_a_new_pin_takes_the_place_of_the_old_one(alone: Phone) -> None:
    tab = alone.tab()
    tab.enrol()
    tab.run("await app.changePin((await app.accounts())[0], given.pin, '864209'); await app.lock();", {"pin": PIN})
    person = SESSION["person"]["id"]
    assert tab.fails_with(f"await app.openAccount(given, '{PIN}');", person) == "pin-wrong"
    assert tab.run("return (await app.openAccount(given, '864209')).person.id;", person) == person


def test_what_a_colleague_was_told_of_the_server_counts_until_it_is_restored(alone: Phone) -> None:
    tab = alone.tab()
    tab.enrol()
    told = tab.run("""
      const { noteHeld } = await import("/field/app/store/accounts.js");
      const { heldAsKnown, openLedger } = await import("/field/app/sync/ledger.js");
      await noteHeld(new Map([["v", { epoch: "first", hashes: ["aa"] }]]));
      return Promise.all([null, "first", "second"].map(async (epoch) => [...await heldAsKnown("v", await openLedger(store, "v", epoch))]));
    """)
    assert told == [["aa"], ["aa"], []]
