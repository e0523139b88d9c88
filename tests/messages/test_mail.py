"""E-mail: one letter to each who wants it, by the server that the settings name; trouble stops nothing."""

import datetime as dt
import smtplib
from typing import ClassVar

import pytest

import config
from server.accounts.model import Person
from server.infra.db import db, transaction
from server.messages import delivery, mail
from server.messages.actions import tell
from server.messages.model import Message


class Server:
    """Stands for smtplib's client; `letters` is what was sent through any of them."""

    letters: ClassVar[list] = []
    offers_tls = True
    refuses: ClassVar[set] = set()
    refusal: ClassVar[Exception] = smtplib.SMTPRecipientsRefused({"": (550, b"nobody")})
    broken = False

    def __init__(self, host, port, timeout=None, context=None):
        if Server.broken:
            raise ConnectionRefusedError
        self.said = [("connect", host, port)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def ehlo(self):
        self.said.append(("ehlo",))

    def has_extn(self, name):
        return name == "starttls" and Server.offers_tls

    def starttls(self, context):
        self.said.append(("starttls",))

    def login(self, user, password):
        self.said.append(("login", user, password))

    def send_message(self, message):
        if message["To"] in Server.refuses:
            raise Server.refusal
        Server.letters.append((self.said, message))


@pytest.fixture
def post(app, people, monkeypatch):
    """A mail server, and people who have addresses there."""
    Server.letters, Server.refuses, Server.broken, Server.offers_tls = [], set(), False, True
    monkeypatch.setattr(smtplib, "SMTP", Server)
    app.config["MAIL_URL"] = "smtp://lian%40cha:s%2Fecret@mail.example:2525?from=lian@mail.example"
    with app.app_context(), transaction():
        db.session.get(Person, people["he"]).email = "he@mail.example"
        db.session.get(Person, people["luo"]).email = "luo@mail.example"
        db.session.get(Person, people["luo"]).locale = "en"
    return Server


def mailed(app):
    with app.app_context():
        return list(db.session.scalars(db.select(Message.mailed_at).order_by(Message.at)))


def test_who_has_an_address_is_written_in_their_language(app, post, told):
    told("he", "甲局")
    told("luo", "甲局")
    told("ma", "甲局")  # has none
    (said, to_he), (_said, to_luo) = post.letters
    assert said == [
        ("connect", "mail.example", 2525), ("ehlo",), ("starttls",), ("login", "lian@cha", "s/ecret"),
    ]  # fmt: skip
    assert (to_he["From"], to_he["To"]) == ("lian@mail.example", "he@mail.example")
    assert to_he["Subject"] == "联查有 1 条新消息。"
    assert to_he.get_content().strip() == "甲局已报到：加油站。"
    assert to_luo.get_content().strip() == "甲局 comes: 加油站."
    assert [bool(at) for at in mailed(app)] == [True, True, False]


def test_without_a_mail_server_nothing_is_sent(app, post, told):
    app.config["MAIL_URL"] = ""
    told("he", "甲局")
    assert (post.letters, mailed(app)) == ([], [None])


@pytest.mark.parametrize(
    "refusal",
    [smtplib.SMTPRecipientsRefused({"": (550, b"nobody")}), smtplib.SMTPDataError(554, b"no such letters")],
)
def test_a_refused_letter_does_not_keep_others_back(app, post, people, monkeypatch, refusal):
    post.refuses = {"he@mail.example"}
    monkeypatch.setattr(post, "refusal", refusal)
    with app.app_context(), transaction():
        tell([people["he"], people["luo"]], "call-answered", department="甲局", name="加油站")
    assert [message["To"] for _said, message in post.letters] == ["luo@mail.example"]


def test_what_was_not_taken_is_tried_again_for_a_day_unless_it_was_seen(app, post, told, people):
    post.broken = True
    told("he", "甲局")
    told("luo", "甲局")
    post.broken = False
    with app.app_context():
        begun = db.session.scalar(db.select(Message.at).order_by(Message.at))
        with transaction():
            db.session.scalar(db.select(Message).filter_by(person_id=people["luo"])).seen_at = begun
    for later in (dt.timedelta(minutes=1), dt.timedelta(days=2)):
        app.config["CLOCK"] = lambda later=later: begun + later
        with app.app_context():
            delivery.write_again()
        assert post.letters == []
    app.config["CLOCK"] = lambda: begun + dt.timedelta(minutes=20)
    with app.app_context():
        delivery.write_again()
        delivery.write_again()
    assert [message["To"] for _said, message in post.letters] == ["he@mail.example"]


def test_tls_from_the_beginning(app, post, monkeypatch):
    monkeypatch.setattr(smtplib, "SMTP_SSL", Server)
    app.config["MAIL_URL"] = "smtps://mail.example"
    with app.app_context():
        assert mail.send({"x": mail.Letter("he@mail.example", "s", ["l"])}) == ["x"]
    ((said, message),) = post.letters
    assert (said, message["From"]) == ([("connect", "mail.example", 465)], "liancha@mail.example")


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp://:25"])
def test_a_mistake_in_the_setting_is_told_before_anything_starts(url):
    with pytest.raises(SystemExit, match="MAIL_URL"):
        config.complete(config.from_environment({"MAIL_URL": url}))
