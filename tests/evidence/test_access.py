"""Access is to visits: knowing a hash, or the address of an upload, opens nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.evidence.files import photo
from tests.evidence.scene import Scene
from tests.evidence.speaking_tus import UPLOADS, Speaker, sha256

People = Callable[[str], Speaker]


def test_only_the_team_may_send(at: People, scene: Scene):
    for name in ("he", "tang"):
        answer = at(name).create(scene.visit, photo())
        assert (answer.status_code, answer.json["code"]) == (404, "not-found")


def test_who_has_left_the_team_may_still_send_what_she_took(at: People, scene: Scene):
    wu, content = at("wu"), photo()
    assert wu.upload(scene.visit, content).status_code == 204
    assert wu.receipts(scene.visit, sha256(content)) == {"receipts": {sha256(content): "stored"}}


def test_another_persons_upload_is_not_there(at: People, lin: Speaker, scene: Scene):
    content = photo()
    url, wu = lin.begin(scene.visit, content), at("wu")
    assert wu.say("HEAD", url).status_code == 404
    assert wu.patch(url, 0, content).status_code == 404
    assert wu.say("DELETE", url).status_code == 404
    assert lin.offset(url) == 0


def test_two_people_may_send_the_same_file_at_once(at: People, lin: Speaker, scene: Scene):
    wu, content = at("wu"), photo()
    hers, his = wu.begin(scene.visit, content), lin.begin(scene.visit, content)
    assert wu.patch(hers, 0, content).status_code == 204
    assert lin.patch(his, 0, content).status_code == 204


@pytest.mark.parametrize("name", ["..%2f..%2fetc%2fpasswd", "x", "y" * 43])
def test_made_up_uploads_are_not_there(lin: Speaker, name: str):
    assert lin.say("HEAD", f"{UPLOADS}/{name}").status_code == 404


def test_a_hash_known_from_another_visit_opens_nothing(at: People, lin: Speaker, scene: Scene):
    content = photo()
    lin.upload(scene.visit, content)
    tang = at("tang")
    assert tang.say("GET", f"/api/visits/{scene.visit}/evidence/{sha256(content)}").status_code == 404
    assert tang.say("GET", f"/api/visits/{scene.other_visit}/evidence/{sha256(content)}").status_code == 404
    assert tang.receipts(scene.other_visit, sha256(content)) == {"receipts": {sha256(content): "absent"}}
    assert tang.say("POST", f"/api/visits/{scene.visit}/receipts", json={"hashes": []}).status_code == 404


@pytest.mark.parametrize(("name", "status"), [("lin", 200), ("he", 200), ("wu", 404), ("tang", 404)])
def test_who_may_see_a_blob_and_its_preview(at: People, lin: Speaker, scene: Scene, name: str, status: int):
    content = photo()
    lin.upload(scene.visit, content)
    visitor = at(name)
    assert visitor.say("GET", f"/api/visits/{scene.visit}/evidence/{sha256(content)}").status_code == status
    preview = f"/visits/{scene.visit}/evidence/{sha256(content)}/preview"
    assert visitor.say("GET", f"/office{preview}").status_code == status
    assert visitor.say("GET", f"/api{preview}").status_code == status


def test_a_phone_gets_previews_as_long_as_its_session_lasts(app: Flask, lin: Speaker, scene: Scene):
    content = photo()
    lin.upload(scene.visit, content)
    app.config["CLOCK"] = lambda: datetime.now(UTC) + timedelta(days=3)
    preview = f"/visits/{scene.visit}/evidence/{sha256(content)}/preview"
    assert lin.say("GET", f"/office{preview}").status_code == 302
    assert lin.say("GET", f"/api{preview}").mimetype == "image/jpeg"


def test_the_office_sees_evidence_as_long_as_its_session_is_fresh(
    app: Flask, at: People, lin: Speaker, scene: Scene
):
    """A field session lasts two weeks; at a desk it ends after thirty idle minutes, for evidence too."""
    content = photo()
    lin.upload(scene.visit, content)
    he, url = at("he"), f"/api/visits/{scene.visit}/evidence/{sha256(content)}"
    app.config["CLOCK"] = lambda: datetime.now(UTC) + timedelta(minutes=31)
    assert (he.say("GET", url).status_code, lin.say("GET", url).status_code) == (401, 200)


def test_strangers_are_asked_to_sign_in(client: FlaskClient, scene: Scene):
    for method, url in [
        ("POST", UPLOADS),
        ("HEAD", UPLOADS + "/" + "x" * 43),
        ("GET", f"/api/visits/{scene.visit}/evidence/{'0' * 64}"),
    ]:
        assert client.open(url, method=method, headers={"Tus-Resumable": "1.0.0"}).status_code in (400, 401)
