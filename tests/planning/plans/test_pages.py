"""The pages beside the main road: single departments, matching, merging, campaigns, papers, my tasks."""

import datetime as dt
import io
import json
import re

import pytest
from pypdf import PdfReader

from server.infra.db import db, transaction
from server.planning.plans import actions, queries, row_links
from server.planning.plans.model import Campaign
from server.planning.tasks.actions import open_of_row
from server.planning.tasks.rules import TaskState
from tests.planning.plans.conftest import JUNE, accepted, draft, entry, filed, person, row_of, submit, words
from tests.planning.plans.test_deeds import ALONE, FIRE, a_campaign, an_order, publish
from tests.planning.plans.test_story import FORM

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
CAMPAIGN = {
    "year": "2026",
    "name": "消防安全专项行动",
    "issuer": "池州市消防救援支队",
    "document_number": "池消〔2026〕18号",
    "department": "XFJY",
    "industries": ["YY"],
    "since": "2026-06-01",
    "until": "2026-09-30",
    "demands": "检查疏散通道。",
}


def test_a_single_department_attaches_its_order_and_waits_for_the_office(county, desk):
    hu, office = desk("hu"), desk("guan")
    filing = submit(hu, "/office/plans", year="2026").location
    form = FORM | {"industry": "ZS", "matters": ["WJW:公共场所卫生检查"], "single_reason": "市卫健委部署。"}
    row = submit(hu, f"{filing}/rows", **form, attachment=(io.BytesIO(PDF), "通知.pdf")).location
    assert row, "the row was not added"
    submit(hu, f"{filing}/scheme", scheme="略", revision="1")
    submit(hu, f"{filing}/filing")
    home = words(office.get("/office"))
    assert "待审核的计划" in home
    assert "待同意的单部门任务" in home
    page = words(office.get(row))
    assert "单部门任务待同意" in page
    assert "市卫健委部署。" in page
    paper = re.search(r'href="(/office/files/[^"]+)"', office.get(row).get_data(as_text=True))[1]
    assert office.get(paper).get_data() == PDF
    assert submit(hu, f"{row}/approval").status_code == 403
    assert submit(office, f"{row}/approval").location == row
    assert "单部门，已同意" in words(office.get(row))
    assert "待同意的单部门任务" not in words(office.get("/office"))


def test_a_proposal_is_accepted_with_a_reason_and_only_while_it_holds(county, desk):
    _filing, host = accepted("fang", "YY", entry())
    autumn = entry(**FIRE, first_month=8, last_month=11)
    _other, guest = filed("luo", "YY", autumn, attachment=an_order("luo"))
    office = desk("guan")
    page = words(office.get("/office/plans/matching?year=2026"))
    # fifteen visits each: by the same ratios from the same forty
    assert "分别检查： 15 + 15 合并检查： 15 减少： 15 + 15 − 15 = 15" in page
    assert "“消防专项检查”：消防救援大队由牵头改为协同，由市场监管局牵头。" in page
    assert "“消防专项检查”：实施月份由 8–11 月调整为 8–9 月。" in page
    assert "“加油站联合抽查”：实施月份由 5–9 月调整为 8–9 月。" in page
    url = "/office/plans/matching?year=2026"
    bare = submit(office, url, host=host, guest=guest, reason=" ")
    assert bare.status_code == 422
    assert "请填写理由" in words(bare)
    other = submit(office, url, host=host, guest=[guest, host], reason="一次查清")
    assert other.status_code == 409
    assert "这条撮合建议不再成立" in words(other)
    assert submit(desk("fang"), url, host=host, guest=guest, reason="一次查清").status_code == 403
    done = submit(office, url, host=host, guest=guest, reason="一次查清").location
    told = office.get(done)
    assert "已合并为一次检查" in words(told)
    assert f'href="/office/plans/rows/{host}#parts"' in told.text
    assert "已合并为一次检查" not in words(office.get(f"{url}&merged={guest}"))
    gone = words(office.get(f"/office/plans/rows/{guest}"))
    assert ("已并入其他任务" in gone, "单部门任务待同意" in gone) == (True, False)
    assert row_of(guest).merged_into == host
    assert "没有可以合并的任务" in words(office.get(url))
    assert "一次查清" in words(office.get(f"/office/plans/rows/{guest}"))
    assert "消防专项检查" in words(office.get(f"/office/plans/rows/{host}"))


