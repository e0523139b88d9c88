"""Room on the phone: how much there is, giving it back on receipts only, and what happens when there is none."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update

from server.evidence.model import Blob
from server.infra.db import db, transaction
from tests.field.conftest import County, Phone
from tests.field.test_screens import PHOTOGRAPH
from tests.pins import let_in

SYNC = """async () => { const { syncNow } = await import("/field/app/sync/sync.js"); await syncNow("button"); }"""
GRADE = """async ([visit, sha256]) => {
  const { app } = await import("/field/app/local/app.js");
  const [piece] = (await app.store.evidenceList(visit)).filter((one) => one.sha256 === sha256);
  return [piece.grade, piece.released, Boolean(await app.store.evidenceBlob(visit, sha256))];
}"""
NOTE = """async ([visit, sha256, changes]) => {
  const { app } = await import("/field/app/local/app.js");
  await app.store.noteUpload(visit, sha256, changes);
}"""
UNNAMED = """async (visit) => {
  const { app } = await import("/field/app/local/app.js");
  const bytes = await new Promise((done) => Object.assign(document.createElement("canvas"), { width: 64, height: 64 }).toBlob(done, "image/jpeg"));
  return (await app.store.putEvidence(visit, bytes, { type: "image/jpeg" })).sha256;
}"""
FULL = """() => {
  for (const name of ["put", "add"]) {
    const real = IDBObjectStore.prototype[name];
    IDBObjectStore.prototype[name] = function (...what) {
      const request = real.apply(this, what);
      if (!window.full) return request;
      Object.defineProperty(this.transaction, "error", { value: new DOMException("full", "QuotaExceededError") });
      this.transaction.abort();
      return request;
    };
  }
}"""


class Photographed:
    """An officer's phone with one photo that the server has."""

    def __init__(self, county: County, zhou: Phone) -> None:
        self.county, self.zhou, self.page = county, zhou, zhou.page
        self.visit = county.visit()
        zhou.open(self.visit)
        self.photo = self.page.evaluate(PHOTOGRAPH, [self.visit, "XF1"])
        self.page.evaluate(SYNC)

    def grade(self) -> list[Any]:
        """Its receipt as noted, whether its bytes were given back, whether they are here."""
        return self.page.evaluate(GRADE, [self.visit, self.photo])

    def at_the_server(self, **values: Any) -> None:
        """Change what the server knows of it; with no values it is gone there."""
        with self.county.app.app_context():
            with transaction():
                mine = Blob.visit_id == self.visit
                db.session.execute(update(Blob).where(mine).values(**values) if values else Blob.__table__.delete().where(mine))
            db.engine.dispose()

    def storage(self) -> None:
        """Open the page."""
        self.page.goto(f"{self.county.server.url}/field/storage")
        self.page.wait_for_selector("#storage-visits")


@pytest.fixture
def photographed(county: County, officer: Callable[..., Phone]) -> Iterator[Photographed]:
    return Photographed(county, officer("zhou"))


def test_what_is_backed_up_is_given_back_and_what_is_stored_only_when_asked(photographed: Photographed) -> None:
    assert photographed.grade() == ["stored", False, True]
    photographed.storage()
    page = photographed.page
    assert page.query_selector("#free-backed-up") is None
    page.click("#storage-free summary")
    page.click("#free-stored button")
    page.wait_for_selector("#storage-gauge .fine:has-text('已释放')")
    assert photographed.grade() == ["stored", True, False]
    photographed.zhou.open(photographed.visit, f"/evidence/{photographed.photo}")
    page.wait_for_selector("img[src^='blob:']")  # seen from the server
    photo = page.evaluate(PHOTOGRAPH, [photographed.visit, "XF1"])  # the same picture taken in again is here again
    assert photo == photographed.photo
    assert photographed.grade()[1:] == [False, True]
    photographed.at_the_server(backed_up_at=datetime.now(UTC))
    page.evaluate(SYNC)
    photographed.storage()
    page.click("#free-backed-up button")
    page.wait_for_selector("#storage-gauge .fine:has-text('已释放')")
    assert photographed.grade() == ["backed-up", True, False]


def test_what_no_entry_at_the_server_names_stays_for_it_would_be_swept_there(photographed: Photographed) -> None:
    page = photographed.page
    unnamed = page.evaluate(UNNAMED, photographed.visit)
    page.evaluate(SYNC)
    photographed.at_the_server(backed_up_at=datetime.now(UTC))
    page.evaluate(SYNC)
    photographed.storage()
    page.click("#free-backed-up button")
    page.wait_for_selector("#storage-gauge .fine:has-text('已释放')")
    assert photographed.grade() == ["backed-up", True, False]
    assert page.evaluate(GRADE, [photographed.visit, unnamed]) == ["backed-up", False, True]


def test_the_servers_word_of_this_moment_counts_and_no_note_of_the_phone(photographed: Photographed) -> None:
    photographed.at_the_server()
    photographed.page.evaluate(NOTE, [photographed.visit, photographed.photo, {"grade": "backed-up"}])
    photographed.storage()
    photographed.page.click("#free-backed-up button")
    photographed.page.wait_for_selector("#storage-gauge .fine")
    assert photographed.grade()[1:] == [False, True]


def test_out_of_the_servers_reach_nothing_is_given_back(photographed: Photographed) -> None:
    photographed.storage()
    photographed.page.click("#storage-free summary")
    photographed.zhou.context.set_offline(True)
    photographed.page.click("#free-stored button")
    photographed.page.wait_for_selector("#notice:has-text('没有删除任何文件')")
    assert photographed.grade() == ["stored", False, True]


def test_what_the_server_lost_after_it_was_given_back_is_said_aloud(photographed: Photographed) -> None:
    page = photographed.page
    photographed.storage()
    page.click("#storage-free summary")
    page.click("#free-stored button")
    page.wait_for_selector("#storage-gauge .fine")
    photographed.at_the_server()
    page.evaluate(SYNC)
    page.goto(f"{photographed.county.server.url}/field/sync")
    page.wait_for_selector(".needs:has-text('从备份中找回')")
    assert photographed.grade() == ["gone", True, False]


def test_little_room_is_said_on_every_page_before_it_runs_out(county: County, officer: Callable[..., Phone]) -> None:
    zhou = officer("zhou")
    page = zhou.tab()
    page.add_init_script("navigator.storage.estimate = async () => ({ usage: 9.7e9, quota: 1e10 });")
    for path in ("/field/", "/field/sync", "/field/me"):
        page.goto(county.server.url + path)
        let_in(page)
        page.wait_for_selector(".alert--warn:has-text('空间快用完了')")
    page.click(".alert--warn a")
    page.wait_for_selector("#storage-free")


def test_with_no_room_left_nothing_typed_is_lost_and_nothing_is_called_saved(
    county: County, officer: Callable[..., Phone]
) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    zhou.arrive(visit, "XFJY")
    page = zhou.open(visit, "/items/XF1")
    page.click(".verdict--fail")
    page.fill("[name=remark]", "灭火器压力不足")
    page.evaluate(FULL)
    page.evaluate("window.full = true")
    page.click("button.bar__main")
    page.wait_for_selector("#notice:has-text('本机空间已满')")
    assert page.input_value("[name=remark]") == "灭火器压力不足"
    assert page.query_selector(".answered--fail") is None
    assert zhou.answers(visit, "XF1") == []
    page.evaluate("window.full = false")
    page.click("button.bar__main")
    page.wait_for_selector(".answered--fail")
    assert [one["remark"] for one in zhou.answers(visit, "XF1")] == ["灭火器压力不足"]
