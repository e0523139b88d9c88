"""Signing in and out, as a dialogue with the form."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.accounts import actions
from server.accounts.model import Person, SignInFailure
from server.infra.audit import AuditEntry
from server.infra.db import db
from tests.accounts.conftest import PASSWORD, Clock
from tests.dialogue import form_token, sign_in

pytestmark = pytest.mark.usefixtures("staff")


def signed_in(client: FlaskClient) -> bool:
    return client.get("/api/session").status_code == 200


def test_the_right_password_opens_a_session(any_db: str, client: FlaskClient) -> None:
    answer = sign_in(client, " office ", PASSWORD)
    assert (answer.status_code, answer.location, signed_in(client)) == (302, "/office", True)


def test_a_wrong_one_keeps_what_was_typed(client: FlaskClient) -> None:
    answer = sign_in(client, "office", "wrong")
    page = answer.get_data(as_text=True)
    assert (answer.status_code, signed_in(client)) == (401, False)
    assert "用户名或密码不正确" in page
    assert 'value="office"' in page
    assert "wrong" not in page.replace("wrong-password", "")


def test_an_account_that_is_not_there_answers_alike(client: FlaskClient) -> None:
    assert sign_in(client, "nobody", PASSWORD).status_code == 401


def test_a_closed_account_stays_shut_and_its_sessions_end(app: Flask, client: FlaskClient) -> None:
    sign_in(client, "office", PASSWORD)
    with app.app_context():
        db.session.execute(db.update(Person).filter_by(username="office").values(active=False))
        db.session.commit()
    assert not signed_in(client)
    assert sign_in(app.test_client(), "office", PASSWORD).status_code == 401


def test_the_sixth_attempt_waits_and_says_how_long(any_db: str, client: FlaskClient, clock: Clock) -> None:
    for _ in range(5):
        assert sign_in(client, "office", "wrong").status_code == 401
        clock.pass_by(minutes=1)
    answer = sign_in(client, "office", PASSWORD)
    assert (answer.status_code, "请在 10 分钟后再试" in answer.get_data(as_text=True)) == (429, True)
    assert sign_in(client, "admin", PASSWORD).status_code == 302  # another account, the same address
    clock.pass_by(minutes=10)
    assert sign_in(client, "office", PASSWORD).status_code == 302


def test_successes_do_not_count(client: FlaskClient) -> None:
    for _ in range(12):
        assert sign_in(client, "office", "wrong").status_code == 401
        assert sign_in(client, "office", PASSWORD).status_code == 302


def test_an_address_that_tries_many_accounts_waits_too(app: Flask, client: FlaskClient) -> None:
    for number in range(30):
        sign_in(client, f"guess-{number}", "wrong")
    assert sign_in(client, "office", PASSWORD).status_code == 429
    elsewhere = app.test_client()
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert sign_in(elsewhere, "office", PASSWORD).status_code == 302


def test_failures_that_no_longer_count_are_forgotten(app: Flask, client: FlaskClient, clock: Clock) -> None:
    sign_in(client, "office", "wrong")
    clock.pass_by(minutes=16)
    sign_in(client, "admin", "wrong")
    with app.app_context():
        assert list(db.session.scalars(db.select(SignInFailure.username))) == ["admin"]


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/field/visits/1?a=b", "/field/visits/1?a=b"),
        ("https://elsewhere.example/", "/office"),
        ("//elsewhere.example/", "/office"),
        ("/\\elsewhere.example", "/office"),
        ("javascript:alert(1)", "/office"),
        ("/\nx", "/office"),
        ("http://[", "/office"),
    ],
)
def test_it_leads_back_but_never_away(client: FlaskClient, wanted: str, leads_to: str) -> None:
    assert sign_in(client, "office", PASSWORD, next=wanted).location == leads_to


@pytest.mark.parametrize(("username", "where"), [("inspector", "/field/"), ("office", "/office")])
def test_a_phone_begins_where_the_work_is(client: FlaskClient, username: str, where: str) -> None:
    client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Linux; Android 16) Mobile Safari/537.36"
    assert sign_in(client, username, PASSWORD).location == where


def test_who_has_no_account_finds_what_is_for_everybody(client: FlaskClient) -> None:
    page = client.get("/login").text
    for public in ("/plans", "/draws", "/lists", "/handbook"):
        assert f'href="{public}"' in page
        assert client.get(public).status_code == 200


def test_the_front_door_knows_the_way(client: FlaskClient) -> None:
    assert client.get("/").location == "/login"
    sign_in(client, "inspector", PASSWORD)
    assert client.get("/").location == "/field/"
    assert client.get("/login").location == "/field/"


def test_signing_out_ends_the_session(client: FlaskClient) -> None:
    sign_in(client, "office", PASSWORD)
    answer = client.post("/logout", data={"csrf_token": form_token(client)})
    assert (answer.location, signed_in(client)) == ("/login", False)
    assert "尚未同步的工作仍保存在本机" in client.get("/login").get_data(as_text=True)


def test_a_form_without_its_token_is_refused_with_what_to_do(client: FlaskClient) -> None:
    answer = client.post("/login", data={"username": "office", "password": PASSWORD})
    assert (answer.status_code, "安全凭证已过期" in answer.get_data(as_text=True)) == (400, True)


def test_the_session_before_signing_in_is_not_the_one_after(client: FlaskClient) -> None:
    client.get("/login")
    with client.session_transaction() as session:
        session["planted"] = "yes"
    sign_in(client, "office", PASSWORD)
    with client.session_transaction() as session:
        assert "planted" not in session


def test_a_sign_in_is_recorded(app: Flask, client: FlaskClient, staff: dict[str, str]) -> None:
    sign_in(client, "office", PASSWORD)
    with app.app_context():
        entry = db.session.scalar(db.select(AuditEntry).filter_by(deed="signed-in"))
        assert entry is not None
        assert (entry.actor, entry.subject) == (staff["office"], staff["office"])


def test_nobody_waits_for_a_password_to_be_checked(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing = []

    def matches(_hash: str, _password: str) -> bool:
        writing.append(bool(db.session().info.get("writing")))
        return True

    monkeypatch.setattr(actions, "_matches", matches)
    assert sign_in(client, "office", PASSWORD).status_code == 302
    assert writing == [False]


def test_over_https_the_token_is_proof_enough_without_a_referer(app: Flask) -> None:
    client = app.test_client()
    page = client.get("/login", base_url="https://localhost").get_data(as_text=True)
    token = re.search(r'name="csrf-token" content="([^"]+)"', page).group(1)
    form = {"username": "office", "password": PASSWORD, "csrf_token": token}
    assert client.post("/login", base_url="https://localhost", data=form).status_code == 302


def test_cookies_are_secure_over_https_and_never_readable_by_scripts(app: Flask) -> None:
    plain = app.test_client().get("/login").headers["Set-Cookie"]
    https = app.test_client().get("/login", base_url="https://localhost").headers["Set-Cookie"]
    assert ("Secure" in plain, "HttpOnly" in plain, "SameSite=Lax" in plain) == (False, True, True)
    assert "Secure" in https


def test_a_new_password_ends_all_sessions(app: Flask, client: FlaskClient) -> None:
    sign_in(client, "office", PASSWORD)
    done = app.test_cli_runner().invoke(args=["accounts", "password", "office", "--password", "new"])
    assert done.exit_code == 0, done.output
    assert not signed_in(client)
    assert sign_in(client, "office", "new").status_code == 302


def test_an_account_can_be_added_from_the_command_line(app: Flask, client: FlaskClient) -> None:
    words = [
        "accounts",
        "add",
        "zhao",
        "赵𠮷",
        "--role",
        "office",
        "--role",
        "planner",
        "--password",
        "secret",
    ]
    assert app.test_cli_runner().invoke(args=words).exit_code == 0
    sign_in(client, "zhao", "secret")
    assert client.get("/api/session").get_json()["roles"] == ["office", "planner"]
