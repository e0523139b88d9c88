"""`python -m tests.bench [field] [sync] …`: measure all of PARTS, or what is named, in one table."""

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from flask_migrate import upgrade
from playwright.sync_api import sync_playwright

from tests.bench import draw, field, imports, registry, sync, upload
from tests.bench.figures import Figure, table
from tests.browsers import ARGUMENTS, phone_profile
from tests.postgres import free_port
from tests.processes import ROOT, LiveServer

SERVED = ("field", "sync", "upload")
ALONE = {"registry": registry.measure, "imports": imports.measure, "draw": draw.measure}
PARTS = (*SERVED, *ALONE)


def main(parts: list[str]) -> None:
    """Measure, and print the table."""
    figures = _served(parts) if not {*SERVED}.isdisjoint(parts) else []
    for part, measure in ALONE.items():
        if part in parts:
            figures += measure()
    print(table(figures))  # noqa: T201


def _served(parts: list[str]) -> list[Figure]:
    """What is measured on a demo county of its own, made for this run and thrown away."""
    with TemporaryDirectory(prefix="liancha-bench-") as folder:
        server = LiveServer(Path(folder), free_port())
        with server.app.app_context():
            upgrade(str(ROOT / "migrations"))
        server.flask("demo", "load")
        server.start()
        try:
            return _figures(server, parts)
        finally:
            server.kill()


def _figures(server: LiveServer, parts: list[str]) -> list[Figure]:
    visit = server.flask(*field.SIZED, sync.LEAD).strip()
    figures = []
    if "field" in parts:
        with sync_playwright() as playwright:
            path = shutil.which("chromium") or playwright.chromium.executable_path
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            figures += field.measure(browser, phone_profile(playwright), server)
            browser.close()
    if "sync" in parts:
        figures += sync.measure(server, visit)
    if "upload" in parts:
        figures += upload.measure(server, visit)
    return figures


if __name__ == "__main__":
    main(sys.argv[1:] or list(PARTS))
