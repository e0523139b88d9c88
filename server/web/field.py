"""The field app's shell: the files of `pwa/`, public and without personal data.

Every address under `/field/` that is not a file is the same shell; the phone itself answers what it shows.
"""

import hashlib
import json
import re
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, send_from_directory

from server.kernel.problems import Problem
from server.web.gate import PUBLIC, allow

PWA = Path(__file__).resolve().parents[2] / "pwa"
STATIC = Path(__file__).resolve().parent / "static"
SERVED = {".js", ".css", ".svg", ".json", ".webmanifest"}
STATIC_IMPORT = re.compile(r"""^(?:import|export)\b[^;]*?["'](\.[^"']+)["'];""", re.MULTILINE)
SHARED = ("tokens.css", "base.css", "components.css", "icons.svg", "icons/icon-192.png")  # of /static

blueprint = Blueprint("field", __name__)


@blueprint.get("/field/")
@blueprint.get("/field/<path:path>")
@allow(PUBLIC)
def shell(path: str = "") -> Response:
    """The shell, for every address without an extension."""
    if Path(path).suffix:
        raise Problem("not-found")
    page = (PWA / "shell.html").read_text("utf-8").replace("<!-- modules -->", "\n  ".join(_preloads()))
    response = Response(page, mimetype="text/html")
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/field/app/<path:path>")
@allow(PUBLIC)
def app_file(path: str) -> Response:
    """A module, style or catalogue of the app."""
    if Path(path).suffix not in SERVED:
        raise Problem("not-found")
    return _send(path)


@blueprint.get("/field/sw.js")
@allow(PUBLIC)
def service_worker() -> Response:
    """The service worker, with the whole of /field/ in its care."""
    response = _send("sw.js")
    response.headers["Service-Worker-Allowed"] = "/field/"
    return response


@blueprint.get("/field/precache.js")
@allow(PUBLIC)
def precache() -> Response:
    """What the service worker keeps: every file of the shell, and one version over all of them."""
    body = "self.PRECACHE = " + json.dumps(precache_list(), indent=1) + ";\n"
    response = Response(body, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/field/manifest.webmanifest")
@allow(PUBLIC)
def manifest() -> Response:
    """What makes the app installable (W3C Web Application Manifest)."""
    response = Response(json.dumps(MANIFEST, ensure_ascii=False), mimetype="application/manifest+json")
    response.headers["Cache-Control"] = "no-cache"
    return response


MANIFEST = {
    "id": "/field/",
    "name": "联查 · 现场检查",
    "short_name": "联查",
    "description": "跨部门联合双随机检查的现场应用",
    "lang": "zh-Hans",
    "start_url": "/field/",
    "scope": "/field/",
    "display": "standalone",
    "orientation": "any",
    "background_color": "#ffffff",
    "theme_color": "#1450b4",
    "icons": [
        {"src": "/static/icons/icon-192.png", "sizes": "192x192", "type": "image/png"},
        {"src": "/static/icons/icon-512.png", "sizes": "512x512", "type": "image/png"},
        {
            "src": "/static/icons/maskable-512.png",
            "sizes": "512x512",
            "type": "image/png",
            "purpose": "maskable",
        },
    ],
}


def precache_list() -> dict[str, object]:
    """`{"version", "files"}` of the shell as it stands on the disk."""
    own = sorted(path for path in PWA.rglob("*") if path.suffix in SERVED and path.name != "sw.js")
    contents = {"/field/": PWA / "shell.html"}
    contents |= {f"/field/app/{path.relative_to(PWA).as_posix()}": path for path in own}
    contents |= {f"/static/{name}": STATIC / name for name in SHARED}
    version = hashlib.sha256()
    for url, path in contents.items():
        version.update(url.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return {"version": version.hexdigest()[:16], "files": [*contents, "/field/manifest.webmanifest"]}


@cache
def _preloads() -> list[str]:
    """Links to all modules that the app begins with, so that they come at once and not level by level."""
    links = (path.relative_to(PWA).as_posix() for path in _imported(PWA / "boot.js"))
    return [f'<link rel="modulepreload" href="/field/app/{link}">' for link in links]


def _imported(start: Path) -> list[Path]:
    """A module and all it imports, directly or not, in the order met; not what it imports only later."""
    found: dict[Path, None] = {start: None}
    waiting = [start]
    while waiting:
        module = waiting.pop(0)
        names = STATIC_IMPORT.findall(module.read_text("utf-8"))
        new = [path for name in names if (path := (module.parent / name).resolve()) not in found]
        found |= dict.fromkeys(new)
        waiting += new
    return list(found)


def _send(path: str) -> Response:
    response = send_from_directory(PWA, path)
    response.headers["Cache-Control"] = "no-cache"
    return response
