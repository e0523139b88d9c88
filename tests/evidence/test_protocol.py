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


def test_a_file_goes_up_in_chunks_and_the_visit_holds_it(lin: Speaker, scene: Scene):
    content = photo()
    created = lin.create(scene.visit, content)
    assert (created.status_code, created.data) == (201, b"")
    url = created.headers["Location"]
    assert url.startswith(UPLOADS + "/")
    assert parsedate_to_datetime(created.headers["Upload-Expires"]).tzinfo

    first = lin.patch(url, 0, content[:100])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "100")
    asked = lin.say("HEAD", url)
    assert (asked.headers["Upload-Offset"], asked.headers["Upload-Length"]) == ("100", str(len(content)))
    assert asked.headers["Cache-Control"] == "no-store"
    assert asked.headers["Upload-Metadata"] == metadata(
        sha256=sha256(content), type="image/jpeg", visit=scene.visit
    )
    assert lin.receipts(scene.visit, sha256(content)) == {"receipts": {sha256(content): "absent"}}

    last = lin.patch(url, 100, content[100:])
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(content)))
    assert "Upload-Expires" in last.headers
    assert lin.receipts(scene.visit, sha256(content)) == {"receipts": {sha256(content): "stored"}}


def test_every_answer_names_the_version(lin: Speaker, scene: Scene):
    answers = [
        lin.create(scene.visit, photo()),
        lin.say("HEAD", UPLOADS + "/" + "x" * 43),
        lin.create("?", b""),
    ]
    assert {answer.headers["Tus-Resumable"] for answer in answers} == {"1.0.0"}


@pytest.mark.parametrize("spoken", [None, "0.2.2"])
def test_another_version_is_refused(lin: Speaker, scene: Scene, spoken: str | None):
    answer = lin.create(scene.visit, photo(), **{"Tus-Resumable": spoken})
    assert (answer.status_code, answer.json["code"]) == (412, "upload-version")
    assert answer.headers["Tus-Version"] == "1.0.0"


def test_a_wrong_offset_is_told_the_right_one(lin: Speaker, scene: Scene):
    content = photo()
    url = lin.begin(scene.visit, content)
    lin.patch(url, 0, content[:50])
    answer = lin.patch(url, 40, content[40:])
    assert (answer.status_code, answer.json["code"], answer.json["offset"]) == (409, "upload-offset", 50)
    assert lin.offset(url) == 50


def test_a_finished_upload_stays_finished(lin: Speaker, scene: Scene):
    """The answer to the last chunk may be lost: the client asks, or sends nothing more, or the same again."""
    content = photo()
    url = lin.begin(scene.visit, content)
    lin.patch(url, 0, content)
    assert lin.offset(url) == len(content)
    nothing = {"Upload-Offset": len(content), "Content-Type": "application/offset+octet-stream"}
    assert lin.say("PATCH", url, nothing, environ_overrides={"CONTENT_LENGTH": "0"}).status_code == 204
    assert lin.patch(url, 0, content).status_code == 409


def test_the_same_file_may_be_sent_again(lin: Speaker, scene: Scene):
    content = photo()
    assert lin.upload(scene.visit, content).status_code == 204
    assert lin.upload(scene.visit, content).status_code == 204
    assert lin.receipts(scene.visit, sha256(content)) == {"receipts": {sha256(content): "stored"}}


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_chunk_that_keeps_its_checksum_is_taken(lin: Speaker, scene: Scene, algorithm: str):
    content = photo()
    url = lin.begin(scene.visit, content)
    digest = base64.b64encode(hashlib.new(algorithm, content).digest()).decode()
    assert lin.patch(url, 0, content, {"Upload-Checksum": f"{algorithm} {digest}"}).status_code == 204


def test_a_chunk_that_breaks_its_checksum_is_dropped(lin: Speaker, scene: Scene):
    content = photo()
    url = lin.begin(scene.visit, content)
    lin.patch(url, 0, content[:10])
    digest = base64.b64encode(hashlib.sha1(b"something else").digest()).decode()
    answer = lin.patch(url, 10, content[10:20], {"Upload-Checksum": f"sha1 {digest}"})
    assert (answer.status_code, answer.json["code"]) == (460, "upload-checksum")
    assert lin.offset(url) == 10


