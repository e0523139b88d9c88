"""What is not what it says, or could hurt whoever opens it, is refused with the reason."""

import pytest

from tests.evidence.files import (
    DRAWING,
    PAGE,
    PLAYLIST,
    SCRIPT,
    SCRIPT_WITH_A_HEAD,
    film,
    flat_image,
    image,
    live_webm,
    photo,
    recording,
)
from tests.evidence.scene import Scene
from tests.evidence.speaking_tus import Speaker, sha256

GOOD = [
    ("image/jpeg", image("JPEG")),
    ("image/jpeg", image("MPO")),
    ("image/png", image("PNG")),
    ("image/webp", image("WEBP")),
    ("image/heic", image("HEIF")),
    ("image/heif", image("HEIF")),
    ("video/mp4", film("mp4", "mpeg4")),
    ("video/quicktime", film("mov", "mpeg4")),
    ("video/webm;codecs=vp8,opus", live_webm()),
    ("audio/webm", recording("webm", "libopus")),
    ("audio/mp4", recording("mp4", "aac")),
]

BAD = [
    ("image/jpeg", DRAWING, "evidence-not-an-image"),
    ("image/jpeg", PAGE + image("JPEG"), "evidence-not-an-image"),
    ("image/jpeg", image("JPEG", 2000, 1500)[:5000], "evidence-not-an-image"),
    ("image/png", image("PNG")[:200], "evidence-not-an-image"),
    ("image/heic", image("HEIF")[:300], "evidence-not-an-image"),
    ("image/webp", image("JPEG"), "evidence-type-mismatch"),
    ("image/jpeg", flat_image("JPEG", 12000, 12000), "evidence-too-many-pixels"),
    ("image/png", flat_image("PNG", 12000, 12000), "evidence-too-many-pixels"),
    ("video/mp4", SCRIPT, "evidence-not-a-video"),
    ("video/mp4", SCRIPT_WITH_A_HEAD, "evidence-not-a-video"),
    ("video/mp4", PLAYLIST, "evidence-not-a-video"),
    ("video/mp4", image("JPEG"), "evidence-not-a-video"),
    ("video/mp4", recording("mp4", "aac"), "evidence-not-a-video"),
    ("video/webm", film("mp4", "mpeg4"), "evidence-not-a-video"),
    ("audio/webm", live_webm(), "evidence-not-audio"),
]


@pytest.mark.parametrize(("type_", "content"), GOOD, ids=[type_ for type_, _ in GOOD])
def test_what_phones_make_is_taken(lin: Speaker, scene: Scene, type_: str, content: bytes):
    answer = lin.upload(scene.visit, content, type_)
    assert answer.status_code == 204, answer.text
    got = lin.say("GET", f"/api/visits/{scene.visit}/evidence/{sha256(content)}")
    assert got.data == content


@pytest.mark.parametrize(("type_", "content", "code"), BAD, ids=[f"{type_}-{code}" for type_, _, code in BAD])
def test_what_is_not_what_it_says_is_refused(
    lin: Speaker, scene: Scene, type_: str, content: bytes, code: str
):
    url = lin.begin(scene.visit, content, type_)
    answer = lin.patch(url, 0, content)
    assert (answer.status_code, answer.json["code"]) == (422, code)
    assert answer.content_type == "application/problem+json"
    assert answer.json["detail"]
    assert lin.say("HEAD", url).status_code == 404
    assert lin.receipts(scene.visit, sha256(content)) == {"receipts": {sha256(content): "absent"}}


def test_a_refusal_names_the_facts_in_the_readers_language(lin: Speaker, scene: Scene):
    content = flat_image("JPEG", 12000, 12000)
    assert "12000×12000" in lin.upload(scene.visit, content).json["detail"]
    assert "图像" in lin.upload(scene.visit, content).json["detail"]
    lin.client.set_cookie("locale", "en")
    assert "at a lower resolution" in lin.upload(scene.visit, content).json["detail"]


def test_a_photo_of_0_bytes_is_refused_when_it_is_announced(lin: Speaker, scene: Scene):
    answer = lin.create(scene.visit, b"")
    assert (answer.status_code, answer.json["code"]) == (422, "evidence-empty")


@pytest.mark.parametrize("type_", ["image/svg+xml", "text/html", "application/pdf", "", "image/jpeg\0"])
def test_types_that_are_no_evidence_are_refused_when_announced(lin: Speaker, scene: Scene, type_: str):
    answer = lin.create(scene.visit, photo(), type_)
    assert (answer.status_code, answer.json["code"]) == (422, "evidence-type-unknown")


def test_bytes_that_changed_on_the_way_are_dropped_and_can_be_sent_again(lin: Speaker, scene: Scene):
    content = photo()
    url = lin.begin(scene.visit, content)
    answer = lin.patch(url, 0, content[:-1] + bytes([content[-1] ^ 1]))
    assert (answer.status_code, answer.json["code"]) == (422, "evidence-hash-mismatch")
    assert lin.say("HEAD", url).status_code == 404
    assert lin.upload(scene.visit, content).status_code == 204