def test_the_office_merges_by_hand_and_is_told_what_forbids_it(county, desk):
    _filing, host = accepted("fang", "YY", entry())
    _other, guest = filed("luo", "YY", entry(**FIRE), attachment=an_order("luo"))
    office = desk("guan")
    wrong = submit(office, f"/office/plans/rows/{host}/merging", host=guest, reason="一次查清")
    assert wrong.status_code == 422
    assert "联合检查由行业的牵头部门" in words(wrong)
    assert "一次查清" in words(wrong)
    assert submit(office, f"/office/plans/rows/{guest}/merging", reason="一次查清").status_code == 422
    right = submit(office, f"/office/plans/rows/{guest}/merging", host=host, reason="一次查清")
    assert right.location == f"/office/plans/rows/{host}#parts"
    assert "撤销合并" in words(office.get(f"/office/plans/rows/{guest}"))
    assert submit(office, f"/office/plans/rows/{guest}/parting").status_code == 303
    assert row_of(guest).merged_into is None


def test_warnings_name_what_is_planned_twice_and_whose_cap_is_reached(county, desk):
    accepted("fang", "YY", entry())
    filing, _row = draft("luo", "YY", entry(**FIRE), attachment=an_order("luo"))
    page = words(desk("luo").get(f"/office/plans/filings/{filing}/filing"))
    assert "重复检查" in page
    assert re.search(r"40 户 消防专项检查 ↔ 加油站联合抽查 （市场监管局）", page)
    assert re.search(r"消防专项检查 消防救援大队 A 2 年 1 次 10", page)
    assert "月份安排过满" not in page


def test_what_is_dispatched_counts_for_a_cap_by_its_visits_alone(county, desk):
    own, row = accepted("fang", "YY", entry())
    filing, _other = draft("luo", "YY", entry(**FIRE), attachment=an_order("luo"))
    publish()
    luo, page = desk("luo"), f"/office/plans/filings/{filing}/filing"
    with transaction():
        task = open_of_row(person("fang"), queries.row(row))
    assert "消防救援大队 A 2 年 1 次 10" in words(luo.get(page))
    with transaction():
        task.state = TaskState.SENT
    shown = words(luo.get(page))
    assert ("2 年 1 次" in shown, "重复检查" in shown) == (False, True)
    assert "2 年 1 次" not in words(desk("fang").get(f"/office/plans/filings/{own}/filing"))


def test_a_campaign_is_entered_planned_for_counted_apart_and_closed(county, desk):
    luo, office = desk("luo"), desk("guan")
    page = submit(luo, "/office/campaigns", **CAMPAIGN, attachment=(io.BytesIO(PDF), "通知.pdf")).location
    shown = words(luo.get(page))
    assert "池消〔2026〕18号" in shown
    assert "还没有对应的任务" in shown
    assert "消防安全专项行动" in words(office.get("/office/plans/matching?year=2026"))
    campaign = page.rpartition("/")[2]
    filing = submit(luo, "/office/plans", year="2026").location
    assert "消防安全专项行动" in words(luo.get(f"{filing}/rows/new?industry=YY&campaign={campaign}"))
    form = FORM | {"matters": ["XFJY:消防安全检查"], "single_reason": "支队部署。", "campaign": campaign}
    early = submit(luo, f"{filing}/rows", **form)
    assert early.status_code == 422
    assert "实施月份超出专项行动的期限。请填写理由；专项行动自 2026-06-01 至 2026-09-30。" in words(early)
    spring = submit(luo, f"{filing}/rows", **form | {"window_reason": "支队要求提前摸底。"}).location
    for page_of_it in (spring, f"{filing}/filing"):
        said = words(luo.get(page_of_it))
        assert re.search(r"超出专项行动的期限（2026-06-01 至 2026-09-30）.{1,3}支队要求提前", said)
    submit(luo, f"{spring}/removal")
    offered = luo.get(f"{filing}/rows/new?industry=YY&campaign={campaign}").get_data(as_text=True)
    assert re.search(r'id="first_month".*?<option selected value="6">', offered, re.S)
    row = submit(luo, f"{filing}/rows", **form | {"first_month": "6"}).location
    assert row_of(row.rpartition("/")[2]).source == "campaign"
    assert "加油站联合抽查" in words(luo.get(page))
    assert "1 项任务，计划检查 15 户次" in words(luo.get("/office/campaigns?year=2026"))
    submit(luo, f"{filing}/scheme", scheme="略", revision="1")
    submit(luo, f"{filing}/filing")
    submit(office, f"{row}/approval")
    submit(office, f"{filing}/acceptance")
    publish()
    task = submit(luo, f"/office/tasks/of-row/{row.rpartition('/')[2]}").location
    assert "消防安全专项行动" in words(luo.get(task))
    submit(luo, f"/office/plans/filings/{filing.rpartition('/')[2]}/taking-back")
    assert submit(desk("fang"), f"{page}/end").status_code == 403
    assert submit(luo, f"{page}/end").status_code == 303
    assert submit(luo, f"{page}/end").status_code == 409
    assert submit(luo, f"{filing}/rows", **form).status_code == 409


