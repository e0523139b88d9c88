"""A page in Chromium that holds the phones' journal modules, without any server."""

import json
import mimetypes
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route

PWA = Path(__file__).resolve().parents[2] / "pwa"
ORIGIN = "https://journal.test"  # https: Web Crypto exists in secure contexts only

InBrowser = Callable[[str, Any], Any]


@pytest.fixture(scope="module")
def in_browser(browser: Browser) -> Iterator[InBrowser]:
    """`in_browser(body, given)` runs the body of an async function with `given`, a JSON value; answers JSON.

    The body may `await load("fold.js")`. Given and answer travel as JSON text, so that nothing but JSON.parse
    stands between the two languages.
    """
    page = browser.new_context().new_page()
    page.route(f"{ORIGIN}/**", _serve)
    page.goto(f"{ORIGIN}/")

    def run(body: str, given: Any = None) -> Any:
        text = page.evaluate(
            f"""async (text) => {{
                const load = (name) => import(`/journal/${{name}}`);
                const given = JSON.parse(text);
                const answer = await (async () => {{ {body} }})();
                return JSON.stringify(answer);
            }}""",
            json.dumps(given),
        )
        return json.loads(text)

    yield run
    page.context.close()


def _serve(route: Route) -> None:
    path = PWA / route.request.url.removeprefix(f"{ORIGIN}/")
    if path == PWA:
        route.fulfill(body="<!doctype html><title>journal</title>", content_type="text/html")
    elif path.is_file():
        route.fulfill(path=path, content_type=mimetypes.guess_type(path)[0] or "text/javascript")
    else:
        route.fulfill(status=404)
