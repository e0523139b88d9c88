"""The party's copy: made without network, recorded before it goes out, and checked by whoever holds it."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from tests.field.conftest import County, Phone
from tests.field.test_closing import answer_all, draw

FETCHED = re.compile(r"""\b(?:src|href|action|data|poster|xlink:href)\s*=|url\(|@import|<script|<link|<iframe|<form|\son\w+=""", re.I)


def make_copy(page: Page) -> str:
    """Through the form; the SHA-256 as the page shows it."""
    page.click("#make-copy button[type=submit]")
    page.wait_for_selector("party-copy")
    return page.inner_text("#copy-state .copy__hash").split()[-1]


def saved(page: Page, folder: Path) -> Path:
    """The file as it reaches the party's hands."""
    with page.expect_download() as download:
        page.click("[data-do=copy-save]")
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def served(phone: Phone, visit: str) -> list[dict]:
    return phone.page.evaluate(
        """async (visit) => {
          const { app } = await import("/field/app/local/app.js");
          return (await app.store.entries(visit)).filter((one) => one.kind === "served").map((one) => one.body);
        }""",
        visit,
    )


def test_a_copy_is_made_offline_recorded_and_checked_by_its_holder(
    county: County, officer: Callable[..., Phone], tmp_path: Path
) -> None:
    visit = county.visit()
    zhou = officer("zhou")
    answer_all(zhou, visit, "XFJY", {"XF2": None})
    page = zhou.open(visit, "/items/XF1")
    page.click(".verdict--fail")
    page.fill("[name=remark]", "消防车通道被占用<b>&")
    page.click("button.bar__main")
    page.wait_for_selector(".answered--fail")
    page = zhou.open(visit, "/close")
    page.fill("#demand-XF1", "立即清理消防车通道。")
    page.click("#measure-XF1 button[type=submit]")
    page.wait_for_selector(".disposal .said")
    page.click("#signatures .pair a >> nth=1")
    draw(page)
    page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
    page.goto(f"{county.server.url}/field/visits/{visit}/close")
    page.click("#copy a")
    page.wait_for_selector("#make-copy")
    zhou.context.set_offline(True)
    sha256 = make_copy(page)
    path = saved(page, tmp_path)
    content = path.read_bytes()
    assert hashlib.sha256(content).hexdigest() == sha256
    assert [(one["sha256"], one["recipient"]) for one in served(zhou, visit)] == [(sha256, "演示人")]

    text = content.decode()
    assert FETCHED.findall(text) == []
    assert "消防车通道被占用&lt;b&gt;&amp;" in text
    for said in ("青阳县演示加油站", "青阳县消防救援大队", "340003", "立即清理消防车通道。", "演示人", "尚未签结"):
        assert said in text
    assert text.count('class="ink"') == 1
    address = re.search(r'class="place">([^<]+)<', text).group(1)

    page.goto(f"{county.server.url}/field/visits/{visit}/copies/{sha256}")  # and once more, the same bytes
    page.wait_for_selector("party-copy")
    assert saved(page, tmp_path).read_bytes() == content

    holder = zhou.context.browser.new_page()
    holder.goto(address)
    assert "没有登记过副本" in holder.inner_text("main")
    zhou.context.set_offline(False)
    page.wait_for_selector("#copy-state .mark--stored", timeout=60_000)
    holder.reload()
    holder.set_input_files("#copy", path)
    holder.wait_for_selector("[data-says=same]:visible")
    changed = tmp_path / "changed.html"
    changed.write_bytes(content.replace(b"340003", b"340009"))
    holder.set_input_files("#copy", changed)
    holder.wait_for_selector("[data-says=other]:visible")
    holder.context.close()
