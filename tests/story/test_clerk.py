"""A clerk's story, from a file of 20,000 enterprises to a new industry's list on an officer's phone.

The office imports a register and mends its forty bad rows; three departments write the list of a new
industry, in which two items ask the same; it is published, read by anybody, and goes with a visit.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect
from pypdf import PdfReader
from stdnum.cn import uscc

from server.accounts.model import Person
from server.catalogue.drafts import actions, editions
from server.catalogue.drafts.model import DraftItem
from server.catalogue.model import ChecklistVersion
from server.infra.clock import now
from server.infra.db import db, transaction
from server.kernel.instants import local
from server.registry.model import Enterprise
from server.visits.assigning import Assignment, assign_visit
from tests.processes import LiveServer
from tests.story.phone import PASSWORD, SAVED, Phone, phone_of
from tests.story.test_joint_visit import state_of

LEAD, FIRE, POLICE = "WLJ", "XFJY", "GAJ"
DEPARTMENTS = (LEAD, FIRE, POLICE)
INDUSTRY, INDUSTRY_NAME = "JBYL", "剧本娱乐经营场所"
MERGED, OTHER, FOOTAGE = f"{INDUSTRY}-{FIRE}-001", f"{INDUSTRY}-{POLICE}-001", f"{INDUSTRY}-{POLICE}-002"
GAMES = "星河剧本推理馆"
"""An enterprise of the file whose industry has no list yet."""


def test_from_a_file_to_a_list_on_a_phone(
    browser: Browser, phone: dict[str, Any], live_server: LiveServer, tmp_path: Path
) -> None:
    live_server.flask("demo", "load")
    live_server.start(jobs=True)
    app = live_server.app
    before = _registered(app)
    office = _desk(browser, live_server, "office01")

    _import(office, tmp_path)
    assert _registered(app) == before + ROWS
    _everything_is_found(office)

    _found_the_industry(office)
    desks = {code: _desk(browser, live_server, f"{code.lower()}-liaison") for code in DEPARTMENTS}
    for code, desk in desks.items():
        _draft(desk, live_server, code)
    version = _make_one_list(office, desks, live_server)
    fingerprint = _hash_of(app, version)

    enterprise = browser.new_context(**phone)
    paper = _read_by_anybody(enterprise.new_page(), live_server, version, fingerprint)
    assert "一并答复" in paper
    _check_oneself(enterprise.new_page(), live_server, version, fingerprint)

    _move_into_the_industry(office)
    visit = _dispatch(app)
    officer = phone_of(browser, phone, live_server.url, "xfjy01")
    officer.download(visit)
    carried = _carried(officer)
    assert (carried["checklist"]["version"], carried["checklist"]["hash"]) == (version, fingerprint)
    _answer_for_both(officer, live_server, carried)

    _publish_another(app)
    _compare(office, live_server, version)
    assert _carried(officer)["checklist"] == carried["checklist"]
    assert _carried(officer)["handbook"] == carried["handbook"]
    assert officer.errors == []


# --- the file -----------------------------------------------------------------------------------------------

ROWS = 20_000
LONG = 240_000  # milliseconds they may take on a busy machine
TOWNS = "所属镇街"
HEADS = ("信用代码", "企业名称", "主体类型", "所属行业", TOWNS, "经营场所", "登记状态", "成立日期", "备注")
CODE, NAME, _KIND, TRADE, TOWN, ADDRESS, _STATE, SINCE, _REMARK = range(len(HEADS))
Row = list[str]


def _wrong_digit(row: Row) -> str:
    return row[CODE][:-1] + ("0" if row[CODE][-1] != "0" else "1")


FAULTS: tuple[tuple[int, int, Callable[[Row], str], str], ...] = (
    (10, CODE, _wrong_digit, "第 18 位是"),
    (6, CODE, lambda _row: _code(0), "与第 2 行相同"),
    (6, TRADE, lambda _row: "剧本娱乐", "所填的是“剧本娱乐”"),
    (6, SINCE, lambda _row: "去年五月", "所填的是“去年五月”"),
    (4, NAME, lambda _row: '=HYPERLINK("http://example.com","店")', "单元格是公式"),
    (4, ADDRESS, lambda _row: "", "必填项是空的"),
    (4, TOWN, lambda _row: "蓉城街道", "所填的是“蓉城街道”"),
)
"""How many rows, of which column, made bad how, and the words they come back with."""

BAD = {
    (1 + at) * 450: fault for at, fault in enumerate(one for one in FAULTS for _each in range(one[0]))
}
"""Forty rows spread over the file."""

SPOILT_TRADES = [number for number, fault in BAD.items() if fault[1] == TRADE]


def _code(number: int) -> str:
    """A sound credit code for a number."""
    first = f"91341723MA{number:07d}"
    return first + uscc.calc_check_digit(first)


def _row(number: int) -> Row:
    """A sound row, its day written one way or another."""
    name = GAMES if number == SPOILT_TRADES[0] else f"青阳演示商店第{number:05d}号"
    month, day = 1 + number % 12, 1 + number % 28
    since = f"2019年{month}月{day}日" if number % 7 == 0 else f"2019-{month:02d}-{day:02d}"
    place = f"青阳县蓉城镇演示路{number}号"
    return [_code(number), name, "企业", "商场超市", "蓉城镇", place, "存续", since, "演示"]


def _file(path: Path) -> None:
    """What the clerk was sent: 20,000 rows, forty of them bad, as a Chinese spreadsheet writes them."""
    with path.open("w", encoding="gb18030", newline="") as lines:
        table = csv.writer(lines)
        table.writerow(HEADS)
        for number in range(ROWS):
            row = _row(number)
            if number in BAD:
                _count, column, spoil, _words = BAD[number]
                row[column] = spoil(row)
            table.writerow(row)


def _mended(path: Path) -> None:
    """What the clerk makes of the rejected rows in a spreadsheet: each bad cell put right, in place."""
    book = openpyxl.load_workbook(path)
    sheet = book.active
    heads = [cell.value for cell in sheet[1]]
    for cells in sheet.iter_rows(min_row=2):
        number = cells[0].value - 2
        _count, column, _spoil, words = BAD[number]
        assert words in cells[1].value
        cells[heads.index(HEADS[column])].value = _row(number)[column]
    book.save(path)


# --- the register -------------------------------------------------------------------------------------------


def _import(office: Page, folder: Path) -> None:
    """The file goes in without its bad rows, then those, mended."""
    _file(folder / "名录.csv")
    _go(office, "导入")
    _bring(office, folder / "名录.csv")
    office.get_by_label(TOWNS).select_option("乡镇")
    office.get_by_role("button", name="开始试导入").click()
    expect(_verdict(office, "未通过")).to_have_text("未通过 40", timeout=LONG)
    expect(_verdict(office, "新增")).to_have_text("新增 19960")
    for _count, _column, _spoil, words in FAULTS:
        expect(office.get_by_text(words).first).to_be_visible()
    with office.expect_download() as download:
        office.get_by_role("link", name="导出未通过的行（XLSX）").click()
    download.value.save_as(folder / "修改.xlsx")
    office.get_by_role("button", name="不导入这 40 行，写入其余各行").click()
    expect(office.get_by_role("heading", name="已写入名录库")).to_be_visible(timeout=LONG)

    _mended(folder / "修改.xlsx")
    _go(office, "导入")
    _bring(office, folder / "修改.xlsx")
    expect(office.get_by_label(TOWNS)).to_have_value("town")  # as chosen for the first file
    office.get_by_role("button", name="开始试导入").click()
    expect(_verdict(office, "新增")).to_have_text("新增 40")
    office.get_by_role("button", name="写入名录库").click()
    expect(office.get_by_role("heading", name="已写入名录库")).to_be_visible(timeout=LONG)


def _bring(office: Page, file: Path) -> None:
    office.get_by_label("XLSX 或 CSV 文件").set_input_files(file)
    office.get_by_role("button", name="读取文件").click()
    expect(office.get_by_role("heading", name="核对各列")).to_be_visible()


def _verdict(office: Page, name: str) -> Locator:
    return office.locator(".chips").get_by_role("link", name=name)


def _everything_is_found(office: Page) -> None:
    """By name, by the initials of its sounds, and by code, from the search on top of any page."""
    for typed in (GAMES, "xhjbtlg", _code(SPOILT_TRADES[0])):
        _search(office, typed)
        expect(office.get_by_role("link", name=GAMES)).to_be_visible()


def _search(office: Page, typed: str) -> None:
    office.keyboard.press("/")
    office.keyboard.type(typed)
    office.keyboard.press("Enter")
    office.wait_for_url("**/office/search?**")


def _registered(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(db.select(db.func.count()).select_from(Enterprise)) or 0


def _move_into_the_industry(office: Page) -> None:
    """Now that its industry has a list, the enterprise is entered as one of it."""
    office.go_back()  # from the public notice
    _search(office, GAMES)
    office.get_by_role("link", name=GAMES).click()
    office.get_by_role("link", name="修改", exact=True).click()
    office.get_by_label("主要行业").select_option(INDUSTRY_NAME)
    office.get_by_label("理由").fill("行业清单已发布，据实归类")
    office.get_by_role("button", name="保存").click()
    expect(office.get_by_text(f"{INDUSTRY_NAME} · 蓉城镇")).to_be_visible()


# --- the list -----------------------------------------------------------------------------------------------

ITEMS: dict[str, list[dict[str, str]]] = {
    LEAD: [
        {
            "抽查事项": "剧本内容管理",
            "检查内容": "剧本脚本已自审，无法律法规禁止的内容，并向县文旅局备案。",
            "法律法规或标准": "娱乐场所管理条例",
            "条款": "第十三条",
        },
        {
            "抽查事项": "未成年人保护",
            "检查内容": "剧本设置适龄提示，非节假日不接待未成年人。",
            "法律法规或标准": "未成年人保护法",
            "条款": "第五十八条",
        },
    ],
    FIRE: [
        {
            "抽查事项": "疏散通道和安全出口",
            "检查内容": "疏散通道、安全出口畅通，未占用、堵塞、封闭或锁闭。",
            "法律法规或标准": "消防法",
            "条款": "第二十八条",
            "怎样算合规": "营业期间安全出口全部开启，通道净宽不小于1.1米。",
            "怎样整改": "当场清除杂物、打开出口，安排专人每日巡查。",
        },
    ],
    POLICE: [
        {
            "抽查事项": "经营场所安全出口",
            "检查内容": "安全出口、疏散通道畅通，营业期间未封堵、锁闭。",
            "法律法规或标准": "娱乐场所管理条例",
            "条款": "第二十二条",
        },
        {
            "抽查事项": "视频监控资料",
            "检查内容": "出入口和主要通道的监控录像留存天数。",
            "法律法规或标准": "娱乐场所管理条例",
            "条款": "第十五条",
            "单位": "天",
            "下限": "30",
        },
    ],
}


def _found_the_industry(office: Page) -> None:
    _go(office, "事项清单")
    office.get_by_role("link", name="新增行业").click()
    office.get_by_label("代码", exact=True).fill(INDUSTRY)
    office.get_by_label("行业名称").fill(INDUSTRY_NAME)
    office.get_by_label("检查对象").fill("以剧本杀、密室逃脱等形式经营的场所")
    office.get_by_label("牵头部门").select_option(label="青阳县文化和旅游局")
    for short_name in ("文旅局", "消防救援大队", "公安局"):
        office.get_by_label(short_name, exact=True).check()
    office.get_by_label("消防救援大队的任务分工").fill("消防安全")
    office.get_by_role("button", name="保存").click()
    expect(office.get_by_role("heading", level=1)).to_have_text(INDUSTRY_NAME)


def _draft(desk: Page, server: LiveServer, department: str) -> None:
    """A department's liaison writes its items."""
    desk.goto(f"{server.url}/office/catalogue/{INDUSTRY}/drafts")
    for item in ITEMS[department]:
        desk.get_by_role("link", name="新增检查项").first.click()
        desk.get_by_label("现场检查", exact=True).check()
        if "单位" in item:
            desk.get_by_label("数值", exact=True).check()
            desk.locator("summary", has_text="数值").click()
        for label, words in item.items():
            desk.get_by_label(label, exact=True).fill(words)
        desk.get_by_role("button", name="保存").last.click()
        expect(desk.get_by_role("link", name=item["抽查事项"], exact=True)).to_be_visible()