def test_no_form_is_opened_for_what_a_campaign_does_not_concern_and_none_is_lost(county, desk):
    campaign = a_campaign(dt.date(2026, 6, 1), dt.date(2026, 9, 30))
    luo, filing = desk("luo"), draft("luo", "YY")[0]
    address = f"/office/plans/filings/{filing}/rows"
    assert luo.get(f"{address}/new?industry=YY&campaign={campaign}").status_code == 200
    assert luo.get(f"{address}/new?industry=ZS&campaign={campaign}").status_code == 409
    submit(luo, f"/office/campaigns/{campaign}/end")
    form = FORM | {"matters": ["XFJY:消防安全检查"], "single_reason": "支队部署。", "campaign": campaign}
    answer = submit(luo, address, **form)
    assert (answer.status_code, "支队部署。" in words(answer)) == (409, True)
    assert "专项行动已经结束，或不涉及这个行业" in words(answer)


def test_a_campaign_lists_what_was_merged_once_and_is_over_after_its_last_day(app, county, desk):
    campaign = a_campaign(dt.date(2026, 6, 1), dt.date(2026, 9, 30))
    _filing, host = accepted("fang", "YY", entry())
    more = {"attachment": an_order("luo"), "campaign_id": campaign}
    _other, guest = filed("luo", "YY", entry(**FIRE, first_month=6), **more)
    page = f"/office/campaigns/{campaign}"
    assert "进行中" in words(desk("luo").get(page))
    with transaction():
        actions.merge(person("guan"), [guest], host, "一次查清。")
    shown = desk("luo").get(page).text
    assert (f"/rows/{host}" in shown, f"/rows/{guest}" in shown) == (True, False)
    app.config["CLOCK"] = lambda: dt.datetime(2026, 10, 1, 2, tzinfo=dt.UTC)
    for address in (page, "/office/campaigns?year=2026"):
        late = words(desk("luo").get(address))
        assert ("已过截止日期" in late, "进行中" in late) == (True, False), address


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"until": "2026-05-01"}, "结束日期早于开始日期"),
        ({"since": "bald"}, "日期不正确"),
        ({"industries": []}, "请至少选择一项"),
        ({"since": "2027-06-01", "until": "2027-09-30"}, "专项行动的期限不在这个年度内"),
        ({"name": ""}, "请填写此项"),
        ({"department": "SCJG"}, ""),  # another's superior
    ],
)
def test_a_campaign_badly_entered_is_shown_again(county, desk, change, said):
    answer = submit(desk("luo"), "/office/campaigns", **CAMPAIGN | change)
    assert answer.status_code == 422
    assert said in words(answer)
    assert "检查疏散通道。" in words(answer)
    assert not db.session.scalars(db.select(Campaign)).all()


def test_the_published_plan_as_paper_and_as_files(county, desk):
    accepted("fang", "YY", entry())
    publish()
    client = desk("luo")
    pdf = client.get("/plans/2026/1/plan.pdf")
    assert pdf.mimetype == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.data)).pages)
    assert "青阳县2026年度" in text
    assert "加油站联合抽查" in text
    assert "A 3% B 10%" in text
    assert "第1批" in text
    for form in ("xlsx", "csv"):
        assert client.get(f"/plans/2026/1/table.{form}").status_code == 200
    [row] = json.loads(client.get("/plans/2026/1/table.json").data)["rows"]
    assert (row["name"], row["lead"], row["cooperating"], row["target"], row["batch"]) == (
        "加油站联合抽查",
        "市场监管局",
        ["消防救援大队"],
        15,
        1,
    )
    assert (row["A"], row["B"], row["U"]) == (3, 10, 10)
    head = client.get("/plans/2026/1/table.csv").get_data(as_text=True).splitlines()[0]
    assert ("未分类对象抽查比例（%）" in head, "U 类" in head) == (True, False)
    [row] = json.loads(client.get("/office/plans/table.json?year=2026").data)["rows"]
    assert row["base"] == 40


def test_lists_in_english_have_commas(county, desk):
    accepted("fang", "YY", entry())
    publish()
    client = desk("luo")
    client.set_cookie("locale", "en")
    shown = client.get("/plans/2026").text
    assert ("登记事项检查, 计量器具检查" in shown, "登记事项检查、" in shown) == (True, False)


