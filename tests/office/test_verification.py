"""One click checks the whole chain; one flipped byte is named."""

import pytest

from server.infra.db import db, transaction
from server.visits import ports
from server.visits.model import Entry
from tests.builders import a_visit
from tests.dialogue import form_token
from tests.office.conftest import submit, words


@pytest.fixture
def signed(app, people, any_db):
    return a_visit(app, people).answered().completed().signed()


@pytest.fixture
def verify(desk, signed):
    client = desk("he")
    return lambda: words(submit(client, f"/office/visits/{signed.id}/verifications"))


def test_a_sound_visit_says_what_was_checked(signed, verify, monkeypatch):
    monkeypatch.setattr(ports, "evidence_of", lambda _: {"ab" * 32: "stored"})
    page = verify()
    assert "全部相符" in page
    assert f"{len(signed.entries)} 条记录" in page
    assert f"链上 {len(signed.entries)} 个环节" in page
    assert "1 个检查单版本" in page
    assert "1 个证据文件" in page


def test_a_flipped_byte_in_an_entry_is_named(app, signed, verify):
    spoilt = next(entry["hash"] for entry in signed.entries if entry["kind"] == "answer")
    with app.app_context(), transaction():
        row = db.session.get_one(Entry, spoilt)
        row.document = row.document.replace('"verdict":"pass"', '"verdict":"fail"')
    page = verify()
    assert "全部相符" not in page
    assert spoilt in page
    assert "内容被改动" in page


def test_a_spoilt_blob_is_named(verify, monkeypatch):
    monkeypatch.setattr(ports, "bad_blobs", lambda _: ["cd" * 32])
    page = verify()
    assert "cd" * 32 in page
    assert "文件丢失，或内容与摘要不符" in page


def test_htmx_gets_the_finding_without_the_page(desk, signed):
    client = desk("he")
    whole = submit(client, f"/office/visits/{signed.id}/verifications")
    assert "<html" in whole.text
    part = client.post(
        f"/office/visits/{signed.id}/verifications",
        data={"csrf_token": form_token(client)},
        headers={"HX-Request": "true"},
    )
    assert "<html" not in part.text
    assert "全部相符" in words(part)
