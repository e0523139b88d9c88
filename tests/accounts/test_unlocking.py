"""A forgotten PIN: the data key comes back to the phone of its own person, for the password, only."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from server.accounts import devices, rescue
from server.accounts.model import Device, Person
from server.accounts.rules import ACCOUNT_LIMIT
from server.infra.audit import AuditEntry
from server.infra.db import db, transaction
from tests.builders import Caller, a_visit
from tests.people import PASSWORD

OAEP = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
DATA_KEY = bytes(range(32))


@pytest.fixture
def visit(app, people, any_db):
    return a_visit(app, people)


@pytest.fixture(scope="module")
def once():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def base64url(content):
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def wrapped_as(app, label):
    """A key as a phone wraps it for the organisation."""
    how = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), label)
    with app.app_context():
        return base64url(rescue.private_key().public_key().encrypt(DATA_KEY, how))


@pytest.fixture
def wish(app, once, people):
    wrapped = wrapped_as(app, f"data-key:{people['lin']}".encode())
    modulus = once.public_key().public_numbers().n.to_bytes(256, "big")
    key = {"kty": "RSA", "n": base64url(modulus), "e": "AQAB"}
    return {"password": PASSWORD, "wrapped": wrapped, "public_key": key}


def ask(phone, wish, device=None):
    return phone.caller.post(f"/api/devices/{device or phone.device}/unlocking", wish)


def test_the_data_key_comes_back_to_its_own_phone(app, visit, wish, once):
    lin = visit.phone("lin")
    answer = ask(lin, wish)
    assert answer.status_code == 200, answer.text
    sealed = answer.get_json()["data_key"]
    assert once.decrypt(urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4)), OAEP) == DATA_KEY
    with app.app_context():
        deeds = db.session.scalars(db.select(AuditEntry.deed).filter_by(subject=lin.device)).all()
    assert "device.unlocked" in deeds


def test_somebody_elses_phone_does_not_exist(visit, wish):
    lin, zhou = visit.phone("lin"), visit.phone("zhou")
    assert ask(lin, wish, zhou.device).get_json()["code"] == "not-found"


def test_no_other_key_of_the_organisation_is_opened(app, people, visit, wish):
    """A colleague's data key, one without a label, the head key of a rescue file: they lie about."""
    zhou = visit.phone("zhou")
    labels = (f"data-key:{people['lin']}".encode(), None, b"rescue-file")
    answers = [ask(zhou, wish | {"wrapped": wrapped_as(app, label)}) for label in labels]
    assert [(one.status_code, one.get_json()["code"]) for one in answers] == [(400, "malformed")] * 3


def test_an_ended_enrolment_is_not_opened(app, visit, wish):
    lin = visit.phone("lin")
    with app.app_context(), transaction():
        office = db.session.query(Person).filter_by(username="he").one()
        devices.revoke(office, db.session.get_one(Device, lin.device), "lost", "遗失")
    lin.caller = Caller(app, "lin")
    assert ask(lin, wish).get_json()["code"] == "device-revoked"


def test_wrong_passwords_are_counted_as_those_of_a_sign_in(visit, wish):
    lin = visit.phone("lin")
    codes = [ask(lin, wish | {"password": "x"}).get_json()["code"] for _ in range(ACCOUNT_LIMIT + 1)]
    assert codes == ["wrong-password"] * ACCOUNT_LIMIT + ["too-many-attempts"]
    assert ask(lin, wish).get_json()["code"] == "too-many-attempts"


@pytest.mark.parametrize(
    "change",
    [
        {"wrapped": "AAAA"},
        {"wrapped": None},
        {"wrapped": "§"},
        {"public_key": {"kty": "RSA", "n": "AQAB", "e": "AQAB"}},
        {"public_key": {"kty": "EC"}},
        {"password": None},
    ],
)
def test_what_is_no_wish_is_malformed(visit, wish, change):
    answer = ask(visit.phone("lin"), wish | change)
    assert answer.get_json()["code"] == "malformed"