def _make_one_list(office: Page, desks: dict[str, Page], server: LiveServer) -> str:
    """The lead merges what is asked twice, all agree, the office publishes; the version's number."""
    lead = desks[LEAD]
    lead.goto(f"{server.url}/office/catalogue/{INDUSTRY}")
    lead.locator("summary", has_text="启动修订").click()
    lead.get_by_label("清单调整的理由").fill("首次编制剧本娱乐行业清单")
    lead.get_by_role("button", name="启动修订").click()
    edition = lead.url
    lead.get_by_role("link", name="合并重复的检查项").click()
    pair = lead.locator(f"#{MERGED}-{OTHER}, #{OTHER}-{MERGED}")
    expect(pair.locator(".side")).to_have_count(2)
    pair.get_by_role("button", name=f"由 {MERGED} 一并作答").click()
    expect(lead.get_by_role("heading", name="已合并")).to_be_visible()
    lead.goto(edition)
    lead.get_by_role("button", name="送各部门会签").click()
    for desk in desks.values():
        desk.goto(edition)
        desk.get_by_role("button", name="同意", exact=True).click()
        expect(desk.locator("#countersignatures")).to_contain_text("同意")
    office.goto(edition)
    version = office.get_by_label("版本号").input_value()
    office.get_by_label("我已核对，发布后不可修改").check()
    office.get_by_role("button", name="发布", exact=True).click()
    office.get_by_role("link", name="清单调整公示").click()
    return version


