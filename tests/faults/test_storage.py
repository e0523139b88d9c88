"""The phone's storage fails at each of its calls in turn, in each way known from the field.

It is opened again once, or the work is refused aloud. Nothing called saved is lost, nothing is taken for
empty, and the work can be done again.
"""

import base64
import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from server.kernel.canonical import canonical
from server.visits.fold import fold
from tests.evidence.files import image
from tests.faults.conftest import SOAK
from tests.faults.lab import Lab
from tests.faults.phones import Json

SEED = int(os.environ.get("SEED", "1"))
STRIDE = 1 if SOAK else 3
"""Of the calls from which on all fail, so many are passed over."""

WAYS = ["throws", "closes", "errs", "unsaid"]
RUN = """async ([world, photo, faults]) => {
  const storing = await import("/field/faults/storing.js");
  const bytes = Uint8Array.from(atob(photo), (letter) => letter.charCodeAt(0));
  const ends = [];
  for (const fault of faults) {
    const given = { first: Infinity, last: Infinity, ...fault };
    const blob = new Blob([bytes, crypto.getRandomValues(new Uint8Array(16))], { type: "image/jpeg" });
    ends.push({ fault, ...await storing.run(world, blob, { ...given, last: given.last ?? Infinity }) });
  }
  return ends;
}"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of the laboratory."""
    context, lab = browser.new_context(), Lab()
    opened = context.new_page()
    opened.goto(f"{lab.url}/field/lab")
    yield opened
    context.close()
    lab.close()


def run(page: Page, world: Json, faults: list[Json]) -> list[Json]:
    """Work through each of the faults: how it ended."""
    photo = base64.b64encode(image("JPEG", 64, 48)).decode()
    return page.evaluate(RUN, [world, photo, faults])


def calls(page: Page, world: Json, way: str) -> range:
    """The numbers of all calls that can fail in this way."""
    (end,) = run(page, world, [{"way": way}])
    assert end["wrong"] == [], end["wrong"]
    return range(1, end["made"] + 1)


def wrong(end: Json, world: Json) -> list[Any]:
    """What went wrong, the fold of Python among it."""
    digest = world["digest"]
    bundles = {digest: world["bundle"]}
    context = {"quarantined": [], "lost": [], "blobs": {}, "bundles": bundles, "digest": digest}
    same = canonical(fold(world["bundle"], end["entries"], context)).decode() == end["state"]
    return end["wrong"] + ([] if same else ["the folds differ"])


@pytest.mark.parametrize("way", WAYS)
def test_a_call_that_fails_once_is_not_noticed(page: Page, world: Json, way: str) -> None:
    for end in run(page, world, [{"way": way, "first": n, "last": n + 1} for n in calls(page, world, way)]):
        assert not wrong(end, world), end["fault"]
        assert end["refused"] is None, end["fault"]


@pytest.mark.parametrize("way", WAYS)
def test_calls_that_go_on_failing_are_told_and_lose_nothing(page: Page, world: Json, way: str) -> None:
    some = calls(page, world, way)[SEED % STRIDE :: STRIDE]
    for end in run(page, world, [{"way": way, "first": n, "last": None} for n in some]):
        assert not wrong(end, world), end["fault"]
        assert end["refused"] == "storage-broken", end["fault"]


def test_a_full_disk_at_any_write_is_told_and_loses_nothing(page: Page, world: Json) -> None:
    writes = calls(page, world, "fills")
    for end in run(page, world, [{"way": "fills", "first": n, "last": n + 1} for n in writes]):
        assert not wrong(end, world), end["fault"]
        assert end["refused"] == "storage-full", end["fault"]
