"""What the visit holds: handing it out, vouching for it, finding out when it went bad."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from server.evidence.rules import Grade, grade
from server.infra.storage import evidence_store
from server.visits import ports
from server.visits.signals import blob_stored
from tests.evidence.files import photo
from tests.evidence.scene import Scene
from tests.evidence.speaking_tus import Speaker, sha256

BEGINNING = datetime(2026, 5, 12, 1, 0, tzinfo=UTC)


@pytest.fixture
def content(lin: Speaker, scene: Scene) -> bytes:
    """A photo that Lin has sent."""
    content = photo()
    assert lin.upload(scene.visit, content).status_code == 204
    return content


@pytest.fixture
def url(scene: Scene, content: bytes) -> str:
    """Where it is."""
    return f"/api/visits/{scene.visit}/evidence/{sha256(content)}"


def test_a_blob_is_a_download_that_no_browser_runs(lin: Speaker, content: bytes, url: str):
    answer = lin.say("GET", url)
    assert answer.data == content
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{sha256(content)}.jpg"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["ETag"] == f'"{sha256(content)}"'
    assert "no-cache" in answer.headers["Cache-Control"]


def test_a_blob_is_served_in_ranges(lin: Speaker, content: bytes, url: str):
    answer = lin.say("GET", url, {"Range": "bytes=10-19"})
    assert (answer.status_code, answer.data) == (206, content[10:20])
    assert answer.headers["Content-Range"] == f"bytes 10-19/{len(content)}"
    assert lin.say("GET", url, {"Range": "bytes=-5"}).data == content[-5:]
    beyond = lin.say("GET", url, {"Range": "bytes=999999-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(content)}")


def test_a_blob_known_already_is_not_sent_again(lin: Speaker, content: bytes, url: str):
    assert lin.say("GET", url, {"If-None-Match": f'"{sha256(content)}"'}).status_code == 304
    head = lin.say("HEAD", url)
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", str(len(content)))


def test_a_blob_the_visit_does_not_hold_is_not_found(lin: Speaker, scene: Scene):
    assert lin.say("GET", f"/api/visits/{scene.visit}/evidence/{'0' * 64}").status_code == 404
    assert lin.say("GET", f"/api/visits/{scene.visit}/evidence/%00").status_code == 404
    assert lin.say("GET", f"/office/visits/{scene.visit}/evidence/%00/preview").status_code == 404
    assert lin.say("GET", f"/api/visits/%00/evidence/{'0' * 64}").status_code == 404


def test_the_room_below_hears_of_a_blob_and_can_ask_for_it(app: Flask, lin: Speaker, scene: Scene):
    heard = []

    def listen(visit_id: str, sha256: str) -> None:
        heard.append((visit_id, sha256))

    with blob_stored.connected_to(listen):
        content = photo()
        lin.upload(scene.visit, content)
    assert heard == [(scene.visit, sha256(content))]
    with app.app_context():
        assert ports.evidence_of(scene.visit) == {sha256(content): "stored"}
        assert ports.evidence_of(scene.other_visit) == {}
        assert ports.preview_of(scene.visit, sha256(content)).startswith(b"\xff\xd8")


def test_one_flipped_byte_is_found_and_named_and_healed_by_sending_again(
    app: Flask, lin: Speaker, scene: Scene, content: bytes
):
    with app.app_context():
        assert ports.bad_blobs(scene.visit) == []
        path = evidence_store().path(f"{scene.visit}/{sha256(content)}")
        damaged = bytearray(content)
        damaged[100] ^= 1
        path.write_bytes(damaged)
        assert ports.bad_blobs(scene.visit) == [sha256(content)]
    lin.upload(scene.visit, content)
    with app.app_context():
        assert ports.bad_blobs(scene.visit) == []


def test_a_row_without_its_file_vouches_for_nothing(
    app: Flask, lin: Speaker, scene: Scene, content: bytes, url: str
):
    """As after a restore of the database alone: the phone must not free its copy, but send it again."""
    with app.app_context():
        evidence_store().delete(f"{scene.visit}/{sha256(content)}")
        assert ports.bad_blobs(scene.visit) == [sha256(content)]
    assert lin.receipts(scene.visit, sha256(content)) == {"receipts": {sha256(content): "absent"}}
    assert lin.say("GET", url).status_code == 404
    lin.upload(scene.visit, content)
    assert lin.receipts(scene.visit, sha256(content)) == {"receipts": {sha256(content): "stored"}}
    assert lin.say("GET", url).data == content


def test_three_days_in_the_store_count_as_backed_up(app: Flask, lin: Speaker, scene: Scene):
    content, other = photo(), "0" * 64
    app.config["CLOCK"] = lambda: BEGINNING
    lin.upload(scene.visit, content)
    app.config["CLOCK"] = lambda: BEGINNING + timedelta(hours=72)
    assert lin.receipts(scene.visit, sha256(content), other) == {
        "receipts": {sha256(content): "backed-up", other: "absent"}
    }


def test_where_a_backup_reports_only_what_it_has_passed_is_backed_up(app: Flask, lin: Speaker, scene: Scene):
    app.config["BACKUP_REPORTS"] = True
    early, late = photo(), photo()
    app.config["CLOCK"] = lambda: BEGINNING
    lin.upload(scene.visit, early)
    app.config["CLOCK"] = lambda: BEGINNING + timedelta(hours=80)
    lin.upload(scene.visit, late)
    assert lin.receipts(scene.visit, sha256(early))["receipts"] == {sha256(early): "stored"}
    told = app.test_cli_runner().invoke(args=["evidence", "backed-up", "2026-05-12T10:00:00+0800"])
    assert told.output == "1 blobs backed up\n"
    assert lin.receipts(scene.visit, sha256(early), sha256(late))["receipts"] == {
        sha256(early): "backed-up",
        sha256(late): "stored",
    }


@pytest.mark.parametrize(
    "body", [[], {}, {"hashes": "x"}, {"hashes": ["x"]}, {"hashes": [1]}, {"hashes": ["0" * 64] * 501}]
)
def test_receipts_are_asked_for_by_up_to_500_hashes(lin: Speaker, scene: Scene, body: object):
    answer = lin.say("POST", f"/api/visits/{scene.visit}/receipts", json=body)
    assert (answer.status_code, answer.json["code"]) == (400, "malformed")


@pytest.mark.parametrize(
    ("hours", "backed_up", "reports", "expected"),
    [
        (0, False, False, Grade.STORED),
        (71, False, False, Grade.STORED),
        (72, False, False, Grade.BACKED_UP),
        (1000, False, True, Grade.STORED),
        (0, True, True, Grade.BACKED_UP),
        (0, True, False, Grade.BACKED_UP),
    ],
)
def test_grades(hours: int, backed_up: bool, reports: bool, expected: Grade):
    passed_at = BEGINNING if backed_up else None
    assert grade(BEGINNING, passed_at, BEGINNING + timedelta(hours=hours), reports) is expected


def test_all_of_it_on_both_databases(any_db: str, app: Flask, lin: Speaker, scene: Scene):
    content = photo()
    assert lin.upload(scene.visit, content).status_code == 204
    assert lin.upload(scene.visit, content).status_code == 204
    assert lin.receipts(scene.visit, sha256(content)) == {"receipts": {sha256(content): "stored"}}
    assert app.test_cli_runner().invoke(args=["evidence", "sweep"]).output == "0 uploads, 0 blobs removed\n"
    with app.app_context():
        assert ports.evidence_of(scene.visit) == {sha256(content): "stored"}