@pytest.mark.parametrize("header", ["crc32 AAAA", "sha1 ???", "sha1"])
def test_an_unknown_checksum_is_refused(lin: Speaker, scene: Scene, header: str):
    content = photo()
    url = lin.begin(scene.visit, content)
    answer = lin.patch(url, 0, content, {"Upload-Checksum": header})
    assert answer.status_code in (400, 460)
    assert lin.offset(url) == 0


def test_an_upload_can_be_given_up(lin: Speaker, scene: Scene):
    url = lin.begin(scene.visit, photo())
    assert lin.say("DELETE", url).status_code == 204
    assert lin.say("HEAD", url).status_code == 404


def test_giving_a_finished_upload_up_leaves_the_blob(lin: Speaker, scene: Scene):
    content = photo()
    url = lin.begin(scene.visit, content)
    lin.patch(url, 0, content)
    assert lin.say("DELETE", url).status_code == 204
    assert lin.receipts(scene.visit, sha256(content))["receipts"][sha256(content)] == "stored"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Upload-Offset": None}, "malformed"),
        ({"Upload-Offset": "-1"}, "malformed"),
        ({"Upload-Offset": "ten"}, "malformed"),
        ({"Content-Type": "image/jpeg"}, "unsupported-media-type"),
    ],
)
def test_a_chunk_has_to_say_what_it_is(lin: Speaker, scene: Scene, headers: dict, code: str):
    content = photo()
    url = lin.begin(scene.visit, content)
    assert lin.patch(url, 0, content, headers).json["code"] == code
    assert lin.offset(url) == 0


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
def test_an_announcement_has_to_be_whole(lin: Speaker, scene: Scene, headers: dict, code: str):
    assert lin.create(scene.visit, photo(), **headers).json["code"] == code


def test_a_chunk_may_not_be_too_large(lin: Speaker, scene: Scene):
    content = bytes(5 * 1024**2)
    url = lin.begin(scene.visit, content)
    answer = lin.patch(url, 0, content)
    assert (answer.status_code, answer.json["code"], answer.json["max"]) == (
        413,
        "upload-chunk-too-large",
        4194304,
    )
    assert lin.offset(url) == 0


def test_a_chunk_without_a_length_is_refused(lin: Speaker, scene: Scene):
    content = photo()
    url = lin.begin(scene.visit, content)
    answer = lin.say(
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
    assert lin.offset(url) == 0


def test_nothing_is_taken_beyond_the_end(lin: Speaker, scene: Scene):
    content = photo()
    url = lin.begin(scene.visit, content)
    assert lin.patch(url, 0, content + b"more").json["code"] == "upload-beyond-end"
    assert lin.offset(url) == 0


def test_post_can_stand_for_what_a_network_forbids(lin: Speaker, scene: Scene):
    content = photo()
    url = lin.begin(scene.visit, content)
    about = {"Upload-Offset": 0, "Content-Type": "application/offset+octet-stream"}
    assert lin.say("POST", url, about | {"X-HTTP-Method-Override": "PATCH"}, data=content).status_code == 204
    asked = lin.say("POST", url, {"X-HTTP-Method-Override": "HEAD"})
    assert asked.headers["Upload-Offset"] == str(len(content))
    assert lin.say("POST", url, {"X-HTTP-Method-Override": "PUT"}).status_code == 405
    assert lin.say("POST", url, {"X-HTTP-Method-Override": "DELETE"}).status_code == 204


def test_without_a_token_nothing_is_written(lin: Speaker, scene: Scene):
    content = photo()
    url = lin.begin(scene.visit, content)
    answer = lin.patch(url, 0, content, {"X-CSRFToken": "old"})
    assert (answer.status_code, answer.json["code"]) == (400, "csrf-stale")
    assert lin.offset(url) == 0
