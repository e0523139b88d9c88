"""Devices in the office: who sees which, what a phone says of itself, and ending an enrolment."""

import pytest
from flask import Flask
from sqlalchemy import event

from server.accounts.device_list import PAGE
from server.accounts.model import Device
from server.infra.audit import AuditEntry
from server.infra.clock import now
from server.infra.db import db, transaction
from tests.builders import Caller, Key, a_visit, fresh_id
from tests.office.conftest import submit, words

REPORT = {"entries": 3, "files": 2, "bytes": 5_000_000, "version": "2026.11"}


@pytest.fixture
def visit(app, people, any_db):
    return a_visit(app, people)


@pytest.fixture
def lin(visit):
    return visit.phone("lin")


@pytest.fixture
def he(visit, desk):
    return desk("he")


@pytest.fixture
def desk(app):
    return lambda username: Caller(app, username).client


def device(app: Flask, device_id: str) -> Device:
    with app.app_context():
        return db.session.get_one(Device, device_id)


def end(client, phone, **form):
    asked = {"way": "lost", "reason": "在车站遗失", **form}
    return submit(client, f"/office/devices/{phone.device}/revocation", **asked)


# What a phone says


def test_a_phone_says_what_is_on_it_only(app, he, lin):
    assert lin.caller.post(f"/api/devices/{lin.device}/reports", REPORT).status_code == 204
    row = device(app, lin.device)
    assert (row.unsent_entries, row.unsent_files, row.unsent_bytes, row.app_version) == (
        3,
        2,
        5_000_000,
        "2026.11",
    )
    assert row.reported_at == row.last_seen_at
    page = words(he.get("/office/devices?state=unsent"))
    assert "林演示 市场监管局 lin的手机" in page
    assert "3 条记录，2 个文件，5.0 MB" in page
    assert "版本 2026.11" in page


@pytest.mark.parametrize(
    ("member", "said"),
    [
        ("entries", -1),
        ("entries", True),
        ("files", 1.5),
        ("bytes", 2**60),
        ("bytes", None),
        ("version", "x" * 33),
        ("version", "a\0b"),
    ],
)
def test_a_report_of_another_form_names_the_member(lin, member, said):
    answer = lin.caller.post(f"/api/devices/{lin.device}/reports", {**REPORT, member: said})
    assert (answer.status_code, answer.json["code"], answer.json["field"]) == (400, "malformed", member)


def test_nobody_reports_for_another_s_phone(visit, lin):
    for device_id in (lin.device, fresh_id(), "x"):
        answer = visit.caller("zhou").post(f"/api/devices/{device_id}/reports", REPORT)
        assert (answer.status_code, answer.json["code"]) == (404, "not-found")


# Who sees which


def test_a_department_sees_its_own_people_s_phones(app, visit, desk):
    visit.phone("lin"), visit.phone("zhou")
    page = words(desk("luo").get("/office/devices"))
    assert "周演示" in page
    assert "林演示" not in page
    assert desk("luo").get(f"/office/devices/{visit.phone('zhou').device}").status_code == 200
    assert desk("luo").get(f"/office/devices/{visit.phone('lin').device}").status_code == 404
    assert end(desk("luo"), visit.phone("lin")).status_code == 404
    assert device(app, visit.phone("lin").device).revoked_at is None


def test_an_inspector_has_no_such_page(visit, desk, lin):
    assert desk("zhou").get("/office/devices").status_code == 403
    assert end(desk("zhou"), lin).status_code == 403


def test_states_departments_and_words_filter(app, he, visit, lin):
    zhou = visit.phone("zhou")
    end(he, zhou)
    assert "周演示" in words(he.get("/office/devices?state=revoked"))
    assert "周演示" not in words(he.get("/office/devices?state=active"))
    assert "林演示" not in words(he.get("/office/devices?department=XFJY"))
    assert "林演示" in words(he.get(f"/office/devices?q={lin.device[-6:].upper()}"))
    assert "没有符合条件的设备" in words(he.get("/office/devices?q=%00nobody"))
    assert he.get("/office/devices?after=mangled&state=none").status_code == 200


