"""A second version of the shell, really served: it waits for the end of the work and for the reader, and the first one stays."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from server.infra.db import db
from tests.field.conftest import County, Phone
from tests.people import settle
from tests.postgres import free_port
from tests.processes import ROOT, LiveServer

SERVED = ("server", "pwa", "deploy", "config.py", "wsgi.py")
APPEND = """async ([visit, kind]) => {
  const { app } = await import("/field/app/local/app.js");
  await app.store.append(visit, kind, { department: "XFJY", location: null });
}"""
UPDATE = "async () => { await (await navigator.serviceWorker.getRegistration('/field/')).update(); }"
KEPT = "async () => (await caches.keys()).filter((name) => name.startsWith('liancha-shell-')).length"
SECOND = "() => globalThis.second === true"


class Release:
    """A server of its own tree, of which a second version can be served."""

    def __init__(self, folder: Path) -> None:
        self.tree = folder / "tree"
        self.tree.mkdir()
        for name in SERVED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, self.tree / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copyfile(source, self.tree / name)
        data = folder / "data"
        data.mkdir()
        server = LiveServer(data, free_port(), self.tree)
        with server.app.app_context():
            db.create_all()
            people = settle()
            db.engine.dispose()
        server.start()
        self.county = County(server, people)

    def second(self) -> None:
        """From now on the shell is another one."""
        boot = self.tree / "pwa/boot.js"
        boot.write_text(boot.read_text() + "\nglobalThis.second = true;\n")


@pytest.fixture
def release(tmp_path: Path) -> Iterator[Release]:
    made = Release(tmp_path)
    yield made
    made.county.server.kill()


def test_a_newer_version_waits_for_the_end_of_the_visit_and_for_the_reader(
    release: Release, browser: Browser, phone: dict[str, object]
) -> None:
    county = release.county
    visit = county.visit()
    zhou = Phone(county, browser.new_context(**phone))
    zhou.sign_in("zhou")
    page = zhou.page
    page.evaluate("() => navigator.serviceWorker.ready")
    page.reload()  # now under the first service worker's care
    page.wait_for_selector(".visit-card")
    page.evaluate(APPEND, [visit, "visit.arrived"])
    release.second()
    page.evaluate(UPDATE)
    page.wait_for_selector(".alert:has-text('结束后再更新')", timeout=90_000)  # the whole shell is fetched first
    assert page.query_selector("#version-take") is None
    zhou.open(visit)
    assert not page.evaluate(SECOND)  # the page, and the shell it is loaded from again, are the first version's
    page.evaluate(APPEND, [visit, "visit.left"])
    page.wait_for_selector("#version-take")
    assert not page.evaluate(SECOND)
    page.click("#version-take button")
    page.wait_for_function(SECOND)
    page.wait_for_selector("#steps")
    assert page.evaluate(KEPT) == 2
    entries = page.evaluate(
        "async (visit) => (await (await import('/field/app/local/app.js')).app.store.entries(visit)).map(({ kind }) => kind)", visit
    )
    assert entries == ["visit.arrived", "visit.left"]
    assert zhou.faults == []
    zhou.context.close()


def test_a_page_whose_database_was_renewed_elsewhere_says_so(county: County, officer: Callable[..., Phone]) -> None:
    zhou = officer("zhou")
    device = zhou.page.evaluate("async () => (await import('/field/app/local/app.js')).app.store.home")
    other = zhou.context.new_page()
    other.goto(f"{county.server.url}/healthz")
    other.evaluate(
        """(name) => new Promise((resolve, reject) => {
          const request = indexedDB.open(name, 99);
          request.onsuccess = () => { request.result.close(); resolve(); };
          request.onerror = () => reject(request.error);
        })""",
        f"liancha-{device}",
    )
    zhou.page.wait_for_selector(".gate:has-text('另一个页面已更新') [data-do=reload]")
