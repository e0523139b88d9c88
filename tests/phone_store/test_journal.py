"""Appending to a chain and reading it back, with one tab, two tabs, and a connection cut underneath."""

from typing import Any

from tests.phone_store.conftest import Phone, Tab

VISIT = "01900000-0000-7000-8000-0000000000aa"


def note(tab: Tab, text: str) -> Any:
    """Append a note; the entry."""
    return tab.run(
        "return store.append(given.visit, 'note', { department: 'XFJY', text: given.text });",
        {"visit": VISIT, "text": text},
    )


def chain(tab: Tab) -> list[dict[str, Any]]:
    """The entries of the visit as the store gives them."""
    return tab.run("return store.entries(given);", VISIT)


def test_an_appended_entry_is_signed_linked_and_read_back_after_a_reload(alone: Phone) -> None:
    tab = alone.tab()
    device = tab.enrol()
    first, second = note(tab, "é 𠮷"), note(tab, "two")
    assert (first["seq"], first["prev"], first["device"]) == (1, None, device)
    assert (second["seq"], second["prev"]) == (2, first["hash"])
    assert first["body"]["text"] == "é 𠮷"  # Unicode NFC, as the journal wants it
    assert tab.run("return app.verifyEntry(given, store.publicKey);", second)
    tab.reload()
    tab.open()
    assert chain(tab) == [first, second]


def test_two_tabs_writing_at_once_leave_no_gap_and_no_fork(alone: Phone) -> None:
    tabs = [alone.tab(), alone.tab()]
    tabs[0].enrol()
    tabs[1].open()
    burst = """
      const notes = Array.from({ length: 30 }, (_, n) => store.append(given.visit, "note", { department: "XFJY", text: given.who + n }));
      window.burst = Promise.all(notes);
    """
    for who, tab in enumerate(tabs):
        tab.run(burst, {"visit": VISIT, "who": f"tab {who} note "})
    for tab in tabs:
        tab.run("await window.burst;")
    entries = chain(tabs[0])
    assert [entry["seq"] for entry in entries] == list(range(1, 61))
    assert [entry["prev"] for entry in entries] == [None, *(entry["hash"] for entry in entries[:-1])]
    assert chain(tabs[1]) == entries


def test_several_entries_are_written_all_or_none(alone: Phone) -> None:
    tab = alone.tab()
    tab.enrol()
    tab.run(
        "await store.appendMany(given, [1, 2, 3].map((n) => ({ kind: 'note', body: { text: String(n) } })));",
        VISIT,
    )
    too_large = "await store.appendMany(given, [{ kind: 'note', body: {} }, { kind: 'note', body: { text: 'x'.repeat(70000) } }]);"
    assert tab.fails_with(too_large, VISIT) == "entry-too-large"
    assert [entry["seq"] for entry in chain(tab)] == [1, 2, 3]


def test_writing_is_announced_to_the_other_tab(alone: Phone) -> None:
    writer, reader = alone.tab(), alone.tab()
    writer.enrol()
    reader.open()
    reader.run("window.heard = new Promise((resolve) => app.bus.on('journal', resolve));")
    note(writer, "news")
    assert reader.run("return window.heard;")["visit"] == VISIT
    assert chain(reader)[0]["body"]["text"] == "news"


def test_received_entries_are_kept_once_and_own_ones_take_their_place_again(alone: Phone) -> None:
    tab = alone.tab()
    tab.enrol()
    first = note(tab, "mine")
    again = tab.run(
        "return store.putEntries(given.visit, [given.entry, given.entry]);", {"visit": VISIT, "entry": first}
    )
    assert again == {"added": [], "forked": False}
    lost = tab.run(
        """
        const fields = { ...given, seq: 2, prev: given.hash, id: crypto.randomUUID() };
        const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
        return app.sealEntry(fields, keys.privateKey);
        """,
        first,
    )
    kept = tab.run("return store.putEntries(given.visit, [given]);", lost)
    assert kept == {"added": [lost["hash"]], "forked": False}
    assert note(tab, "after")["prev"] == lost["hash"]


def test_another_entry_in_an_own_place_is_a_fork_and_a_renewed_enrolment_goes_on(alone: Phone) -> None:
    tab, other = alone.tab(), alone.tab()
    device = tab.enrol()
    other.open()
    mine = note(tab, "mine")
    twin = tab.run(
        """
        const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
        return app.sealEntry({ ...given, id: crypto.randomUUID(), body: { text: "the other branch" } }, keys.privateKey);
        """,
        mine,
    )
    assert tab.run("return store.putEntries(given.visit, [given]);", twin) == {
        "added": [twin["hash"]],
        "forked": True,
    }
    tab.run("await app.renewEnrolment(store);")
    for number, where in enumerate([tab, other], start=1):  # the other tab need not be told
        entry = note(where, "goes on")
        assert entry["device"] != device
        assert entry["seq"] == number
    assert len(chain(tab)) == 4
    assert tab.run("return store.devices;")[1:] == [device]


def test_a_cookie_remembers_how_far_the_chain_had_come(alone: Phone) -> None:
    tab = alone.tab()
    device = tab.enrol()
    note(tab, "one")
    note(tab, "two")
    assert (
        tab.run("return app.remembered(given.device, given.visit);", {"device": device, "visit": VISIT}) == 2
    )
    assert tab.run("return app.lostAccounts();") is False
    tab.run("await store.close(); await app.lock();")
    for name in [f"liancha-{device}", "liancha-accounts"]:
        tab.run("indexedDB.deleteDatabase(given);", name)
    tab.reload()
    assert tab.run("return app.accounts();") == []
    assert tab.run("return app.lostAccounts();") is True
