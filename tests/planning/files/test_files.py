"""Attached papers: known by their content, kept as they came, seen by whom they concern."""

import hashlib
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFile

from server.accounts.model import Person
from server.infra.db import db, transaction
from server.kernel.problems import Problem
from server.planning.files import rules
from server.planning.files.access import may_see, register
from server.planning.files.actions import attach
from server.planning.files.rules import Kind, kind_of, named
from tests.planning.files.samples import DOCX, OFD, PDF, XLSX, changed, image, package, upload

SAMPLES = {
    Kind.PDF: PDF,
    Kind.JPEG: image("JPEG"),
    Kind.PNG: image("PNG"),
    Kind.DOCX: DOCX,
    Kind.XLSX: XLSX,
    Kind.OFD: OFD,
}

HTML = b"<html><script>alert(1)</script></html>"


@pytest.mark.parametrize("kind", SAMPLES)
def test_each_kind_is_known_by_its_content(kind):
    assert kind_of(SAMPLES[kind]) == kind


@pytest.mark.parametrize(
    "content",
    [
        HTML,
        b"%PDF-1.4 cut off",
        b"GIF89a" + bytes(50),
        b"PK\x03\x04 no zip at all",
        package("readme.txt"),
        package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        DOCX[: len(DOCX) // 2],
        package("word/document.xml", packing=zipfile.ZIP_STORED).replace(b"<x7/>", b"<y7/>"),
        changed(package("word/document.xml"), 120),
        b"\x89PNG and then nothing",
        image("PNG", (200, 200))[:-3000],
        image("JPEG", (300, 300))[:-2000],
    ],
    ids=range(12),
)
def test_what_is_none_of_them_or_damaged_is_refused(app, people, content, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint leaves it behind
    with app.app_context(), pytest.raises(Problem) as caught, transaction():
        attach(db.session.get_one(Person, people["he"]), upload(content, "文件.pdf"))
    assert (caught.value.code, caught.value.field) == ("attachment-kind", "attachment")


def test_what_would_unpack_to_a_monster_is_refused(monkeypatch):
    monkeypatch.setattr(rules, "MOST_UNPACKED", 1000)
    with pytest.raises(Problem, match="attachment-kind"):
        kind_of(DOCX)


def test_an_empty_file_and_one_too_large_are_refused():
    for content, code in ((b"", "attachment-empty"), (PDF + bytes(rules.MOST_BYTES), "attachment-too-large")):
        with pytest.raises(Problem) as caught:
            kind_of(content)
        assert caught.value.code == code


@pytest.mark.parametrize(
    ("given_name", "kind", "kept"),
    [
        ("通知.pdf", Kind.PDF, "通知.pdf"),
        ("照片.JPEG", Kind.JPEG, "照片.JPEG"),
        ("C:\\文件\\令.docx", Kind.DOCX, "令.docx"),
        ("../../etc/passwd", Kind.PDF, "passwd.pdf"),
        ("页面.html", Kind.PDF, "页面.html.pdf"),
        ("", Kind.PNG, "file.png"),
        (".pdf", Kind.PDF, "pdf.pdf"),
    ],
)
def test_a_name_ends_as_its_content_demands(given_name, kind, kept):
    assert named(given_name, kind) == kept


@given(st.text(max_size=400), st.sampled_from(Kind))
def test_any_name_is_kept_short_and_without_folders(name, kind):
    kept = named(name, kind)
    assert len(kept) <= rules.NAME_LENGTH
    assert "/" not in kept
    assert "\\" not in kept
    assert kept.lower().endswith((f".{kind.value}", ".jpeg"))


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail_otherwise(content):
    with pytest.raises(Problem, match="attachment-kind"):
        kind_of(b"PK\x03\x04" + content)


def test_it_is_kept_as_it_came(any_db, app, people):
    with app.app_context():
        with transaction():
            found = attach(db.session.get_one(Person, people["luo"]), upload(DOCX, "令.docx"))
        assert (found.content, found.sha256) == (DOCX, hashlib.sha256(DOCX).hexdigest())
        assert (found.department, found.size) == ("XFJY", len(DOCX))


def test_it_is_handed_out_to_keep_and_only_to_whom_it_concerns(app, desk, people):
    with app.app_context(), transaction():
        address = f"/office/files/{attach(db.session.get_one(Person, people['he']), upload()).id}"
    answer = desk("he").get(address)
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.content_type == "application/pdf"
    assert desk("luo").get(address).status_code == 404
    register(app, lambda paper, department: department == "XFJY")
    assert desk("luo").get(address).status_code == 200
    assert desk("lin").get(address).status_code == 403


def test_an_inspector_sees_none_but_the_own(app, people):
    with app.app_context():
        lin, ma = (db.session.get_one(Person, people[one]) for one in ("lin", "ma"))
        with transaction():
            found = attach(lin, upload())
        assert may_see(lin, found)
        assert not may_see(ma, found)
