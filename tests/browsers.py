"""Chromium for the tests: the distribution's, driven by Playwright, with a fake camera and microphone."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.missing import lacking

ARGUMENTS = [
    "--no-sandbox",  # as root Chromium starts in no other way
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


PATIENCE = (
    60_000  # milliseconds before something awaited counts as missing: a slow machine is no fault of the app
)

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright itself, once per worker."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium_path(playwright: Playwright) -> str:
    """A Chromium that runs."""
    for name in ("chromium", "chromium-browser", "google-chrome", playwright.chromium.executable_path):
        path = shutil.which(name)
        if path and _runs(path):
            return path
    lacking("no Chromium is installed (package chromium)")


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium_path: str) -> Iterator[Browser]:
    """A browser; each `new_context(**phone)` is a device of its own, with empty storage."""
    launched = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def phone(playwright: Playwright) -> dict[str, Any]:
    """Options of a context that make it a phone in the county, with camera and location allowed."""
    return phone_profile(playwright)


def phone_profile(playwright: Playwright) -> dict[str, Any]:
    """The same for whoever starts Playwright without pytest."""
    profile = dict(playwright.devices["Pixel 7"])
    profile.pop("default_browser_type")
    return profile | {
        "viewport": {"width": 390, "height": 844},
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "permissions": ["camera", "microphone", "geolocation"],
        "geolocation": {"latitude": 30.6389, "longitude": 117.8472, "accuracy": 12},
    }


def _runs(path: str) -> bool:
    """Whether it is more than a name: Ubuntu's package is a pointer to a snap."""
    try:
        subprocess.run([path, "--version"], check=True, capture_output=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return False
    return Path(path).exists()
