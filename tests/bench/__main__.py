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

PARTS = ("field", "sync", "upload", "registry", "imports", "draw")


def main(parts: list[str]) -> None:
    """Measure on a demo county of its own, made for this run and thrown away."""
    with TemporaryDirectory(prefix="liancha-bench-") as folder:
        server = LiveServer(Path(folder), free_port())
        with server.app.app_context():
            upgrade(str(ROOT / "migrations"))
        server.flask("demo", "load")
        server.start()
        try:
            print(table(_figures(server, parts)))  # noqa: T201
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
    if "registry" in parts:
        figures += registry.measure()
    if "imports" in parts:
        figures += imports.measure()
    if "draw" in parts:
        figures += draw.measure()
    return figures


if __name__ == "__main__":
    main(sys.argv[1:] or list(PARTS))
