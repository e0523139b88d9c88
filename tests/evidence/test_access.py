"""Access is to visits: knowing a hash, or the address of an upload, opens nothing."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.evidence.files import photo
from tests.evidence.scene import Scene
from tests.evidence.speaking_tus import UPLOADS, Speaker, sha256

People = Callable[[str], Speaker]


def test_only_the_team_may_send(at: People, scene: Scene):
    for name in ("zhou", "sun"):
        answer = at(name).create(scene.visit, photo())
        assert (answer.status_code, answer.json["code"]) == (404, "not-found")


def test_who_has_left_the_team_may_still_send_what_she_took(at: People, scene: Scene):
    li, content = at("li"), photo()
    assert li.upload(scene.visit, content).status_code == 204
    assert li.receipts(scene.visit, sha256(content)) == {"receipts": {sha256(content): "stored"}}


def test_another_persons_upload_is_not_there(at: People, qian: Speaker, scene: Scene):
    content = photo()
    url, li = qian.begin(scene.visit, content), at("li")
    assert li.say("HEAD", url).status_code == 404
    assert li.patch(url, 0, content).status_code == 404
    assert li.say("DELETE", url).status_code == 404
    assert qian.offset(url) == 0


def test_two_people_may_send_the_same_file_at_once(at: People, qian: Speaker, scene: Scene):
    li, content = at("li"), photo()
    hers, his = li.begin(scene.visit, content), qian.begin(scene.visit, content)
    assert li.patch(hers, 0, content).status_code == 204
    assert qian.patch(his, 0, content).status_code == 204


@pytest.mark.parametrize("name", ["..%2f..%2fetc%2fpasswd", "x", "y" * 43])
def test_made_up_uploads_are_not_there(qian: Speaker, name: str):
    assert qian.say("HEAD", f"{UPLOADS}/{name}").status_code == 404


def test_a_hash_known_from_another_visit_opens_nothing(at: People, qian: Speaker, scene: Scene):
    content = photo()
    qian.upload(scene.visit, content)
    sun = at("sun")
    assert sun.say("GET", f"/api/visits/{scene.visit}/evidence/{sha256(content)}").status_code == 404
    assert sun.say("GET", f"/api/visits/{scene.other_visit}/evidence/{sha256(content)}").status_code == 404
    assert sun.receipts(scene.other_visit, sha256(content)) == {"receipts": {sha256(content): "absent"}}
    assert sun.say("POST", f"/api/visits/{scene.visit}/receipts", json={"hashes": []}).status_code == 404


@pytest.mark.parametrize(("name", "status"), [("qian", 200), ("zhou", 200), ("li", 404), ("sun", 404)])
def test_who_may_see_a_blob_and_its_preview(at: People, qian: Speaker, scene: Scene, name: str, status: int):
    content = photo()
    qian.upload(scene.visit, content)
    visitor = at(name)
    assert visitor.say("GET", f"/api/visits/{scene.visit}/evidence/{sha256(content)}").status_code == status
    preview = f"/office/visits/{scene.visit}/evidence/{sha256(content)}/preview"
    assert visitor.say("GET", preview).status_code == status


def test_strangers_are_asked_to_sign_in(client: FlaskClient, scene: Scene):
    for method, url in [
        ("POST", UPLOADS),
        ("HEAD", UPLOADS + "/" + "x" * 43),
        ("GET", f"/api/visits/{scene.visit}/evidence/{'0' * 64}"),
    ]:
        assert client.open(url, method=method, headers={"Tus-Resumable": "1.0.0"}).status_code in (400, 401)
