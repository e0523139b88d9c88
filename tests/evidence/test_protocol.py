"""The tus protocol, as a dialogue (https://tus.io/protocols/resumable-upload)."""

import base64
import hashlib
import io
from email.utils import parsedate_to_datetime

import pytest

from tests.evidence.files import photo
from tests.evidence.scene import Scene
from tests.evidence.speaking_tus import UPLOADS, Speaker, metadata, sha256


def test_a_stranger_may_ask_what_is_spoken(client):
    answer = client.options(UPLOADS)
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,checksum,expiration,termination"
    assert answer.headers["Tus-Max-Size"] == str(4 * 1024**3)
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"


def test_a_file_goes_up_in_chunks_and_the_visit_holds_it(qian: Speaker, scene: Scene):
    content = photo()
    created = qian.create(scene.visit, content)
    assert (created.status_code, created.data) == (201, b"")
    url = created.headers["Location"]
    assert url.startswith(UPLOADS + "/")
    assert parsedate_to_datetime(created.headers["Upload-Expires"]).tzinfo

    first = qian.patch(url, 0, content[:100])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "100")
    asked = qian.say("HEAD", url)
    assert (asked.headers["Upload-Offset"], asked.headers["Upload-Length"]) == ("100", str(len(content)))
    assert asked.headers["Cache-Control"] == "no-store"
    assert asked.headers["Upload-Metadata"] == metadata(
        sha256=sha256(content), type="image/jpeg", visit=scene.visit
    )
    assert qian.receipts(scene.visit, sha256(content)) == {"receipts": {sha256(content): "absent"}}

    last = qian.patch(url, 100, content[100:])
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(content)))
    assert "Upload-Expires" in last.headers
    assert qian.receipts(scene.visit, sha256(content)) == {"receipts": {sha256(content): "stored"}}


def test_every_answer_names_the_version(qian: Speaker, scene: Scene):
    answers = [
        qian.create(scene.visit, photo()),
        qian.say("HEAD", UPLOADS + "/" + "x" * 43),
        qian.create("?", b""),
    ]
    assert {answer.headers["Tus-Resumable"] for answer in answers} == {"1.0.0"}


@pytest.mark.parametrize("spoken", [None, "0.2.2"])
def test_another_version_is_refused(qian: Speaker, scene: Scene, spoken: str | None):
    answer = qian.create(scene.visit, photo(), **{"Tus-Resumable": spoken})
    assert (answer.status_code, answer.json["code"]) == (412, "upload-version")
    assert answer.headers["Tus-Version"] == "1.0.0"


def test_a_wrong_offset_is_told_the_right_one(qian: Speaker, scene: Scene):
    content = photo()
    url = qian.begin(scene.visit, content)
    qian.patch(url, 0, content[:50])
    answer = qian.patch(url, 40, content[40:])
    assert (answer.status_code, answer.json["code"], answer.json["offset"]) == (409, "upload-offset", 50)
    assert qian.offset(url) == 50


def test_a_finished_upload_stays_finished(qian: Speaker, scene: Scene):
    """The answer to the last chunk may be lost: the client asks, or sends nothing more, or the same again."""
    content = photo()
    url = qian.begin(scene.visit, content)
    qian.patch(url, 0, content)
    assert qian.offset(url) == len(content)
    nothing = {"Upload-Offset": len(content), "Content-Type": "application/offset+octet-stream"}
    assert qian.say("PATCH", url, nothing, environ_overrides={"CONTENT_LENGTH": "0"}).status_code == 204
    assert qian.patch(url, 0, content).status_code == 409


def test_the_same_file_may_be_sent_again(qian: Speaker, scene: Scene):
    content = photo()
    assert qian.upload(scene.visit, content).status_code == 204
    assert qian.upload(scene.visit, content).status_code == 204
    assert qian.receipts(scene.visit, sha256(content)) == {"receipts": {sha256(content): "stored"}}


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_chunk_that_keeps_its_checksum_is_taken(qian: Speaker, scene: Scene, algorithm: str):
    content = photo()
    url = qian.begin(scene.visit, content)
    digest = base64.b64encode(hashlib.new(algorithm, content).digest()).decode()
    assert qian.patch(url, 0, content, {"Upload-Checksum": f"{algorithm} {digest}"}).status_code == 204


def test_a_chunk_that_breaks_its_checksum_is_dropped(qian: Speaker, scene: Scene):
    content = photo()
    url = qian.begin(scene.visit, content)
    qian.patch(url, 0, content[:10])
    digest = base64.b64encode(hashlib.sha1(b"something else").digest()).decode()
    answer = qian.patch(url, 10, content[10:20], {"Upload-Checksum": f"sha1 {digest}"})
    assert (answer.status_code, answer.json["code"]) == (460, "upload-checksum")
    assert qian.offset(url) == 10


