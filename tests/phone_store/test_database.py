"""What IndexedDB does to people: connections that die, newer versions in other tabs, full disks, curious readers."""

import json
from typing import Any

import pytest

from tests.phone_store.conftest import Phone, Tab

VISIT = "01900000-0000-7000-8000-0000000000aa"
REMARK = "灭火器压力不足二具，secret remark"


def cut_connections(tab: Tab, *, times: int) -> None:
    """Make the next `times` transactions find their connection dead, as WebKit does."""
    tab.run(
        """
        const real = IDBDatabase.prototype.transaction;
        let left = given;
        IDBDatabase.prototype.transaction = function (...how) {
          if (left-- > 0) { this.close(); throw new DOMException("Connection to Indexed Database server lost", "UnknownError"); }
          return real.apply(this, how);
        };
        """,
        times,
    )


def test_a_connection_cut_once_is_opened_again_unnoticed(alone: Phone) -> None:
    tab = alone.tab()
    tab.enrol()
    entry = tab.run("return store.append(given, 'note', { text: 'x' });", VISIT)
    cut_connections(tab, times=1)
    assert tab.run("return store.hashes(given);", VISIT) == [entry["hash"]]
    cut_connections(tab, times=1)
    assert tab.run("return store.append(given, 'note', { text: 'y' });", VISIT)["seq"] == 2


def test_a_read_that_keeps_failing_is_an_error_and_never_empty(alone: Phone) -> None:
    tab = alone.tab()
    tab.enrol()
    tab.run("await store.append(given, 'note', { text: 'x' });", VISIT)
    for read in ["store.hashes(given)", "store.entries(given)", "store.evidenceList(given)", "store.visits()", "store.intents()",
                 "store.meta('nonce')", "store.draft('x')", "app.accounts()", "app.currentAccount()"]:  # fmt: skip
        cut_connections(tab, times=2)
        assert tab.fails_with(f"await {read};", VISIT) == "storage-broken", read
        tab.reload()
        tab.open()


def test_a_database_that_lost_its_keys_is_broken_and_not_new(alone: Phone) -> None:
    tab = alone.tab()
    device = tab.enrol()
    tab.run("await app.lock(); indexedDB.deleteDatabase(given);", f"liancha-{device}")
    tab.reload()
    assert (
        tab.fails_with("await app.openAccount(given, '258036');", "01900000-0000-7000-8000-000000000001")
        == "storage-broken"
    )


def test_a_newer_version_in_another_tab_closes_this_one_and_says_so(alone: Phone) -> None:
    old, new = alone.tab(), alone.tab()
    device = old.enrol()
    old.run(
        "window.told = new Promise((resolve) => app.bus.on('store', resolve)); await store.append(given, 'note', {});",
        VISIT,
    )
    upgraded = new.run(
        """
        return new Promise((resolve, reject) => {
          const request = indexedDB.open(given, 99);
          request.onupgradeneeded = () => {};
          request.onsuccess = () => { request.result.close(); resolve(true); };
          request.onerror = () => reject(request.error);
        });
        """,
        f"liancha-{device}",
    )
    assert upgraded
    assert old.run("return window.told;") == {"problem": "storage-superseded"}
    assert old.fails_with("await store.append(given, 'note', {});", VISIT) == "storage-superseded"
    assert (
        new.fails_with("await app.openAccount(given, '258036');", "01900000-0000-7000-8000-000000000001")
        == "storage-superseded"
    )


def test_steps_only_add_so_that_a_later_version_finds_all_that_was_written(alone: Phone) -> None:
    tab = alone.tab()
    found = tab.run(
        """
        const first = [(db) => db.createObjectStore("a")];
        const before = new app.Database("grown", first);
        await before.write(["a"], (tx) => tx.objectStore("a").put("kept", 1));
        await before.close();
        const after = new app.Database("grown", [...first, (db) => db.createObjectStore("b")]);
        await after.write(["b"], (tx) => tx.objectStore("b").put("new", 1));
        return after.read(["a", "b"], (tx) => Promise.all([tx.objectStore("a").get(1), tx.objectStore("b").get(1)]));
        """
    )
    assert found == ["kept", "new"]


@pytest.mark.parametrize("times", [1, 2])
def test_a_commit_that_the_page_hears_to_have_failed_keeps_the_photo(alone: Phone, times: int) -> None:
    tab = alone.tab()
    tab.enrol()
    tab.run(
        """
        const real = IDBDatabase.prototype.transaction;
        let left = given;
        IDBDatabase.prototype.transaction = function (stores, mode, how) {
          const tx = real.call(this, stores, mode, how);
          if (mode === "readwrite" && [stores].flat().join() === "evidence") tx.addEventListener("complete", (event) => {
            if (left-- <= 0) return;
            event.stopImmediatePropagation();
            Object.defineProperty(tx, "error", { value: new DOMException("Connection to Indexed Database server lost", "UnknownError") });
            tx.dispatchEvent(new Event("abort"));
          });
          return tx;
        };
        """,
        times,
    )
    put = "await store.putEvidence(given, new Uint8Array(1000).fill(7), { type: 'image/jpeg' });"
    assert tab.fails_with(put, VISIT) == (None if times == 1 else "storage-broken")
    tab.reload()
    tab.open()
    (kept,) = tab.run("return store.evidenceList(given);", VISIT)
    size = "return (await store.evidenceBlob(given.visit, given.sha256)).size;"
    assert tab.run(size, {"visit": VISIT, "sha256": kept["sha256"]}) == 1000


