"""The phone's own server by itself: templates, routes, parts of a page. Runs in the browser, where it lives."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.catalogue.readings import TYPED
from tests.field.conftest import County

ROUTER = """
const { createRouter, DONE, see } = await import("/field/app/local/router.js");
const { Refusal } = await import("/field/app/local/refusal.js");
const { part } = await import("/field/app/local/live.js");
const { html } = await import("/field/app/views/html.js");
const views = {
  frame: (page) => html`<main id="screen">${page.body()}</main>`,
  failure: ({ code }) => ({ title: "x", body: () => html`<p class="failure">${code}</p>` }),
  notice: ({ code }) => html`<p>${code}</p>`,
};
const router = (routes, here = "/field/") => createRouter(routes, views, () => here);
const read = async (response) => (await response).text();
"""


@pytest.fixture
def run(county: County, browser: Browser) -> Iterator[Callable[[str], Any]]:
    page: Page = browser.new_page()
    page.goto(f"{county.server.url}/healthz")
    yield lambda body: page.evaluate(f"async () => {{ {ROUTER} {body} }}")
    page.close()


def test_whatever_is_not_html_is_escaped(run: Callable[[str], Any]) -> None:
    hostile = """<img src=x onerror="alert('1')">&"""
    escaped = "&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;"
    assert run(f"return html`<p>${{{hostile!r}}}</p>`.toString()") == f"<p>{escaped}</p>"
    assert run("return html`${[html`<b>1</b>`, '<', null, false, undefined, 0]}`.toString()") == "<b>1</b>&lt;0"


def test_a_handler_gets_the_holes_of_its_path_and_the_query(run: Callable[[str], Any]) -> None:
    got = run("""
      const fetch = router([["GET", "/field/visits/:visit/items/:item", ({ params, query, method }) =>
        ({ title: "t", body: () => html`${JSON.stringify([method, params, query.get("q")])}` })]]);
      const text = await (await fetch("/field/visits/a%20b/items/%E9%A1%B9?q=1")).text();
      return new DOMParser().parseFromString(text, "text/html").querySelector("#screen").textContent;
    """)
    assert got == '["GET",{"visit":"a b","item":"项"},"1"]'


def test_an_unknown_address_is_a_page_that_says_so(run: Callable[[str], Any]) -> None:
    status, text = run("""const response = await router([])("/field/nowhere"); return [response.status, await response.text()];""")
    assert status == 404
    assert "no-such-page" in text


def test_a_refused_write_answers_a_notice_and_swaps_nothing_else(run: Callable[[str], Any]) -> None:
    text, trigger = run("""
      const response = await router([["POST", "/field/x", () => { throw new Refusal("reason-needed", { field: "reason" }); }]])(
        "/field/x", { method: "POST", body: new URLSearchParams() });
      return [await response.text(), response.headers.get("HX-Trigger")];
    """)
    assert text == '<hx-partial hx-target="#notice" hx-swap="innerHTML"><p>reason-needed</p></hx-partial>'
    assert trigger == '{"refused":{"field":"reason"}}'


def test_after_a_write_only_the_parts_that_changed_are_sent(run: Callable[[str], Any]) -> None:
    first, after, again = run("""
      let count = 0;
      const page = () => ({ title: "t", body: () => html`${part("same", html`<p id="same">s</p>`)}${part("count", html`<p id="count">${count}</p>`)}` });
      const fetch = router([["GET", "/field", page], ["POST", "/field/more", () => { count += 1; return DONE; }]]);
      const post = () => fetch("/field/more", { method: "POST", body: new URLSearchParams() });
      const live = () => fetch("/field/", { headers: { "X-Live": "true" } });
      return [await read(fetch("/field/")), await read(post()), await read(live())];
    """)
    assert '<p id="same">s</p><p id="count">0</p>' in first
    assert "same" not in after
    assert '<p id="count">1</p>' in after
    assert "<p" not in again


def test_a_part_inside_a_changed_part_comes_once(run: Callable[[str], Any]) -> None:
    text = run("""
      let n = 0;
      const page = () => ({ title: "t", body: () => part("outer", html`<div id="outer">${n}${part("inner", html`<p id="inner">${n}</p>`)}</div>`) });
      const fetch = router([["GET", "/field", page], ["POST", "/field/more", () => { n += 1; return DONE; }]]);
      await fetch("/field/");
      return read(fetch("/field/more", { method: "POST", body: new URLSearchParams() }));
    """)
    assert text.count('id="inner"') == 1
    assert text.count("<hx-partial") == 1


def test_a_page_of_another_shape_is_sent_whole(run: Callable[[str], Any]) -> None:
    text = run("""
      let names = ["a"];
      const page = () => ({ title: "t", body: () => html`${names.map((name) => part(name, html`<p id="${name}"></p>`))}` });
      const fetch = router([["GET", "/field", page], ["POST", "/field/more", () => { names = ["a", "b"]; return DONE; }]]);
      await fetch("/field/");
      return read(fetch("/field/more", { method: "POST", body: new URLSearchParams() }));
    """)
    assert 'hx-target="#screen"' in text
    assert '<p id="a"></p><p id="b"></p>' in text


def test_going_elsewhere_after_a_write(run: Callable[[str], Any]) -> None:
    header = run("""
      const response = await router([["POST", "/field/x", () => see("/field/y#here")]])("/field/x", { method: "POST", body: new URLSearchParams() });
      return JSON.parse(response.headers.get("HX-Location"));
    """)
    assert header["path"] == "/field/y#here"
    assert header["target"] == "#screen"


@pytest.mark.parametrize(("typed", "decimals", "value"), TYPED)
def test_a_reading_is_kept_as_an_integer(run: Callable[[str], Any], typed: str, decimals: int, value: int | None) -> None:
    got = run(f"""const {{ typedReading }} = await import("/field/app/views/format.js"); return typedReading({typed!r}, {decimals});""")
    assert got == value


def test_a_reading_is_written_as_it_was_typed(run: Callable[[str], Any]) -> None:
    got = run("""const { reading } = await import("/field/app/views/format.js");
      return [reading(1234, 2), reading(-30, 2), reading(5, 3), reading(0, 2), reading(7, 0)];""")
    assert got == ["12.34", "-0.30", "0.005", "0.00", "7"]


PAGES = """
  const page = (name) => () => ({ title: name, body: () => html`<p>${name}</p>` });
  let here = "/field/a";
  const fetch = createRouter([["GET", "/field/a", page("A")], ["GET", "/field/b", page("B")]], views, () => here);
  const live = async () => read(await fetch("/field/a", { headers: { "X-Live": "true" } }));
  await fetch("/field/a");
"""


def test_news_of_a_page_the_reader_has_left_are_dropped(run: Callable[[str], Any]) -> None:
    assert run(f'{PAGES} const late = live(); here = "/field/b"; return late;') == ""


def test_news_do_not_lie_over_a_page_that_is_on_its_way(run: Callable[[str], Any]) -> None:
    first, again = run(f"""{PAGES} await fetch("/field/b"); return [await live(), await live()];""")
    assert first == ""
    assert "<p>A</p>" in again  # the other page never came: what is on the screen is mended
