"""Choosing a language."""

import re

import pytest
from flask.testing import FlaskClient

from server.web.i18n import local_path
from tests.dialogue import form_token


def test_chinese_unless_english_is_chosen(client: FlaskClient) -> None:
    assert '<html lang="zh-Hans">' in client.get("/login").get_data(as_text=True)
    answer = client.post(
        "/language", data={"locale": "en", "next": "/login", "csrf_token": form_token(client)}
    )
    assert answer.location == "/login"
    page = client.get("/login").get_data(as_text=True)
    assert '<html lang="en">' in page
    assert "Password" in page


def test_the_form_leads_back_to_a_page_one_can_get(client: FlaskClient) -> None:
    def back(page: str) -> list[str]:
        return re.findall(r'class="languages".*?name="next" value="([^"]*)"', page, re.DOTALL)

    assert back(client.get("/login?next=/x").get_data(as_text=True)) == ["/login?next=/x"]
    form = {"username": "nobody", "password": "wrong", "csrf_token": form_token(client)}
    assert back(client.post("/login", data=form).get_data(as_text=True)) == ["/login"]
    assert back(client.post("/nowhere/at/all").get_data(as_text=True)) == ["/nowhere/at/all"]


def test_an_unknown_language_changes_nothing(client: FlaskClient) -> None:
    client.post("/language", data={"locale": "xx", "next": "//elsewhere", "csrf_token": form_token(client)})
    assert client.get_cookie("locale") is None


@pytest.mark.parametrize(
    "target", ["", "x", "https://a/", "//a/", "/\\a", "/a\nb", "javascript:1", "http:/a"]
)
def test_only_paths_of_this_site_are_followed(target: str) -> None:
    assert local_path(target) is None
