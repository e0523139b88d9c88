"""Small pictures: small, upright, and silent about who took them where."""

import io

from flask import Flask
from PIL import Image

from server.evidence import previews
from server.infra.storage import evidence_store
from tests.evidence.files import film, image, recording, turned_photo
from tests.evidence.scene import Scene
from tests.evidence.speaking_tus import Speaker, sha256


def preview(lin: Speaker, visit: str, content: bytes, type_: str) -> Image.Image:
    """What the office sees of this file."""
    assert lin.upload(visit, content, type_).status_code == 204
    answer = lin.say("GET", f"/office/visits/{visit}/evidence/{sha256(content)}/preview")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    return Image.open(io.BytesIO(answer.data))


def test_it_is_small(lin: Speaker, scene: Scene):
    assert preview(lin, scene.visit, image("PNG", 2000, 1000), "image/png").size == (640, 320)


def test_it_stands_upright_and_tells_nothing(lin: Speaker, scene: Scene):
    """Held to the right, the red left half comes to lie on top."""
    content = turned_photo()
    assert b"Li Wei" in content
    small = preview(lin, scene.visit, content, "image/jpeg")
    assert small.size == (240, 320)
    red, _, blue = small.getpixel((120, 20))
    assert red > 200
    assert blue < 60
    assert "exif" not in small.info


def test_what_is_transparent_lies_on_white(lin: Speaker, scene: Scene):
    out = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(out, "PNG")
    assert preview(lin, scene.visit, out.getvalue(), "image/png").getpixel((25, 25)) == (255, 255, 255)


def test_heic_and_films_have_one_too(lin: Speaker, scene: Scene):
    assert preview(lin, scene.visit, image("HEIF"), "image/heic").size == (320, 240)
    assert preview(lin, scene.visit, film("mp4", "mpeg4"), "video/mp4").size == (320, 240)


def test_a_recording_has_none(lin: Speaker, scene: Scene):
    content = recording("mp4", "aac")
    lin.upload(scene.visit, content, "audio/mp4")
    answer = lin.say("GET", f"/office/visits/{scene.visit}/evidence/{sha256(content)}/preview")
    assert answer.status_code == 404


def test_it_is_made_after_the_upload_and_kept(app: Flask, lin: Speaker, scene: Scene):
    content = image("WEBP")
    lin.upload(scene.visit, content, "image/webp")
    with app.app_context():
        evidence_store().delete(f"{scene.visit}/{sha256(content)}")
        assert previews.preview_of(scene.visit, sha256(content)).startswith(b"\xff\xd8")


def test_it_is_made_again_when_lost(app: Flask, lin: Speaker, scene: Scene):
    content = image("WEBP")
    lin.upload(scene.visit, content, "image/webp")
    with app.app_context():
        previews.forget(scene.visit, sha256(content))
        assert previews.preview_of(scene.visit, sha256(content)).startswith(b"\xff\xd8")
        assert previews.preview_of(scene.other_visit, sha256(content)) is None


def test_it_is_not_sent_again_to_who_has_it(lin: Speaker, scene: Scene):
    content = image("JPEG")
    lin.upload(scene.visit, content)
    url = f"/office/visits/{scene.visit}/evidence/{sha256(content)}/preview"
    etag = lin.say("GET", url).headers["ETag"]
    assert lin.say("GET", url, {"If-None-Match": etag}).status_code == 304
