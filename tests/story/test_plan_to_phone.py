"""From an empty year to a visit on an officer's phone, by way of a draw among 30,000 that anybody recomputes.

Three departments plan, negotiate and approve; the office and an observer commit secrets and throw dice; one
click dispatches; an outsider's script and a visitor's browser find what was published, and see every change.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from server.accounts.model import Person
from server.infra.db import db
from server.kernel.instants import SHANGHAI
from server.planning.dispatch.model import Sending
from server.planning.draw import ceremony
from server.visits.model import Visit, VisitMember
from tests.processes import ROOT, LiveServer
from tests.story import big_county
from tests.story.phone import PASSWORD, phone_of

LONG = 240_000  # milliseconds a draw or a dispatch may take on a busy machine
RATIOS = {"A": 5, "B": 10, "C": 20, "D": 50, "U": 10}
DICE = "3152646123514263514263514"
OUTSIDER = ROOT / "tests/planning/draw/outsider.pl"


def test_from_an_empty_year_to_a_phone(
    browser: Browser, phone: dict[str, Any], live_server: LiveServer, tmp_path: Path
) -> None:
    live_server.flask("demo", "load")
    big_county.settle(live_server.app)
    live_server.start(jobs=True)
    year = dt.datetime.now(SHANGHAI).year + 1
    liaisons = [f"{code.lower()}-liaison" for code in big_county.DEPARTMENTS]
    desks = {name: _desk(browser, live_server, name) for name in ("office01", "supervisor", *liaisons)}
    lead, office = desks[liaisons[0]], desks["office01"]

    _plan(lead, office, live_server, year)
    task = _negotiate(lead, [desks[name] for name in liaisons[1:]], year)
    _approve(browser, phone, live_server, task)
    _hold_the_draw(lead, office, desks["supervisor"], task)

    draw = _published(browser.new_page(), live_server, tmp_path)
    quotas = {one: -(-count * RATIOS[one] // 100) for one, count in big_county.CLASSES.items()}
    drawn = {stratum: len(names) for stratum, names in draw["result"]["subjects"].items()}
    assert all(drawn[one] >= quota for one, quota in quotas.items())
    _any_change_is_seen(draw, tmp_path)

    _dispatch(lead, task, sum(drawn.values()))
    visit, officer = _of_an_officer(live_server, year)
    carried = phone_of(browser, phone, live_server.url, officer)
    carried.download(visit)
    assert carried.errors == []


def _desk(browser: Browser, server: LiveServer, username: str, **options: Any) -> Page:
    page = browser.new_context(locale="zh-CN", **options).new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{server.url}/login")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("form button:has-text('登录')")
    page.wait_for_url("**/office")
    return page


# --- the plan -----------------------------------------------------------------------------------------------


def _plan(lead: Page, office: Page, server: LiveServer, year: int) -> None:
    lead.goto(f"{server.url}/office/plans?year={year}")
    lead.get_by_role("button", name="编写本部门计划").click()
    filing = lead.url
    lead.locator("[name=scheme]").fill("按“一业一查”要求，一次进门、查多项事。")
    lead.get_by_role("button", name="保存").click()
    lead.get_by_label("行业").select_option(big_county.INDUSTRY)
    lead.get_by_role("button", name="添加任务").click()
    lead.get_by_label("任务名称").fill("药店联合抽查")
    lead.get_by_label("从", exact=True).select_option("5")
    lead.get_by_label("至", exact=True).select_option("11")
    lead.get_by_label("禁止非法诊疗").uncheck()  # the fourth department of the list stays at home
    for risk_class, ratio in RATIOS.items():
        lead.locator(f"[name=ratio_{risk_class}]").fill(str(ratio))
    lead.get_by_role("button", name="保存").click()
    expect(lead.get_by_role("heading", name="药店联合抽查")).to_be_visible()
    lead.goto(filing)
    lead.get_by_role("link", name="核对并报送").click()
    lead.get_by_role("button", name="报送联席办").click()

    office.goto(filing)
    office.get_by_role("button", name="审核通过，列入县级计划").click()
    office.goto(f"{server.url}/office/plans/publication?year={year}")
    office.get_by_label("我已核对，发布后不可修改").check()
    office.get_by_role("button", name="发布", exact=True).click()
    office.wait_for_url(f"**/plans/{year}**")

    lead.goto(filing)
    lead.get_by_role("link", name="药店联合抽查").click()
    lead.get_by_role("button", name="发起任务").click()
    lead.wait_for_url("**/office/tasks/**")


def _negotiate(lead: Page, others: list[Page], year: int) -> str:
    """The lead proposes, one department wants otherwise, the lead takes it up, all agree."""
    task = lead.url.partition("#")[0]
    lead.get_by_role("link", name="提出方案").click()
    lead.get_by_label("首日").fill(f"{year}-05-04")
    lead.get_by_label("末日").fill(f"{year}-11-30")
    lead.get_by_label("每名检查人员最多检查次数").fill("200")
    due = dt.datetime.now(SHANGHAI).date() + dt.timedelta(days=14)
    lead.get_by_label("答复截止日期").fill(due.isoformat())
    lead.get_by_role("button", name="发出方案").click()
    expect(lead.get_by_text("第 1 轮").first).to_be_visible()

    last = others[-1]
    last.goto(task)
    last.get_by_role("link", name="另提方案").click()
    last.locator("[name=shares-2-vehicles]").fill("1")
    last.locator("[name=reason]").fill("消防车辆可用")
    last.get_by_role("button", name="发出另提的方案").click()
    expect(last.get_by_text("消防车辆可用").first).to_be_visible()
    lead.goto(task)
    lead.get_by_role("button", name="采纳，进入新一轮").click()
    expect(lead.get_by_text("第 2 轮").first).to_be_visible()
    for desk in others:
        desk.goto(task)
        desk.get_by_role("button", name="同意", exact=True).click()
        desk.wait_for_url("**/office/tasks/**")
    lead.goto(task)
    lead.get_by_role("button", name="确定方案并报请审批").click()
    expect(lead.get_by_role("link", name="冻结抽取池")).to_be_visible()
    return task


def _approve(browser: Browser, phone: dict[str, Any], server: LiveServer, task: str) -> None:
    """Each department's head, on the phone."""
    for code in big_county.DEPARTMENTS:
        head = _desk(browser, server, f"{code.lower()}-head", viewport=phone["viewport"])
        head.goto(f"{task.replace('/tasks/', '/approvals/')}/{code}")
        head.get_by_label("意见").fill("同意参加。")
        head.get_by_role("button", name="同意", exact=True).click()
        expect(head.get_by_text("负责人同意").first).to_be_visible()
        head.context.close()


