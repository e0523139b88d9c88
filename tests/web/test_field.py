"""The field app's shell as the server hands it out."""

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from server.web import field, htmx

BEFORE, AFTER = (field.PWA / "shell.html").read_text().split("<!-- modules -->")


@pytest.mark.parametrize("address", ["/field/", "/field/visits", "/field/visits/0193/items/a"])
def test_every_address_of_the_app_is_the_one_shell(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert page.startswith(BEFORE)
    assert page.endswith(AFTER)
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "address",
    [
        "/field/x.js",
        "/field/app/shell.html",
        "/field/app/vendor/README.md",
        "/field/app/../config.py",
        "/field/app/none.js",
    ],
)
def test_nothing_else_is_handed_out(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_the_shell_asks_at_once_for_all_it_begins_with(client: FlaskClient) -> None:
    page = client.get("/field/").get_data(as_text=True)
    links = re.findall(r'<link rel="modulepreload" href="([^"]+)">', page)
    assert links[0] == "/field/app/boot.js"
    assert {"/field/app/store/store.js", "/field/app/vendor/tus/tus.min.js"} < set(links)
    assert len(links) == len(set(links))
    assert [link for link in links if client.get(link).mimetype != "text/javascript"] == []


def test_modules_are_scripts_asked_for_by_tag(client: FlaskClient) -> None:
    answer = client.get("/field/app/boot.js")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/javascript", "no-cache")
    again = client.get("/field/app/boot.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_service_worker_cares_for_the_whole_field(client: FlaskClient) -> None:
    answer = client.get("/field/sw.js")
    assert (answer.mimetype, answer.headers["Service-Worker-Allowed"]) == ("text/javascript", "/field/")


def test_everything_that_is_kept_offline_can_be_had(client: FlaskClient) -> None:
    body = client.get("/field/precache.js").get_data(as_text=True)
    kept = json.loads(body.removeprefix("self.PRECACHE = ").removesuffix(";\n"))
    assert {"/field/", "/field/app/boot.js", "/static/tokens.css", "/static/icons.svg"} < set(kept["files"])
    assert not [file for file in kept["files"] if file.endswith("sw.js")]
    assert [file for file in kept["files"] if client.get(file).status_code != 200] == []


def test_any_change_makes_a_new_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shell.html").write_text("shell")
    (tmp_path / "boot.js").write_text("one")
    monkeypatch.setattr(field, "PWA", tmp_path)
    first = field.precache_list()["version"]
    assert field.precache_list()["version"] == first
    (tmp_path / "boot.js").write_text("two")
    assert field.precache_list()["version"] != first


def test_the_app_is_installable(client: FlaskClient) -> None:
    manifest = json.loads(client.get("/field/manifest.webmanifest").data)
    assert (manifest["display"], manifest["start_url"], manifest["scope"]) == (
        "standalone",
        "/field/",
        "/field/",
    )
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    assert "maskable" in [icon.get("purpose") for icon in manifest["icons"]]
    assert [icon for icon in manifest["icons"] if client.get(icon["src"]).status_code != 200] == []


def test_htmx_is_the_published_file(client: FlaskClient) -> None:
    body = client.get(htmx.VENDORED).data
    assert "sha384-" + base64.b64encode(hashlib.sha384(body).digest()).decode() == htmx.INTEGRITY