def test_the_public_needs_no_account(county, client):
    assert "还没有公布计划" in words(client.get("/plans"))
    for address in ("/plans/2026", "/plans/2026/1", "/plans/2026/1/plan.pdf", "/plans/2026/999999999999"):
        assert client.get(address).status_code == 404, address
    for odd in (f"2026/{10**19}", f"{10**19}/1"):
        for form in ("plan.pdf", "table.csv", "table.json"):
            assert client.get(f"/plans/{odd}/{form}").status_code == 404, odd
    accepted("fang", "YY", entry())
    publish()
    assert "2026 年度计划" in words(client.get("/plans"))
    assert "加油站联合抽查" in words(client.get("/plans/2026"))


def test_a_plan_sent_back_waits_for_its_department(county, desk):
    filing, _row = filed("fang", "YY", entry())
    fang = desk("fang")
    assert "退回的计划" not in words(fang.get("/office"))
    with transaction():
        actions.return_(person("guan"), filing, "请补充依据。")
    assert "退回的计划" in words(fang.get("/office"))
    assert "退回的计划" not in words(desk("luo").get("/office"))


def test_a_plan_that_was_filed_in_time_is_not_late_when_it_is_filed_again(app, county, desk):
    filing, _row = accepted("fang", "YY", entry())
    first = queries.filing(filing).filed_at
    app.config["CLOCK"] = lambda: JUNE
    page, fang = f"/office/plans/filings/{filing}", desk("fang")
    assert submit(fang, f"{page}/taking-back").status_code == 303
    assert "4 月 30 日" not in words(fang.get(f"{page}/filing"))
    assert submit(fang, f"{page}/filing").status_code == 303
    assert "4 月 30 日" not in words(fang.get(page))
    db.session.rollback()
    assert queries.filing(filing).filed_at == first
    assert [one.detail["late"] for one in queries.history(filing) if one.deed == "plan-filed"] == [False] * 2


def test_a_plan_filed_in_june_for_the_first_time_is_late(app, county, desk):
    filing, _row = draft("fang", "YY", entry(first_month=7))
    app.config["CLOCK"] = lambda: JUNE
    page, fang = f"/office/plans/filings/{filing}", desk("fang")
    assert "4 月 30 日" in words(fang.get(f"{page}/filing"))
    submit(fang, f"{page}/filing")
    assert "4 月 30 日" in words(fang.get(page))


def test_another_room_offers_its_act_on_a_published_row_only(app, county, desk):
    row_links.register(
        app, lambda row, reader: row_links.RowLink("试试看", f"/try/{row.id}", "plus", posts=True)
    )
    _filing, row = accepted("fang", "YY", entry())
    page = f"/office/plans/rows/{row}"
    fang = desk("fang")
    assert "试试看" not in words(fang.get(page))
    publish()
    assert "试试看" in words(fang.get(page))
    assert f'action="/try/{row}"' in fang.get(page).get_data(as_text=True)


def test_readers_see_no_forms(county, desk):
    filing, row = filed("hu", "ZS", entry(**ALONE), attachment=an_order("hu"))
    for address in (f"/office/plans/filings/{filing}", f"/office/plans/rows/{row}"):
        page = desk("luo").get(address).get_data(as_text=True)
        assert "<form" not in page.partition("<main")[2].partition("</main>")[0], address


def test_once_its_task_is_open_a_row_is_neither_changed_nor_merged(county, desk):
    filing, row = accepted("fang", "YY", entry())
    _other, guest = filed("luo", "YY", entry(**FIRE), attachment=an_order("luo"))
    fang = desk("fang")
    early = submit(fang, f"/office/tasks/of-row/{row}")
    assert early.status_code == 409
    publish()
    page = fang.get(f"/office/plans/rows/{row}").get_data(as_text=True)
    opening = re.search(rf'action="([^"]*{row}[^"]*)"', page.partition("<main")[2])[1]
    assert submit(fang, opening).status_code == 303
    assert "没有可以合并的任务" in words(desk("guan").get("/office/plans/matching?year=2026"))
    merging = submit(desk("guan"), f"/office/plans/rows/{guest}/merging", host=row, reason="一次查清")
    assert merging.status_code == 409
    assert f'value="{row}"' not in desk("guan").get(f"/office/plans/rows/{guest}").text
    submit(fang, f"/office/plans/filings/{filing}/taking-back")
    page = fang.get(f"/office/plans/rows/{row}").text
    assert (f"rows/{row}/form" in page, f"rows/{row}/removal" in page) == (False, False)
    assert fang.get(f"/office/plans/rows/{row}/form").status_code == 409
    assert submit(fang, f"/office/plans/rows/{row}/removal").status_code == 409
