"""Databases of every earlier version, with data in them, opened by the app of today: nothing is missing."""

import base64
from pathlib import Path
from typing import Any

import pytest

from tests.phone_store.conftest import SESSION, Phone, Tab

WRITER = (Path(__file__).parent / "version1.js").read_text().replace("export ", "")
VISIT = "01900000-0000-7000-8000-0000000000aa"
DEVICE = "01900000-0000-7000-8000-0000000000dd"
PHOTO = b"JPEG of the first version"
GIVEN = {
    "device": DEVICE,
    "blob": "01900000-0000-7000-8000-0000000000bb",
    "person": SESSION["person"],
    "visit": VISIT,
    "photo": base64.b64encode(PHOTO).decode(),
    "draft": {"remark": "还没保存的字"},
}
VERSIONS = """
  const wanted = (given) => new Promise((resolve, reject) => {
    const request = indexedDB.open(given);
    request.onsuccess = () => { resolve(request.result.version); request.result.close(); };
    request.onerror = () => reject(request.error);
  });
  return [await wanted("liancha-accounts"), await wanted(given)];
"""


@pytest.fixture
def earlier(alone: Phone) -> tuple[Tab, dict[str, Any]]:
    """A phone as the first version left it, and what was written there."""
    tab = alone.tab()
    written = tab.run(f"{WRITER} return writeVersion1(given, app.sealEntry);", GIVEN)
    assert tab.run(VERSIONS, f"liancha-{DEVICE}") == [1, 1]
    return tab, written


def test_all_that_the_first_version_wrote_is_found(earlier: tuple[Tab, dict[str, Any]]) -> None:
    tab, written = earlier
    tab.open()
    entries = tab.run("return store.entries(given);", VISIT)
    assert [one["hash"] for one in entries] == written["hashes"]
    assert [one["body"]["text"] for one in entries] == ["第一条", "第二条"]
    found = tab.run(
        """
        const text = async (blob) => new TextDecoder().decode(await blob.arrayBuffer());
        return {
          photo: await text(await store.evidenceBlob(given.visit, given.sha256)),
          thumb: await text(await store.thumb(given.sha256)),
          grade: (await store.evidenceList(given.visit)).map(({ sha256, grade, released }) => [sha256, grade, released]),
          draft: await store.draft("remark"),
          intents: (await store.intents()).length,
          visits: (await store.visits()).map(({ id }) => id),
          bundle: (await store.bundle(given.visit)).enterprise.name,
          people: (await app.accounts()).map(({ person }) => person.name),
        };
        """,
        {"visit": VISIT, **written},
    )
    assert found == {
        "photo": PHOTO.decode(),
        "thumb": PHOTO.decode(),
        "grade": [[written["sha256"], "local", False]],
        "draft": GIVEN["draft"],
        "intents": 1,
        "visits": [VISIT],
        "bundle": "青阳示例加油站",
        "people": [SESSION["person"]["name"]],
    }


def test_it_goes_on_where_the_first_version_stopped(earlier: tuple[Tab, dict[str, Any]]) -> None:
    tab, written = earlier
    tab.open()
    entry = tab.run("return store.append(given, 'note', { text: '第三条' });", VISIT)
    assert (entry["seq"], entry["prev"]) == (3, written["hashes"][-1])
    take = tab.run("return store.takes.begin({ visit: given });", VISIT)  # a store of the second version
    assert [one["id"] for one in tab.run("return store.takes.list();")] == [take]
    assert min(tab.run(f"store.close(); {VERSIONS}", f"liancha-{DEVICE}")) >= 2


def test_an_older_page_that_meets_a_newer_database_says_so_and_loses_nothing(
    earlier: tuple[Tab, dict[str, Any]],
) -> None:
    tab, written = earlier
    tab.open()
    tab.run("await store.close();")
    old = tab.run(
        """
        const first = new app.Database(given, [() => {}]); // knows one version only
        try { await first.read(["entries"], (tx) => tx.objectStore("entries").getAllKeys()); } catch (error) { return error.code; }
        """,
        f"liancha-{DEVICE}",
    )
    assert old == "storage-superseded"
    assert tab.run("return (await store.hashes(given)).sort();", VISIT) == sorted(written["hashes"])
