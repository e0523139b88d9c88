"""Evidence: written in chunks, proven by reading back, found again after a kill, small and large."""

import hashlib

from tests.phone_store.conftest import Phone

VISIT = "01900000-0000-7000-8000-0000000000aa"
MIB = 1024 * 1024

MADE = """
  const piece = (n) => new Uint8Array(1024 * 1024).map((_, i) => (i * 31 + n) & 255);
  const file = new Blob(Array.from({ length: given.chunks }, (_, n) => piece(n)).concat(new Uint8Array(given.rest).fill(9)), { type: "video/mp4" });
"""


def made(chunks: int, rest: int) -> bytes:
    """The bytes that MADE makes in the page."""
    return (
        b"".join(bytes((i * 31 + n) & 255 for i in range(256)) * (MIB // 256) for n in range(chunks))
        + b"\x09" * rest
    )


def test_a_large_video_is_streamed_in_and_comes_out_the_same(alone: Phone) -> None:
    tab = alone.tab()
    tab.enrol()
    size = {"visit": VISIT, "chunks": 30, "rest": 12345}
    kept = tab.run(
        MADE + "return store.putEvidence(given.visit, file, { type: file.type, name: 'v.mp4' });", size
    )
    expected = made(30, 12345)
    assert kept == {"sha256": hashlib.sha256(expected).hexdigest(), "bytes": len(expected)}
    tab.reload()
    tab.open()
    digest = tab.run(
        """
        const blob = await store.evidenceBlob(given.visit, given.sha256);
        const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
        return [blob.type, blob.size, Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")];
        """,
        {"visit": VISIT, **kept},
    )
    assert digest == ["video/mp4", len(expected), kept["sha256"]]
    part = tab.run(
        "const s = await store.evidenceSource(given.visit, given.sha256); return [...await s.slice(1048570, 1048590)];",
        {"visit": VISIT, **kept},
    )
    assert bytes(part) == expected[1048570:1048590]


def test_the_same_bytes_twice_are_one_piece(alone: Phone) -> None:
    tab = alone.tab()
    tab.enrol()
    twice = """
      const bytes = new Uint8Array(2000).fill(3);
      const both = [await store.putEvidence(given, bytes, { type: "image/jpeg" }), await store.putEvidence(given, bytes, { type: "image/jpeg" })];
      return [both[0].sha256 === both[1].sha256, (await store.evidenceList(given)).length];
    """
    assert tab.run(twice, VISIT) == [True, 1]


def test_a_file_without_bytes_or_that_cannot_be_read_is_refused_with_its_reason(alone: Phone) -> None:
    tab = alone.tab()
    tab.enrol()
    assert (
        tab.fails_with("await store.putEvidence(given, new Blob([]), { type: 'image/jpeg' });", VISIT)
        == "file-empty"
    )
    gone = """
      const file = new Blob(["x"]);
      file.slice = () => ({ arrayBuffer: () => Promise.reject(new DOMException("gone", "NotReadableError")) });
      await store.putEvidence(given, file, { type: "image/jpeg" });
    """
    assert tab.fails_with(gone, VISIT) == "file-unreadable"
    assert tab.run("return store.evidenceList(given);", VISIT) == []


def test_bytes_that_come_back_changed_are_never_called_saved(alone: Phone) -> None:
    tab = alone.tab()
    tab.enrol()
    tab.run(
        """
        const real = crypto.subtle.decrypt.bind(crypto.subtle);
        crypto.subtle.decrypt = async (...how) => {
          const plain = new Uint8Array(await real(...how));
          plain[0] ^= 1;
          return plain.buffer;
        };
        """
    )
    assert (
        tab.fails_with("await store.putEvidence(given, new Uint8Array(100), { type: 'image/png' });", VISIT)
        == "evidence-damaged"
    )


def test_half_a_file_of_a_killed_page_is_given_back_after_a_day_and_nothing_else(alone: Phone) -> None:
    tab = alone.tab()
    tab.enrol()
    kept = tab.run(
        "return store.putEvidence(given, new Uint8Array(100).fill(1), { type: 'image/png' });", VISIT
    )
    swept = tab.run(
        """
        const { default: v7 } = await import("/field/app/vendor/uuid/v7.js");
        const name = `liancha-${store.home}`;
        const db = await new Promise((resolve) => { const r = indexedDB.open(name); r.onsuccess = () => resolve(r.result); });
        const count = () => new Promise((resolve) => { const r = db.transaction("chunks").objectStore("chunks").count(); r.onsuccess = () => resolve(r.result); });
        const old = v7({ msecs: Date.now() - 25 * 3600 * 1000 });
        const tx = db.transaction("chunks", "readwrite");
        tx.objectStore("chunks").put(new ArrayBuffer(8), [old, 0]);
        tx.objectStore("chunks").put(new ArrayBuffer(8), [v7(), 0]);
        await new Promise((resolve) => { tx.oncomplete = resolve; });
        const before = await count();
        await store.sweep();
        const after = await count();
        db.close();
        return [before, after];
        """
    )
    assert swept == [3, 2]
    assert (
        tab.run(
            "return (await store.evidenceBlob(given.visit, given.sha256)).size;", {"visit": VISIT, **kept}
        )
        == 100
    )


def test_intents_and_drafts_survive_a_reload(alone: Phone) -> None:
    tab = alone.tab()
    tab.enrol()
    intent = tab.run(
        "await store.putDraft('XFJY-1', { remark: '压力' }); return store.putIntent({ visit: given, item: 'XFJY-1' });",
        VISIT,
    )
    tab.reload()
    tab.open()
    assert [(one["id"], one["item"]) for one in tab.run("return store.intents();")] == [(intent, "XFJY-1")]
    assert tab.run("return store.draft('XFJY-1');") == {"remark": "压力"}
    tab.run("await store.dropIntent(given); await store.dropDraft('XFJY-1');", intent)
    assert tab.run("return [await store.intents(), await store.draft('XFJY-1')];") == [[], None]
