"""Traditional Chinese: derived from every Simplified text, and the same on the phone as in OpenCC."""

from flask.testing import FlaskClient
from playwright.sync_api import Browser, Route

from server.kernel.problems import CATALOGUE
from server.kernel.traditional import traditional
from tests import traditional as maker
from tests.dialogue import form_token

ORIGIN = "https://texts.test"


def test_what_was_made_is_what_would_be_made() -> None:
    stale = "run `python -m tests.traditional`"
    assert maker.FIELD_TABLE.read_text("utf-8") == maker.field_module(), stale
    assert maker.SERVER_TABLE.read_text("utf-8") == maker.server_table(), stale
    assert maker.SERVER_TEXTS.read_bytes() == maker.server_catalogue(), stale


def test_the_server_converts_problems_and_messages_as_opencc_does() -> None:
    texts = maker.kernel_texts()
    assert [traditional(text) for text in texts] == [maker.converted(text) for text in texts]


def test_the_phone_converts_its_texts_as_opencc_does(browser: Browser) -> None:
    def serve(route: Route) -> None:
        path = maker.ROOT / "pwa" / route.request.url.removeprefix(f"{ORIGIN}/")
        if path.is_file():
            route.fulfill(path=path, content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html><title>texts</title>", content_type="text/html")

    page = browser.new_context().new_page()
    page.route(f"{ORIGIN}/**", serve)
    page.goto(f"{ORIGIN}/")
    texts = maker.field_texts()
    load = "const { traditional } = await import('/i18n/zh-Hant.js');"
    converted = page.evaluate(f"async (texts) => {{ {load} return texts.map(traditional); }}", texts)
    page.context.close()
    assert converted == [maker.converted(text) for text in texts]


def test_a_reader_chooses_it(client: FlaskClient) -> None:
    client.post(
        "/language", data={"locale": "zh_Hant_TW", "next": "/login", "csrf_token": form_token(client)}
    )
    page = client.get("/login").get_data(as_text=True)
    assert '<html lang="zh-Hant">' in page
    assert "登錄" in page or "登入" in page
    answer = client.get("/api/visits", headers={"Accept": "application/json"})
    assert answer.get_json()["title"] == traditional(CATALOGUE["sign-in"].zh).split("。")[0]
