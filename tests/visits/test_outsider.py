"""A client that is not ours does a whole visit with two people, through a sign-off in force."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.builders import a_visit
from tests.people import PASSWORD, settle
from tests.visits.outsider import Outsider, canonical, sha256


@pytest.fixture
def county(live_server):
    """The real server with one visit of two departments, to which only one sends its officers."""
    app = live_server.app
    with app.app_context():
        people = settle()
    visit = a_visit(app, people, team=("lin", "ma"))
    live_server.start()
    return live_server, visit


def test_two_outsiders_do_a_whole_visit(county):
    server, visit = county
    lin, ma = Outsider(server.url, "lin", PASSWORD), Outsider(server.url, "ma", PASSWORD)
    for one in (lin, ma):
        one.open_first_visit()
    assert lin.visit["id"] == visit.id
    _arrive(lin)
    _answer(lin)
    photo = _photo()
    lin.write(
        "evidence",
        {
            "sha256": sha256(photo),
            "bytes": len(photo),
            "type": "image/jpeg",
            "captured_at": "2026-11-24T09:40:00+08:00",
            "moment": "arrival",
            "location": None,
            "caption": "站房正门",
            "source": "app",
        },
    )
    lin.sync()
    ma.sync()
    ma.write("note", {"department": "SCJG", "text": "𠮷野家对面，标识完好 \U0001f600"})
    ma.sync()
    lin.sync()
    _close(lin)
    lin.sync()
    ma.sync()
    assert lin.journal == ma.journal
    assert [one["status"] for one in ma.get("/api/visits")["visits"]] == ["signed"]
    name = lin.upload(photo, "image/jpeg")
    receipts = lin.post(f"/api/visits/{visit.id}/receipts", {"hashes": [name]})
    assert "stored" in str(receipts)
    assert lin.http.get(f"{server.url}/api/visits/{visit.id}/evidence/{name}", timeout=30).content == photo
    assert "1 visits checked, 0 findings" in server.flask("journal", "verify")


def _arrive(officer):
    code = officer.session["person"]["department"]
    team = [one for one in officer.bundle["team"] if one["department"] == code]
    shown = [{"person": one["person"], "certificate": one["certificate"]} for one in team]
    officer.write(
        "visit.arrived",
        {"department": code, "location": {"lat": 306389000, "lon": 1178472000, "accuracy": 8}},
    )
    officer.write("identity.shown", {"department": code, "officers": shown})
    officer.write("rights.informed", {"department": code})
    officer.write("recusal.asked", {"department": code, "requested": False})
    officer.write(
        "party.present", {"department": code, "name": "演示人", "post": "站长", "authority": "负责人"}
    )


def _answer(officer):
    code = officer.session["person"]["department"]
    for item in officer.bundle["checklist"]["items"]:
        if item["department"] == code:
            value = item["answer"]["max"] if item["answer"]["type"] == "number" else None
            said = {"item": item["id"], "verdict": "pass", "value": value, "remark": "", "replaces": []}
            officer.write("answer", said)


def _close(lead):
    items = lead.bundle["checklist"]["items"]
    results = {item["matter"]: "R1" for item in items if item["department"] == "SCJG"}
    lead.write(
        "department.completed",
        {"department": "SCJG", "results": results, "covers": lead.covers(), "replaces": []},
    )
    lead.write(
        "department.absent",
        {"department": "XFJY", "reason": "too-few-officers", "text": "仅到一人", "replaces": []},
    )
    lead.write(
        "signature",
        {
            "role": "party",
            "scope": "visit",
            "method": "screen",
            "name": "演示人",
            "drawing": {"width": 300, "height": 100, "strokes": [[1, 1, 9, 9]]},
            "covers": lead.covers(),
        },
    )
    lead.write(
        "visit.signed", {"results": {"SCJG": results, "XFJY": {}}, "covers": lead.covers(), "replaces": []}
    )


def _photo():
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(file, "JPEG")
    return file.getvalue()


def test_the_outsider_knows_nothing_of_the_server():
    code = (
        "import sys, tests.visits.outsider;"
        "sys.exit(any(name.split('.')[0] == 'server' for name in sys.modules))"
    )
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root)


def test_names_beyond_the_basic_plane_are_sorted_as_rfc_8785_says():
    assert canonical({"\ufb33": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ufb33":1}'.encode()
