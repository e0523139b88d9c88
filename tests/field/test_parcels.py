"""No network at all: two phones exchange a visit by one file, and one of them carries all of it home."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from server.evidence.model import Blob
from server.infra.db import db
from server.visits.model import Entry
from tests.field.conftest import County, Phone
from tests.phone_store.test_rescue import Desk
from tests.phone_store.test_sync import photo

Officer = Callable[..., Phone]
WAIT = 60_000

KEEP = """async ({ visit, bytes }) => {
  const { app } = await import("/field/app/local/app.js");
  const { capturePhoto } = await import("/field/app/capture/record.js");
  const blob = new Blob([Uint8Array.from(bytes)], { type: "image/jpeg" });
  return (await capturePhoto(app.store, visit, blob, { item: "XF1" })).body.sha256;
}"""
HERE = """async (visit) => {
  const { app } = await import("/field/app/local/app.js");
  const [hashes, files] = await Promise.all([app.store.hashes(visit), app.store.evidenceList(visit)]);
  return { hashes: hashes.sort(), files: files.map(({ sha256 }) => sha256).sort() };
}"""


def here(phone: Phone, visit: str) -> dict[str, list[str]]:
    """What is on a phone of a visit."""
    return phone.page.evaluate(HERE, visit)


def answer(phone: Phone, visit: str, item: str) -> None:
    """One tap."""
    phone.open(visit, f"/items/{item}").click(".verdict--pass")
    phone.page.wait_for_selector(".answered--pass")


def hand_over(phone: Phone, visit: str, to: Path) -> str:
    """Make the file and put it where a share sheet would: its code."""
    page = phone.open(visit, "/handover")
    page.click("#handover-make button[type=submit]")
    page.wait_for_selector(".parcel-code", timeout=WAIT)
    with page.expect_download() as saved:
        page.click("[data-do=parcel-download]")
    saved.value.save_as(to)
    return "".join(page.locator(".parcel-code").inner_text().split())


def go_offline(phone: Phone) -> None:
    """No network from now on; the shell is kept by then."""
    phone.page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    phone.context.set_offline(True)


def take_in(phone: Phone, file: Path, code: str) -> Page:
    """Choose a file and give the code."""
    page = phone.page
    page.goto(f"{phone.county.server.url}/field/take")
    with page.expect_file_chooser() as chooser:
        page.click("[data-do=parcel-pick]")
    chooser.value.set_files(file)
    page.fill("#code", code)
    page.click("#take-code button[type=submit]")
    return page


@pytest.fixture
def handed_over(county: County, officer: Officer, tmp_path: Path) -> tuple[str, Phone, Phone, Path, str]:
    """Two phones of one visit that met no server since: Zhou answered and took a photo, and made a file of it."""
    visit = county.visit()
    zhou, lin = officer("zhou"), officer("lin")
    lin.open(visit)
    zhou.arrive(visit, "XFJY")
    for one in (zhou, lin):
        go_offline(one)
    answer(zhou, visit, "XF1")
    zhou.page.evaluate(KEEP, {"visit": visit, "bytes": list(photo(700))})
    file = tmp_path / "file.liancha"
    return visit, zhou, lin, file, hand_over(zhou, visit, file)


def test_what_one_phone_wrote_reaches_the_server_by_the_other(
    county: County, handed_over: tuple[str, Phone, Phone, Path, str]
) -> None:
    visit, zhou, lin, file, code = handed_over
    page = take_in(lin, file, f"{code[:4]} {code[4:]}")
    expect(page.locator("#take")).to_contain_text("已收下", timeout=WAIT)
    assert here(lin, visit) == here(zhou, visit)
    page.click("#take-again button")
    take_in(lin, file, code)
    expect(page.locator("#take")).to_contain_text("文件里的本机都有", timeout=WAIT)
    wanted = here(zhou, visit)
    zhou.context.close()
    lin.context.set_offline(False)
    lin.open(visit).wait_for_selector(".top .mark--stored", timeout=WAIT)
    with county.app.app_context():
        entries = db.session.scalars(
            db.select(Entry.hash).where(Entry.visit_id == visit, Entry.standing == "accepted")
        )
        blobs = db.session.scalars(db.select(Blob.sha256).where(Blob.visit_id == visit))
        assert {"hashes": sorted(entries), "files": sorted(blobs)} == wanted
        db.engine.dispose()


def test_a_file_that_is_not_whole_or_not_for_this_person_changes_nothing(
    officer: Officer, handed_over: tuple[str, Phone, Phone, Path, str], tmp_path: Path
) -> None:
    visit, _, lin, file, code = handed_over
    before = here(lin, visit)
    whole = file.read_bytes()
    altered = bytearray(whole)
    altered[len(whole) // 2] ^= 1
    bad = tmp_path / "bad.liancha"
    for content, said_code, words in (
        (whole[:-40], code, "不完整或被改动过"),
        (whole[: len(whole) // 2], code, "不完整或被改动过"),
        (bytes(altered), code, "不完整或被改动过"),
        (whole + b"more", code, "不完整或被改动过"),
        (whole, "0" * 16, "口令不对"),
        (b"\xff" * 5000, code, "不是联查的交接文件"),
        (b"", code, "不是联查的交接文件"),
    ):
        bad.write_bytes(content)
        page = take_in(lin, bad, said_code)
        expect(page.locator("#take")).to_contain_text(words, timeout=WAIT)
    assert here(lin, visit) == before
    stranger = officer("tang")
    go_offline(stranger)
    page = take_in(stranger, file, code)
    expect(page.locator("#take")).to_contain_text("您不在这次检查的名单上", timeout=WAIT)
    assert here(stranger, visit) == {"hashes": [], "files": []}


def test_a_colleague_who_never_downloaded_the_visit_gets_it_by_the_file(
    county: County, officer: Officer, tmp_path: Path
) -> None:
    wu = officer("wu")
    go_offline(wu)
    visit = county.visit()
    zhou = officer("zhou")
    zhou.arrive(visit, "XFJY")
    file = tmp_path / "file.liancha"
    code = hand_over(zhou, visit, file)
    assert visit not in json.dumps(wu.page.content())
    page = take_in(wu, file, code)
    page.click("text=打开这次检查")
    page.wait_for_url(f"**/visits/{visit}")
    answer(wu, visit, "XF2")
    assert set(here(zhou, visit)["hashes"]) < set(here(wu, visit)["hashes"])


def test_leaving_is_one_tap_when_nothing_stays_behind_and_else_has_a_reason(
    county: County, officer: Officer
) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    zhou.arrive(visit, "XFJY")
    zhou.page.wait_for_selector("#step-party .mark--stored", timeout=WAIT)
    go_offline(zhou)
    answer(zhou, visit, "XF1")
    page = zhou.open(visit, "/close")
    page.click("#leave button")
    page.wait_for_url("**/leaving")
    expect(page.locator("#here")).to_contain_text("记录 1 条，照片音像 0 个")
    page.click("#leaving-sync button")
    expect(page.locator("#notice .notice")).to_contain_text("连不上服务器")
    page.click("#leaving button[type=submit]")
    expect(page.locator("#notice .notice")).to_contain_text("请写明理由")
    page.locator(".phrase").last.click()
    page.click("#leaving button[type=submit]")
    page.wait_for_selector("#leaving .said")
    assert left(page, visit) == {
        "department": "XFJY",
        "reason": "现场没有网络，回到有网络的地方后同步",
        "unsent": {"entries": 1, "files": 0, "bytes": 0},
    }
    lin = officer("lin")
    lin.arrive(visit, "SCJG")
    lin.page.wait_for_selector("#step-party .mark--stored", timeout=WAIT)
    lin.open(visit, "/close").click("#leave button")
    lin.page.wait_for_selector("#leaving .said")
    assert left(lin.page, visit) == {"department": "SCJG"}


def left(page: Page, visit: str) -> dict[str, object]:
    """What the last leaving says, but for the place."""
    body = page.evaluate(
        """async (visit) => {
          const { app } = await import("/field/app/local/app.js");
          return (await app.store.entries(visit)).filter((one) => one.kind === "visit.left" && one.author === app.store.person.id).at(-1).body;
        }""",
        visit,
    )
    return {name: value for name, value in body.items() if name != "location"}


def test_a_phone_nobody_can_open_gives_its_rescue_file_and_the_office_takes_it_in(
    county: County, officer: Officer, tmp_path: Path
) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    zhou.arrive(visit, "XFJY")
    zhou.page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    zhou.context.set_offline(True)
    answer(zhou, visit, "XF1")
    zhou.page.evaluate(KEEP, {"visit": visit, "bytes": list(photo(300))})
    wanted = here(zhou, visit)
    page = zhou.page
    page.evaluate("async () => { await (await import('/field/app/store/accounts.js')).lock(); }")
    page.goto(f"{county.server.url}/field/")
    page.click("a[href='/field/people']")
    page.click("a[href='/field/rescue']")
    page.click("#rescue-make button[type=submit]")
    with page.expect_download(timeout=WAIT) as saved:
        page.click("[data-do=parcel-download]")
    saved.value.save_as(tmp_path / "rescue")
    desk = Desk(county.app)
    outcome = desk.outcome((tmp_path / "rescue").read_bytes())
    assert outcome["state"] == "done"
    assert desk.held(visit) == (wanted["hashes"], wanted["files"])