@pytest.mark.parametrize("header", ["crc32 AAAA", "sha1 ???", "sha1"])
def test_an_unknown_checksum_is_refused(qian: Speaker, scene: Scene, header: str):
    content = photo()
    url = qian.begin(scene.visit, content)
    answer = qian.patch(url, 0, content, {"Upload-Checksum": header})
    assert answer.status_code in (400, 460)
    assert qian.offset(url) == 0


def test_an_upload_can_be_given_up(qian: Speaker, scene: Scene):
    url = qian.begin(scene.visit, photo())
    assert qian.say("DELETE", url).status_code == 204
    assert qian.say("HEAD", url).status_code == 404


def test_giving_a_finished_upload_up_leaves_the_blob(qian: Speaker, scene: Scene):
    content = photo()
    url = qian.begin(scene.visit, content)
    qian.patch(url, 0, content)
    assert qian.say("DELETE", url).status_code == 204
    assert qian.receipts(scene.visit, sha256(content))["receipts"][sha256(content)] == "stored"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Upload-Offset": None}, "malformed"),
        ({"Upload-Offset": "-1"}, "malformed"),
        ({"Upload-Offset": "ten"}, "malformed"),
        ({"Content-Type": "image/jpeg"}, "unsupported-media-type"),
    ],
)
def test_a_chunk_has_to_say_what_it_is(qian: Speaker, scene: Scene, headers: dict, code: str):
    content = photo()
    url = qian.begin(scene.visit, content)
    assert qian.patch(url, 0, content, headers).json["code"] == code
    assert qian.offset(url) == 0


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Upload-Length": None}, "malformed"),
        ({"Upload-Length": None, "Upload-Defer-Length": "1"}, "malformed"),
        ({"Upload-Length": "-5"}, "malformed"),
        ({"Upload-Length": "1e3"}, "malformed"),
        ({"Upload-Length": 4 * 1024**3 + 1}, "upload-too-large"),
        ({"Upload-Metadata": "sha256 not*base64"}, "malformed"),
        ({"Upload-Metadata": "sha256,sha256"}, "malformed"),
        ({"Upload-Metadata": ",,"}, "malformed"),
        ({"Upload-Metadata": None}, "not-found"),
    ],
)
def test_an_announcement_has_to_be_whole(qian: Speaker, scene: Scene, headers: dict, code: str):
    assert qian.create(scene.visit, photo(), **headers).json["code"] == code


def test_a_chunk_may_not_be_too_large(qian: Speaker, scene: Scene):
    content = bytes(5 * 1024**2)
    url = qian.begin(scene.visit, content)
    answer = qian.patch(url, 0, content)
    assert (answer.status_code, answer.json["code"], answer.json["max"]) == (
        413,
        "upload-chunk-too-large",
        4194304,
    )
    assert qian.offset(url) == 0


def test_a_chunk_without_a_length_is_refused(qian: Speaker, scene: Scene):
    content = photo()
    url = qian.begin(scene.visit, content)
    answer = qian.say(
        "PATCH",
        url,
        {
            "Upload-Offset": 0,
            "Content-Type": "application/offset+octet-stream",
            "Transfer-Encoding": "chunked",
        },
        input_stream=io.BytesIO(content),
    )
    assert (answer.status_code, answer.json["code"]) == (411, "length-required")
    assert qian.offset(url) == 0


def test_nothing_is_taken_beyond_the_end(qian: Speaker, scene: Scene):
    content = photo()
    url = qian.begin(scene.visit, content)
    assert qian.patch(url, 0, content + b"more").json["code"] == "upload-beyond-end"
    assert qian.offset(url) == 0


def test_post_can_stand_for_what_a_network_forbids(qian: Speaker, scene: Scene):
    content = photo()
    url = qian.begin(scene.visit, content)
    about = {"Upload-Offset": 0, "Content-Type": "application/offset+octet-stream"}
    assert qian.say("POST", url, about | {"X-HTTP-Method-Override": "PATCH"}, data=content).status_code == 204
    asked = qian.say("POST", url, {"X-HTTP-Method-Override": "HEAD"})
    assert asked.headers["Upload-Offset"] == str(len(content))
    assert qian.say("POST", url, {"X-HTTP-Method-Override": "PUT"}).status_code == 405
    assert qian.say("POST", url, {"X-HTTP-Method-Override": "DELETE"}).status_code == 204


def test_without_a_token_nothing_is_written(qian: Speaker, scene: Scene):
    content = photo()
    url = qian.begin(scene.visit, content)
    answer = qian.patch(url, 0, content, {"X-CSRFToken": "old"})
    assert (answer.status_code, answer.json["code"]) == (400, "csrf-stale")
    assert qian.offset(url) == 0