def _hash_of(app: Flask, version: str) -> str:
    with app.app_context():
        query = db.select(ChecklistVersion.hash).filter_by(industry=INDUSTRY, version=version)
        return str(db.session.scalars(query).one())


# --- the enterprise -----------------------------------------------------------------------------------------


def _read_by_anybody(page: Page, server: LiveServer, version: str, fingerprint: str) -> str:
    """The notice, the list, and the handbook as a page and on paper, without an account; the paper's text."""
    page.goto(f"{server.url}/lists")
    page.get_by_role("link", name=f"{INDUSTRY_NAME} {version}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{INDUSTRY_NAME}抽查事项清单调整公示")
    expect(page.get_by_text("新增 4 项")).to_be_visible()
    expect(page.get_by_text("首次编制剧本娱乐行业清单")).to_be_visible()
    page.get_by_role("link", name="现行清单").click()
    expect(page.get_by_text(fingerprint)).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="合规手册", exact=True).click()
    for words in (version, fingerprint):
        expect(page.get_by_text(words).first).to_be_visible()
    address = page.get_by_role("link", name="下载手册（PDF）").get_attribute("href")
    paper = _text_of(page.request.get(f"{server.url}{address}").body())
    assert version in paper
    assert fingerprint in paper
    return paper


def _check_oneself(page: Page, server: LiveServer, version: str, fingerprint: str) -> None:
    """The enterprise goes through the list on a phone and prints what came of it."""
    page.goto(f"{server.url}/handbook/{INDUSTRY}")
    page.get_by_role("link", name="企业自查").click()
    _item(page, "剧本内容管理").get_by_text("符合", exact=True).click()
    _item(page, "未成年人保护").get_by_text("不适用", exact=True).click()
    _item(page, "疏散通道和安全出口").get_by_text("不符合", exact=True).click()
    _item(page, "视频监控资料").get_by_label("实测值").fill("45")
    page.get_by_role("button", name="查看结果").click()
    expect(page.get_by_role("heading", name="需要整改（1）")).to_be_visible()
    expect(page.get_by_text("安排专人每日巡查")).to_be_visible()
    page.evaluate("window.print = () => { document.title = 'printed'; }")
    page.get_by_role("button", name="打印").click()
    expect(page).to_have_title("printed")
    paper = _text_of(page.pdf(format="A4"))
    for words in (version, fingerprint, "单位名称", "需要整改(1)", "安排专人每日巡查"):
        assert words in paper


