"""Two people's databases on one phone exchange the visits they share, without a network, and no others."""

from typing import Any

import pytest

from tests.phone_store.conftest import SESSION, Phone, Tab
from tests.phone_store.test_accounts import OTHER, VISIT

FOREIGN = "01900000-0000-7000-8000-0000000000bb"
BUNDLE: dict[str, Any] = {
    "visit": {"id": VISIT}, "enterprise": {"name": "演示加油站"}, "departments": [], "rescue_key": None,
    "team": [{"person": SESSION["person"]["id"]}, {"person": OTHER["person"]["id"]}],
}  # fmt: skip

DOWNLOAD = """
  const at = (path) => import(`/field/app/journal/${path}`);
  const [{ canonical }, { sha256Hex }] = await Promise.all([at("canonical.js"), at("hash.js")]);
  await store.addVisit({ id: given.visit.id, enterprise: given.enterprise.name, date: "2026-11-25", status: "open" });
  await store.putBundle(given.visit.id, given, sha256Hex(canonical(given)));
"""
HASHES = "return store.hashes(given);"


@pytest.fixture
def shared(alone: Phone) -> Tab:
    """Li Mei is enrolled too; Wang Jianguo has the phone in hand, with a visit of both and one of his own."""
    tab = alone.tab()
    tab.enrol(OTHER)
    tab.enrol(SESSION)
    tab.run(DOWNLOAD, BUNDLE)
    own = [{"person": SESSION["person"]["id"]}]
    tab.run(DOWNLOAD, BUNDLE | {"visit": {"id": FOREIGN}, "team": own})
    return tab


def hand_over(tab: Tab, person: str) -> None:
    tab.open(person)
    tab.run("await app.exchangeMail(store);")


def test_what_one_writes_the_other_finds_and_the_other_way(shared: Tab) -> None:
    first = shared.run("return (await store.append(given, 'note', { text: '甲' })).hash;", VISIT)
    hand_over(shared, OTHER["person"]["id"])
    assert shared.run(HASHES, VISIT) == [first]
    assert shared.run("return (await store.bundle(given)).enterprise.name;", VISIT) == "演示加油站"
    assert shared.run("return (await store.visits()).map(({ id }) => id);") == [VISIT]
    second = shared.run("return (await store.append(given, 'note', { text: '乙' })).hash;", VISIT)
    hand_over(shared, SESSION["person"]["id"])
    assert sorted(shared.run(HASHES, VISIT)) == sorted([first, second])
    assert [one["seq"] for one in shared.run("return store.entries(given);", VISIT)] == [1, 1]


def test_a_visit_that_is_not_theirs_never_reaches_a_colleague(shared: Tab) -> None:
    shared.run("await store.append(given, 'note', { text: '保密' });", FOREIGN)
    hand_over(shared, OTHER["person"]["id"])
    assert shared.run(HASHES, FOREIGN) == []
    assert shared.run("return store.bundle(given);", FOREIGN) is None
    assert FOREIGN not in shared.run("return (await store.visits()).map(({ id }) => id);")


def test_mail_that_cannot_be_laid_hurts_no_saving_and_is_laid_at_the_next_opening(shared: Tab) -> None:
    written = shared.run(
        """
        const real = IDBDatabase.prototype.transaction;
        IDBDatabase.prototype.transaction = function (stores, ...how) {
          if ([].concat(stores).includes("mail")) throw new DOMException("full", "QuotaExceededError");
          return real.call(this, stores, ...how);
        };
        return (await store.append(given, "note", { text: "kept" })).hash;
        """,
        VISIT,
    )
    assert shared.run(HASHES, VISIT) == [written]
    shared.reload()
    hand_over(shared, SESSION["person"]["id"])
    hand_over(shared, OTHER["person"]["id"])
    assert shared.run(HASHES, VISIT) == [written]


def test_letters_are_sealed_to_their_reader_and_gone_once_taken(shared: Tab) -> None:
    shared.run("await store.append(given, 'note', { text: 'secret' });", VISIT)
    letters = "return app.letters();"
    shared.run(
        """
        app.letters = () => new Promise((resolve) => {
          const request = indexedDB.open("liancha-accounts");
          request.onsuccess = () => {
            const all = request.result.transaction("mail").objectStore("mail").getAll();
            all.onsuccess = () => { request.result.close(); resolve(all.result.map(({ to, sealed }) => [to, new TextDecoder().decode(sealed)])); };
          };
        });
        """
    )
    waiting = shared.run(letters)
    assert len(waiting) == 2
    assert len({to for to, _ in waiting}) == 1
    assert all("secret" not in sealed for _, sealed in waiting)
    hand_over(shared, OTHER["person"]["id"])
    assert shared.run(letters) == []