def test_a_full_disk_is_told_and_loses_nothing(alone: Phone) -> None:
    tab = alone.tab()
    tab.enrol()
    entry = tab.run("return store.append(given, 'note', { text: 'before' });", VISIT)
    small = tab.run(
        "return store.putEvidence(given, new Uint8Array(1000).fill(7), { type: 'image/jpeg' });", VISIT
    )
    fill_disk(tab, after=5)
    video = "const big = crypto.getRandomValues(new Uint8Array(65536)); await store.putEvidence(given, new Blob(Array(320).fill(big)), { type: 'video/mp4' });"
    assert tab.fails_with(video, VISIT) == "storage-full"
    assert tab.run("return (await store.evidenceList(given)).map(({ sha256 }) => sha256);", VISIT) == [
        small["sha256"]
    ]
    assert (
        tab.run(
            "return (await store.evidenceBlob(given.visit, given.sha256)).size;", {"visit": VISIT, **small}
        )
        == 1000
    )
    assert tab.run("return store.hashes(given);", VISIT) == [entry["hash"]]
    assert tab.run("return store.append(given, 'note', { text: 'after' });", VISIT)["seq"] == 2
    assert chunk_count(tab) == 1  # the part of the video that was written is given back


def fill_disk(tab: Tab, *, after: int) -> None:
    """End the transaction of one later write as a full disk does. (Chromium's own `Storage.overrideQuotaForOrigin`
    is not asked by its IndexedDB: tried with version 156.)"""
    tab.run(
        """
        const real = IDBObjectStore.prototype.put;
        let left = given;
        IDBObjectStore.prototype.put = function (...what) {
          const request = real.apply(this, what);
          if (left-- === 0) {
            Object.defineProperty(this.transaction, "error", { value: new DOMException("full", "QuotaExceededError") });
            this.transaction.abort();
          }
          return request;
        };
        """,
        after,
    )


def chunk_count(tab: Tab) -> int:
    """How many chunks of evidence the database holds, looked at from outside the store."""
    return sum(len(rows) for name, rows in raw_dump(tab).items() if name.endswith("/chunks"))


def test_nothing_readable_lies_in_the_database(alone: Phone) -> None:
    tab = alone.tab()
    tab.enrol()
    photo = tab.run(
        """
        const { visit, remark } = given;
        await store.append(visit, "answer", { item: "XFJY-1", verdict: "fail", remark });
        await store.putDraft("remark", { remark });
        await store.putVisits([{ id: visit, enterprise: remark }]);
        await store.putBundle(visit, { enterprise: { name: remark } }, "d".repeat(64));
        await store.putIntent({ visit, caption: remark });
        await store.putContext(visit, { lost: [remark] });
        const bytes = new TextEncoder().encode(`JPEG ${remark} `.repeat(500));
        await store.putThumb("a".repeat(64), bytes.buffer.slice(0));
        return store.putEvidence(visit, bytes, { type: "image/jpeg", name: remark, capture: { caption: remark } });
        """,
        {"visit": VISIT, "remark": REMARK},
    )
    dump = raw_dump(tab)
    assert photo["sha256"] in json.dumps(dump)  # addresses are open, contents are not
    text = bytes_of(dump)
    for secret in (REMARK, "secret remark", "灭火器"):
        assert secret.encode() not in text
        assert secret.encode("utf-16-le") not in text
    assert tab.run("return store.draft('remark');") == {"remark": REMARK}
    assert tab.run("return (await store.visits())[0].enterprise;") == REMARK
    assert tab.run("return (await store.bundle(given)).enterprise.name;", VISIT) == REMARK


def test_keys_cannot_be_taken_out(alone: Phone) -> None:
    tab = alone.tab()
    tab.enrol()
    extractable = tab.run(
        """
        const keys = [];
        for (const { name } of await indexedDB.databases()) {
          const db = await new Promise((resolve) => { const r = indexedDB.open(name); r.onsuccess = () => resolve(r.result); });
          for (const store of db.objectStoreNames) {
            const all = await new Promise((resolve) => { const r = db.transaction(store).objectStore(store).getAll(); r.onsuccess = () => resolve(r.result); });
            keys.push(...all.flatMap((value) => [value, value?.key]).filter((value) => value instanceof CryptoKey));
          }
          db.close();
        }
        return keys.map(({ extractable }) => extractable);
        """
    )
    assert extractable == [False, False]


def raw_dump(tab: Tab) -> dict[str, Any]:
    """Every record of every database, bytes as lists of numbers, read without the app."""
    return tab.run(
        """
        const plain = (value) => {
          if (value instanceof ArrayBuffer) return { bytes: [...new Uint8Array(value)] };
          if (ArrayBuffer.isView(value)) return { bytes: [...value] };
          if (value instanceof CryptoKey) return { key: value.type };
          if (Array.isArray(value)) return value.map(plain);
          if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
          return value;
        };
        const all = (store, how) => new Promise((resolve) => { const r = store[how](); r.onsuccess = () => resolve(r.result); });
        const dump = {};
        for (const { name } of await indexedDB.databases()) {
          const db = await new Promise((resolve) => { const r = indexedDB.open(name); r.onsuccess = () => resolve(r.result); });
          for (const store of db.objectStoreNames) {
            const shelf = db.transaction(store).objectStore(store);
            const [keys, values] = await Promise.all([all(shelf, "getAllKeys"), all(shelf, "getAll")]);
            dump[`${name}/${store}`] = keys.map((key, n) => [key, plain(values[n])]);
          }
          db.close();
        }
        return dump;
        """
    )


def bytes_of(value: Any) -> bytes:
    """All bytes and texts found anywhere in a dump."""
    if isinstance(value, dict):
        if set(value) == {"bytes"}:
            return bytes(value["bytes"])
        return b"\0".join(bytes_of(inner) for inner in value.values())
    if isinstance(value, list):
        return b"\0".join(bytes_of(inner) for inner in value)
    return str(value).encode()