def _item(page: Page, matter: str) -> Locator:
    return page.locator(".check-item", has_text=matter)


def _text_of(pdf: bytes) -> str:
    """The words on paper, without spaces; fonts have some signs as radicals, which are put back."""
    words = "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())
    return unicodedata.normalize("NFKC", words).replace("⻘", "青")


# --- the visit ----------------------------------------------------------------------------------------------


def _dispatch(app: Flask) -> str:
    """Two officers of each department are sent to the enterprise today; the visit's id."""
    with app.app_context(), transaction():
        enterprise = db.session.scalars(db.select(Enterprise).filter_by(name=GAMES)).one()
        names = [f"{code.lower()}0{number}" for code in DEPARTMENTS for number in (1, 2)]
        people = {one.username: one for one in db.session.scalars(db.select(Person))}
        team = [Assignment(people[name], lead=name == names[0]) for name in names]
        today = local(now()).date()
        return assign_visit(None, enterprise=enterprise, date=today, slot="14:00", team=team).id


def _carried(officer: Phone) -> dict[str, Any]:
    """The bundle, as the phone fetches it."""
    answer = officer.page.request.get(f"{officer.url}/api/visits/{officer.visit}/bundle")
    assert answer.ok
    document: dict[str, Any] = answer.json()
    return document


