"""Several people on one phone; signing out locks and deletes nothing."""

from tests.phone_store.conftest import SESSION, Phone

OTHER = {
    "person": {"id": "01900000-0000-7000-8000-000000000002", "name": "李梅", "department": "YJGL"},
    "rescue_key": None,
}
VISIT = "01900000-0000-7000-8000-0000000000aa"


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
        tab.run("window.enrolling = app.enrol({ session: given });", SESSION)
    assert len({tab.run("return (await window.enrolling).device;") for tab in tabs}) == 1


def test_locking_closes_the_account_and_keeps_the_work(alone: Phone) -> None:
    tab = alone.tab()
    tab.enrol()
    entry = tab.run("return store.append(given, 'note', { text: 'kept' });", VISIT)
    tab.run("await app.lock();")
    assert tab.run("return app.currentAccount();") is None
    assert len(tab.run("return app.accounts();")) == 1
    tab.open()
    assert tab.run("return store.entries(given);", VISIT) == [entry]


def test_opening_somebody_who_is_not_enrolled_is_refused(alone: Phone) -> None:
    assert alone.tab().fails_with("await app.openAccount('nobody');") == "no-account"


def test_the_data_key_is_wrapped_to_the_organisation_too(alone: Phone) -> None:
    tab = alone.tab()
    opened = tab.run(
        """
        const RSA = { name: "RSA-OAEP", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };
        const keys = await crypto.subtle.generateKey(RSA, true, ["wrapKey", "unwrapKey"]);
        const rescue_key = await crypto.subtle.exportKey("jwk", keys.publicKey);
        window.store = await app.enrol({ session: { ...given, rescue_key } });
        await window.store.putDraft("x", "typed");
        const db = await new Promise((resolve) => { const r = indexedDB.open(`liancha-${window.store.home}`); r.onsuccess = () => resolve(r.result); });
        const get = (name, key) => new Promise((resolve) => { const r = db.transaction(name).objectStore(name).get(key); r.onsuccess = () => resolve(r.result); });
        const wrapped = await get("vault", `rescue:${rescue_key.n}`);
        const sealed = await get("drafts", "x");
        db.close();
        const key = await crypto.subtle.unwrapKey("raw", wrapped, keys.privateKey, { name: "RSA-OAEP" }, { name: "AES-GCM" }, false, ["decrypt"]);
        const how = { name: "AES-GCM", iv: sealed.slice(0, 12), additionalData: new TextEncoder().encode("drafts/x") };
        return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(how, key, sealed.slice(12))));
        """,
        SESSION,
    )
    assert opened == "typed"
