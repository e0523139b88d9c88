"""Who may enter: what views declare is what happens."""

from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.web import nav
from server.web.gate import PUBLIC, SIGNED_IN, Rights, allow

EVERYBODY, MEMBERS, OFFICE = (Rights(frozenset(who)) for who in ({PUBLIC}, {SIGNED_IN}, {"office", "head"}))


@pytest.mark.parametrize(
    ("rights", "signed_in", "roles", "verdict"),
    [
        (EVERYBODY, False, set(), None),
        (MEMBERS, False, set(), "sign-in"),
        (MEMBERS, True, set(), None),
        (OFFICE, False, set(), "sign-in"),
        (OFFICE, True, {"inspector"}, "not-allowed"),
        (OFFICE, True, {"inspector", "head"}, None),
        (Rights(frozenset()), True, {"admin"}, "not-allowed"),
    ],
)
def test_the_verdict(rights: Rights, signed_in: bool, roles: set[str], verdict: str | None) -> None:
    assert rights.verdict(signed_in, frozenset(roles)) == verdict


def test_a_view_that_declares_nothing_lets_nobody_in(app: Flask, client: FlaskClient) -> None:
    app.add_url_rule("/api/forgotten", "forgotten", lambda: "secret")
    assert client.get("/api/forgotten").status_code == 401


def test_the_navigation_shows_what_is_open_to_the_person(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    app.extensions["nav"] = []
    app.add_url_rule("/office/b", "b.page", allow("office")(lambda: ""))
    app.add_url_rule("/office/a", "a.page", allow(SIGNED_IN)(lambda: ""))
    app.add_url_rule("/office/c", "c.page", allow("admin")(lambda: ""))
    for order, name in enumerate(("b", "a", "c")):
        nav.register(app, nav.NavItem(name, "home", f"{name}.page", -order))
    with app.test_request_context("/office/b"):
        for person, names in [
            (SimpleNamespace(is_authenticated=True, roles={"office"}), ["a", "b"]),
            (SimpleNamespace(is_authenticated=False), []),
        ]:
            monkeypatch.setattr(nav, "current_user", person)
            assert [item.label for item in nav.visible_items()] == names