def _answer_for_both(officer: Phone, server: LiveServer, carried: dict[str, Any]) -> None:
    """The merged item, answered once by the fire brigade, is answered for the police too."""
    merged = next(one for one in carried["checklist"]["items"] if one["id"] == MERGED)
    assert [one["department"] for one in merged["also"]] == [POLICE]
    assert carried["handbook"]["items"][MERGED]["standard"] == ITEMS[FIRE][0]["怎样算合规"]
    before = state_of(server, officer.visit)["departments"]
    assert [before[code]["counts"]["answered"] for code in (FIRE, POLICE)] == [0, 0]
    officer.arrive(FIRE, "星店长")
    officer.open(f"/items/{MERGED}")
    for name in ("消防救援大队 · 疏散通道和安全出口", "公安局 · 经营场所安全出口"):
        expect(officer.page.get_by_text(name)).to_be_visible()
    officer.answer(merged)
    officer.sync()
    after = state_of(server, officer.visit)["departments"]
    assert [after[code]["counts"]["answered"] for code in (FIRE, POLICE)] == [1, 1]


# --- the next version ---------------------------------------------------------------------------------------


def _publish_another(app: Flask) -> None:
    """The departments change, add and drop an item each, and agree; the office publishes."""

    def item(code: str) -> DraftItem:
        return db.session.scalars(db.select(DraftItem).filter_by(code=code)).one()

    with app.app_context():
        people = {one.username: one for one in db.session.scalars(db.select(Person))}
        clerks = {code: people[f"{code.lower()}-liaison"] for code in DEPARTMENTS}
        with transaction():
            own = item(MERGED)
            stricter = own.document | {"content": own.document["content"] + "常闭式防火门完好。"}
            actions.change(clerks[FIRE], own.id, stricter, own.revision)
            more = own.document | {"matter": "用火用电", "content": "未私拉电线。"}
            actions.add(clerks[FIRE], INDUSTRY, more)
            actions.drop(clerks[POLICE], item(FOOTAGE).id)
            edition = editions.open_edition(clerks[LEAD], INDUSTRY, "按季度核查结果调整")
            editions.send_round(clerks[LEAD], edition.id)
            for clerk in clerks.values():
                editions.answer(clerk, edition.id, edition.hash or "", True, "")
            editions.publish(people["office01"], edition.id, "青阳JBYL-调整后")


def _compare(office: Page, server: LiveServer, version: str) -> None:
    """What was added, changed and removed is seen beside each other."""
    office.goto(f"{server.url}/office/catalogue/{INDUSTRY}")
    expect(office.get_by_role("link", name=version)).to_be_visible()
    expect(office.get_by_role("link", name="合规手册", exact=True)).to_be_visible()
    office.get_by_role("link", name="比较版本").click()
    for words in ("新增 1 项", "变更 1 项", "删除 1 项"):
        expect(office.get_by_text(words)).to_be_visible()
    expect(office.locator("ins", has_text="常闭式防火门完好")).to_be_visible()
    expect(office.locator("del", has_text="监控录像留存天数")).to_be_visible()


def _desk(browser: Browser, server: LiveServer, username: str) -> Page:
    """Somebody of an office at a desk, signed in."""
    page = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(SAVED)
    page.goto(f"{server.url}/login?next=/office/catalogue")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("form button:has-text('登录')")
    page.wait_for_url("**/office/catalogue")
    return page


def _go(office: Page, place: str) -> None:
    office.get_by_role("navigation", name="主导航").get_by_role("link", name=place, exact=True).click()