# --- the draw -----------------------------------------------------------------------------------------------


def _hold_the_draw(lead: Page, office: Page, observer: Page, task: str) -> None:
    lead.goto(f"{task}/draw")
    lead.get_by_label("公开随机数的来源").fill("会场掷骰子 25 次")
    lead.get_by_role("button", name="冻结抽取池").click()
    expect(lead.get_by_text("已冻结，待复核")).to_be_visible(timeout=LONG)
    office.goto(f"{task}/draw")
    office.get_by_role("button", name="批准抽取池").click()
    for party in (office, observer):
        party.goto(f"{task}/draw")
        party.get_by_label("我已抄下秘密").check()
        party.get_by_role("button", name="提交承诺").click()
        expect(party.get_by_role("button", name="提交承诺")).to_have_count(0)
    for party in (office, observer):
        party.goto(f"{task}/draw")
        party.get_by_role("button", name="公开秘密").click()
        expect(party.get_by_role("button", name="公开秘密")).to_have_count(0)
    office.goto(f"{task}/draw")
    office.locator("[name=randomness]").fill(DICE)
    office.locator("[name=again]").fill(DICE)
    office.get_by_role("button", name="抽取", exact=True).click()
    office.goto(f"{task}/draw/stage")
    expect(office.get_by_role("heading", name="抽取完成")).to_be_visible(timeout=LONG)


def _published(visitor: Page, server: LiveServer, folder: Path) -> Any:
    """What anybody finds on the public page, recomputed there; the transcript."""
    visitor.goto(f"{server.url}/draws")
    visitor.get_by_role("link", name="药店联合抽查").click()
    visitor.get_by_role("button", name="在浏览器中复算").click()
    expect(visitor.get_by_text("全部相符")).to_be_visible(timeout=LONG)
    with visitor.expect_download() as download:
        visitor.get_by_role("link", name="抽取记录（JSON）").click()
    download.value.save_as(folder / "transcript.json")
    assert _outsider(folder / "transcript.json") == 0
    return json.loads((folder / "transcript.json").read_bytes())


def _any_change_is_seen(draw: Any, folder: Path) -> None:
    """By our own script and by the outsider's."""
    draw["randomness"] = draw["randomness"][:-1] + "1"
    path = folder / "changed.json"
    path.write_text(json.dumps(draw, ensure_ascii=False), encoding="utf-8")
    assert _outsider(path) == 1
    assert ceremony.main([str(path)]) == 1


def _outsider(path: Path) -> int:
    perl = shutil.which("perl")
    assert perl, "the outsider's script wants Perl"
    return subprocess.run([perl, OUTSIDER, path], check=False, capture_output=True).returncode


# --- the visits ---------------------------------------------------------------------------------------------


def _dispatch(lead: Page, task: str, subjects: int) -> None:
    lead.goto(f"{task}/dispatch")
    lead.get_by_role("button", name=f"一键分发 {subjects} 次检查").click()
    expect(lead.get_by_text(f"已分发 {subjects} 次检查")).to_be_visible(timeout=LONG)


def _of_an_officer(server: LiveServer, year: int) -> tuple[str, str]:
    """A dispatched visit, and an officer of the demo county who goes there."""
    with server.app.app_context():
        query = (
            select(Visit.id, Person.username)
            .join(Sending, Sending.visit_id == Visit.id)
            .join(VisitMember, VisitMember.visit_id == Visit.id)
            .join(Person, Person.id == VisitMember.person_id)
            .where(Person.password_hash != "", Visit.date >= dt.date(year, 5, 1))
            .order_by(Visit.date, Visit.id)
            .limit(1)
        )
        visit, username = db.session.execute(query).one()
        return visit, username