def test_pages_go_forth_and_back_by_key(app, people, he):
    with app.app_context(), transaction():
        for number in range(PAGE + 2):
            seen = {"enrolled_at": now(), "last_seen_at": now()}
            about = {"id": fresh_id(), "public_key": str(Key().public), "label": f"手机{number}"}
            db.session.add(Device(person_id=people["ma"], **about, **seen))
    first = he.get("/office/devices")
    onward = link(first, "after")
    assert len(links(first, "/office/devices/")) == PAGE
    second = he.get(onward)
    assert links(he.get(link(second, "before")), "/office/devices/") == links(first, "/office/devices/")
    assert not set(links(first, "/office/devices/")) & set(links(second, "/office/devices/"))


def link(page, name):
    (found,) = [one for one in links(page, "/office/devices?") if f"{name}=" in one]
    return found.replace("&amp;", "&")


def links(page, start):
    return [part.split('"')[0] for part in page.text.split('href="') if part.startswith(start)]


def test_a_longer_list_costs_no_more_queries(app, people, visit, he, lin):
    short = queries_of(app, lambda: he.get("/office/devices"))
    for name in ("ma", "zhou", "wu"):
        visit.phone(name)
    assert queries_of(app, lambda: he.get("/office/devices")) == short
    assert short <= 6


def queries_of(app, deed):
    asked = []
    with app.app_context():
        engine = db.engine
    listener = lambda *arguments: asked.append(arguments[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", listener)
    deed()
    event.remove(engine, "before_cursor_execute", listener)
    return len(asked)


# One device


def test_a_device_shows_its_chains_with_what_counts_and_what_is_held_back(he, visit, lin):
    lin.arrive()
    lin.answer("XF1")
    lin.push()
    page = words(he.get(f"/office/devices/{lin.device}"))
    assert "LC-2026-0001 · 2026-11-24 5 1 " in page
    assert "已登记 · 林演示" in page


def test_what_ending_an_enrolment_does_is_said_before(he, lin):
    page = words(he.get(f"/office/devices/{lin.device}"))
    assert "林演示 的所有登录立即失效" in page
    assert "停用不能撤销" in page


# Ending an enrolment


def test_a_lost_phone_is_ended_with_its_sessions(app, people, he, lin):
    assert end(he, lin).status_code == 303
    row = device(app, lin.device)
    assert (row.revoked_by, row.revoke_reason) == (people["he"], "在车站遗失")
    assert lin.caller.get("/api/session").status_code == 401
    page = words(he.get(f"/office/devices/{lin.device}"))
    assert "已报失 · 何演示 在车站遗失" in page
    assert "停用这台设备" not in page
    with app.app_context():
        (deed,) = db.session.scalars(db.select(AuditEntry).filter_by(deed="device.reported-lost"))
        assert (deed.actor, deed.subject) == (people["he"], lin.device)


@pytest.mark.parametrize(
    ("form", "said"),
    [({"way": "x"}, "请选择一项"), ({"reason": " "}, "请填写理由"), ({"reason": "a\0"}, "请填写理由")],
)
def test_without_a_reason_nothing_happens(app, he, lin, form, said):
    answer = end(he, lin, **form)
    assert answer.status_code == 422
    assert said in words(answer)
    assert device(app, lin.device).revoked_at is None


def test_an_end_is_the_end(app, he, lin):
    end(he, lin)
    again = end(he, lin, reason="找到了")
    assert again.status_code == 409
    assert device(app, lin.device).revoke_reason == "在车站遗失"


def test_the_phone_is_told_so_wherever_it_asks(he, visit, lin):
    lin.arrive()
    lin.push()
    counted = lin.hashes()["accepted"]
    end(he, lin)
    lin.caller = Caller(visit.app, "lin")
    own = {"id": lin.device, "public_key": lin.key.public, "label": "林"}
    for path, body in (("/api/devices", own), (f"/api/devices/{lin.device}/reports", REPORT)):
        answer = lin.caller.post(path, body)
        assert (answer.status_code, answer.json["code"]) == (409, "device-revoked")
    later = lin.write("note", {"department": "SCJG", "text": "之后"})
    assert lin.push()["rejected"][0]["reason"] == "revoked"
    assert lin.hashes()["accepted"] == counted
    assert lin.hashes()["quarantined"] == [later["hash"]]


def test_a_phone_that_was_found_enrols_afresh(app, he, visit, lin):
    lin.arrive()
    lin.push()
    end(he, lin)
    visit._callers.pop("lin")
    anew = visit.another_phone("lin")
    anew.write("note", {"department": "SCJG", "text": "找回后"})
    assert anew.push()["rejected"] == []
    assert device(app, anew.device).revoked_at is None
