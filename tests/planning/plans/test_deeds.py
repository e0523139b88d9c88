"""What departments and the office do with a plan: alone, merged, taken back; who may, and what is refused."""

import datetime as dt
import io
import threading
from dataclasses import dataclass
from typing import Any

import pytest

from server.accounts.model import DepartmentPost
from server.infra.db import db, transaction
from server.kernel.problems import Problem
from server.messages.model import Message
from server.planning.files.actions import attach
from server.planning.plans import actions, ports, publishing, queries
from server.planning.plans.model import CountyPlan
from server.planning.plans.publishing import Call
from server.planning.tasks.actions import open_of_row
from tests.planning.plans.conftest import accepted, draft, entry, filed, person, row_of

ALONE = {"matters": {"WJW": ["公共场所卫生检查"]}, "single_reason": "市卫健委部署。"}
FIRE = {"matters": {"XFJY": ["消防安全检查"]}, "single_reason": "支队部署。", "name": "消防专项检查"}


@dataclass
class Upload:
    filename: str
    stream: Any


def an_order(username):
    with transaction():
        content = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
        return attach(person(username), Upload("order.pdf", io.BytesIO(content)))


def refused(code, deed, *args, **more):
    with pytest.raises(Problem) as problem, transaction():
        deed(*args, **more)
    assert problem.value.code == code


def publish(reason=""):
    with transaction():
        return publishing.publish(person("guan"), 2026, publishing.coming(2026).hash, reason)


def test_a_single_department_counts_only_once_it_is_approved(county):
    accepted("fang", "YY", entry())
    filing, row = accepted("hu", "ZS", entry(**ALONE), attachment=an_order("hu"))
    assert row_of(row).source == "single"
    assert publishing.coming(2026).unapproved == 1
    assert len(publish().document["rows"]) == 1
    assert [one.id for one in queries.awaiting_approval(2026)] == [row]
    refused("plan-office-only", actions.approve_alone, person("hu"), row)
    with transaction():
        actions.approve_alone(person("guan"), row)
    assert queries.awaiting_approval(2026) == []
    found = publish("增加单部门任务。")
    assert [one["source"] for one in found.document["rows"]] == ["plan", "single"]
    assert any("新增" in line for line in found.notice.splitlines())
    # what was approved is what it said then
    seen = row_of(row).revision
    with transaction():
        actions.take_back(person("hu"), filing)
        actions.change_row(person("hu"), row, entry(**ALONE | {"last_month": 10}), seen)
    assert row_of(row).approved_at is None


def test_only_the_lead_of_an_industry_writes_joint_rows_for_it(county):
    with transaction():
        filing = actions.begin(person("luo"), 2026).id
    refused("plan-industry-not-led", actions.add_row, person("luo"), filing, "YY",
            entry(matters={"XFJY": ["消防安全检查"], "SCJG": ["登记事项检查"]}))  # fmt: skip
    with transaction():
        filing = actions.begin(person("hu"), 2026).id
    refused("plan-industry-foreign", actions.add_row, person("hu"), filing, "YY", entry(**ALONE))


def test_nobody_writes_anothers_plan_or_a_filed_one(county):
    filing, row = draft("fang", "YY", entry())
    refused("plan-of-others", actions.write_scheme, person("hu"), filing, "…", 2)
    refused("plan-of-others", actions.change_row, person("luo"), row, entry(), 1)
    refused("plan-of-others", actions.begin, person("guan"), 2026)
    refused("plan-changed-meanwhile", actions.write_scheme, person("deng"), filing, "…", 1)
    with transaction():
        actions.file(person("fang"), filing)
    for deed, args in (
        (actions.write_scheme, (person("fang"), filing, "…", 2)),
        (actions.change_row, (person("fang"), row, entry(), 1)),
        (actions.drop_row, (person("fang"), row)),
        (actions.file, (person("deng"), filing)),
    ):
        refused("plan-filed", deed, *args)
    refused("plan-office-only", actions.accept, person("fang"), filing)
    with transaction():
        actions.accept(person("guan"), filing)
    refused("plan-not-filed", actions.accept, person("guan"), filing)


def test_two_who_begin_the_plan_of_a_department_begin_one(any_db, app, county):
    with transaction():
        first = actions.begin(person("fang"), 2026).id
    with transaction():
        assert actions.begin(person("deng"), 2026).id == first


def test_what_is_missing_keeps_a_plan_from_being_filed(county):
    with transaction():
        filing = actions.begin(person("fang"), 2026).id
    refused("plan-empty", actions.file, person("fang"), filing)
    with transaction():
        actions.add_row(person("fang"), filing, "YY", entry())
    refused("plan-scheme-missing", actions.file, person("fang"), filing)
    with transaction():
        actions.write_scheme(person("fang"), filing, "分三个阶段。", 1)
        for post in db.session.scalars(db.select(DepartmentPost).filter_by(department="XFJY")):
            if post.post == "liaison":
                db.session.delete(post)
    with pytest.raises(Problem) as problem, transaction():
        actions.file(person("fang"), filing)
    assert problem.value.code == "plan-posts-missing"
    assert "消防救援大队" in problem.value.detail("zh_Hans_CN")


def test_a_list_that_has_changed_since_keeps_a_plan_from_being_filed(county):
    filing, row = draft("fang", "YY", entry())
    with transaction():
        row_of(row).matters = {"SCJG": ["登记事项检查"], "XFJY": ["已取消的事项"]}
    refused("plan-rows-incomplete", actions.file, person("fang"), filing)


def test_merged_rows_are_one_and_the_plan_says_what_it_is_made_of(any_db, app, county):
    _filing, host = accepted("fang", "YY", entry())
    _other, guest = filed("luo", "YY", entry(**FIRE, ratios={"B": 5000, "C": 5000, "D": 10000, "A": 0}),
                          attachment=an_order("luo"))  # fmt: skip
    publish()
    refused("plan-office-only", actions.merge, person("fang"), [guest], host, "一次查清")
    refused("plan-merge-lead", actions.merge, person("guan"), [host], guest, "一次查清")
    with transaction():
        actions.merge(person("guan"), [guest], host, "同一批对象，一次查清。")
    joined, gone = row_of(host), row_of(guest)
    assert (gone.merged_into, gone.merge_note) == (host, "同一批对象，一次查清。")
    assert joined.ratios == {"A": 300, "B": 5000, "C": 5000, "D": 10000, "U": 1000}
    assert joined.departments == ["XFJY"]
    refused("plan-merge-odd", actions.merge, person("guan"), [guest], host, "再来一次")
    found = publish("并入消防专项检查。")
    [row] = found.document["rows"]
    assert [one["name"] for one in row["merged"]] == ["消防专项检查"]
    assert "调整：“加油站联合抽查”：并入“消防专项检查”（消防救援大队）；" in found.notice
    assert "抽查比例由" in found.notice
    with transaction():
        actions.part(person("guan"), guest)
    assert "“消防专项检查”（消防救援大队）不再并入" in publish("分开检查。").notice


def a_campaign(since, until):
    call = Call(2026, "消防安全专项行动", "市支队", "18号", "XFJY", ["YY"], since, until, "")
    with transaction():
        return publishing.enter_campaign(person("luo"), call).id


def test_what_serves_a_campaign_is_merged_into_its_months_and_back(any_db, app, county):
    campaign = a_campaign(dt.date(2026, 6, 15), dt.date(2026, 7, 20))
    summer = entry(**FIRE, first_month=6, last_month=8, window_reason="省厅要求延长到八月。")
    _filing, host = accepted("fang", "YY", entry())
    _other, guest = filed("luo", "YY", summer, attachment=an_order("luo"), campaign_id=campaign)
    autumn = filed("hu", "ZS", entry(**ALONE, first_month=10, last_month=10), attachment=an_order("hu"))[1]
    with transaction():
        actions.merge(person("guan"), [guest], host, "同一批对象，一次查清。")
    joined = row_of(host)
    assert (joined.first_month, joined.last_month, joined.campaign_id) == (6, 8, campaign)
    assert joined.window_reason == "省厅要求延长到八月。"
    refused("plan-merge-months", actions.merge, person("guan"), [autumn], host, "一次查清")
    with transaction():
        actions.part(person("guan"), guest)
    apart = row_of(host)
    assert (apart.first_month, apart.last_month, apart.campaign_id, apart.window_reason) == (5, 9, None, "")
    told = db.select(Message.code).filter_by(person_id=person("luo").id)
    assert {"plan-row-merged", "plan-row-parted"} <= set(db.session.scalars(told))


def test_a_joint_row_that_serves_a_campaign_too_stays_a_joint_row_when_it_is_written_again(county):
    campaign = a_campaign(dt.date(2026, 5, 1), dt.date(2026, 9, 30))
    filing, host = accepted("fang", "YY", entry())
    _other, guest = filed("luo", "YY", entry(**FIRE), attachment=an_order("luo"), campaign_id=campaign)
    assert row_of(guest).source == "campaign"
    with transaction():
        actions.merge(person("guan"), [guest], host, "同一批对象，一次查清。")
        actions.take_back(person("fang"), filing)
    with transaction():
        actions.change_row(person("fang"), host, entry(name="加油站联查"), row_of(host).revision)
    assert (row_of(host).source, row_of(host).campaign_id) == ("plan", campaign)


def test_merged_rows_are_checked_by_the_methods_of_all(county):
    _filing, host = accepted("fang", "YY", entry(method="现场检查、书面检查"))
    more = entry(**FIRE, method="网络监测、现场检查")
    _other, guest = filed("luo", "YY", more, attachment=an_order("luo"))
    with transaction():
        actions.merge(person("guan"), [guest], host, "一次查清。")
    assert row_of(host).method == "现场检查、书面检查、网络监测"
    with transaction():
        gone = queries.row(guest)
        gone.host_before = {name: said for name, said in gone.host_before.items() if name != "method"}
        actions.part(person("guan"), guest)
    assert row_of(host).method == "现场检查、书面检查、网络监测"  # of what was merged before methods were


def test_mergings_are_undone_the_last_first(county):
    _filing, host = accepted("fang", "YY", entry())
    winter = FIRE | {"name": "消防冬季检查", "method": "书面检查"}
    more = entry(**winter, ratios={"A": 500, "B": 5000, "C": 5000, "D": 10000})
    _other, one, two = filed("luo", "YY", entry(**FIRE), more, attachment=an_order("luo"))
    said = row_of(host)
    before = (said.departments, said.matters, said.ratios, said.source, said.method)
    with transaction():
        actions.merge(person("guan"), [one, two], host, "一次查清。")
    assert row_of(host).ratios["B"] == 5000
    refused("plan-part-late", actions.part, person("guan"), one)
    refused("plan-office-only", actions.part, person("luo"), two)
    for guest in (two, one):
        with transaction():
            actions.part(person("guan"), guest)
        assert queries.is_live(row_of(guest))
    said = row_of(host)
    assert (said.departments, said.matters, said.ratios, said.source, said.method) == before
    refused("plan-merge-odd", actions.part, person("guan"), one)


def published_then_merged(*more):
    """A row and what was published beside it and became part of it since; its plan, with more rows, is taken
    back: ids of plan, row and guest."""
    filing, host, *_more = accepted("fang", "YY", entry(), *more)
    _other, guest = accepted("luo", "YY", entry(**FIRE), attachment=an_order("luo"))
    with transaction():
        actions.approve_alone(person("guan"), guest)
    publish()
    with transaction():
        actions.merge(person("guan"), [guest], host, "一次查清。")
        actions.take_back(person("fang"), filing)
    return filing, host, guest


def test_what_became_part_of_a_row_stands_for_itself_again_when_that_is_dropped(any_db, app, county):
    autumn = entry(name="加油站计量抽查", first_month=10, last_month=11)
    filing, host, guest = published_then_merged(autumn)
    with transaction():
        actions.drop_row(person("fang"), host)
    free = row_of(guest)
    assert (queries.is_live(free), free.merge_note, free.host_before) == (True, "", None)
    told = db.select(Message.code).filter_by(person_id=person("luo").id)
    assert "plan-row-parted" in set(db.session.scalars(told))
    with transaction():
        actions.file(person("fang"), filing)
        actions.accept(person("guan"), filing)
    rows = publish("取消一项任务。").document["rows"]
    assert (host in {one["id"] for one in rows}, queries.is_published(row_of(guest))) == (False, True)


def test_a_row_keeps_the_matters_of_what_became_part_of_it(county):
    filing, host = accepted("fang", "YY", entry())
    _other, guest = filed("luo", "YY", entry(**FIRE), attachment=an_order("luo"))
    with transaction():
        actions.merge(person("guan"), [guest], host, "一次查清。")
        actions.take_back(person("fang"), filing)
    alone = entry(matters={"SCJG": ["登记事项检查"]}, single_reason="省局部署。")
    seen = row_of(host).revision
    refused("plan-guest-robbed", actions.change_row, person("fang"), host, alone, seen, an_order("fang"))
    fewer = entry(matters={"SCJG": ["登记事项检查"], "XFJY": ["消防安全检查"]})
    with transaction():
        actions.change_row(person("fang"), host, fewer, seen)
    assert row_of(host).matters == fewer.matters


def test_a_row_that_was_published_and_merged_since_is_said_to_be_part_of_the_other(county):
    _filing, host = accepted("fang", "YY", entry())
    _other, guest = accepted("luo", "YY", entry(**FIRE), attachment=an_order("luo"))
    with transaction():
        actions.approve_alone(person("guan"), guest)
    assert len(publish().document["rows"]) == 2
    with transaction():
        actions.merge(person("guan"), [guest], host, "一次查清。")
    found = publish("合并。")
    assert len(found.document["rows"]) == 1
    assert "取消：“消防专项检查”，并入“加油站联合抽查”。" in found.notice


def test_what_was_merged_into_a_row_that_is_written_again_stands_as_published(county):
    filing, host, guest = published_then_merged()
    lodgings = {"WJW": ["公共场所卫生检查"], "XFJY": ["消防安全检查"]}
    accepted("hu", "ZS", entry(name="旅馆联查", matters=lodgings))
    found = publish("增加旅馆。")
    assert {one["id"] for one in found.document["rows"]} > {host, guest}
    assert "取消" not in found.notice
    with transaction():
        actions.file(person("fang"), filing)
        actions.accept(person("guan"), filing)
    assert "取消：“消防专项检查”，并入“加油站联合抽查”。" in publish("合并。").notice


def test_a_row_joins_another_with_all_that_became_part_of_it(county):
    _filing, host = accepted("fang", "YY", entry())
    more = entry(**FIRE | {"name": "消防冬季检查"})
    campaign = a_campaign(dt.date(2026, 5, 1), dt.date(2026, 9, 30))
    _other, one, two = accepted(
        "luo", "YY", entry(**FIRE), more, attachment=an_order("luo"), campaign_id=campaign
    )
    with transaction():
        for row in (one, two):
            actions.approve_alone(person("guan"), row)
    publish()
    with transaction():
        actions.merge(person("guan"), [two], one, "一次查清。")
        actions.merge(person("guan"), [one], host, "一次查清。")
    found = publish("合并。")
    [row] = found.document["rows"]
    assert {part["id"] for part in row["merged"]} == {one, two}
    assert found.notice.count("，并入“加油站联合抽查”") == 2


def test_matters_that_are_on_no_list_of_the_other_industry_are_not_merged(county):
    _filing, host = accepted("fang", "YY", entry())
    _other, guest = accepted("hu", "ZS", entry(
        name="旅馆联查", matters={"WJW": ["公共场所卫生检查"], "XFJY": ["消防安全检查"]}))  # fmt: skip
    refused("plan-merge-unlisted", actions.merge, person("guan"), [guest], host, "一次查清")


def test_a_row_a_task_was_opened_for_stays_as_it_is(county, monkeypatch):
    filing, host = accepted("fang", "YY", entry())
    _other, guest = filed("luo", "YY", entry(**FIRE), attachment=an_order("luo"))
    monkeypatch.setattr(ports, "rows_in_work", lambda rows: {host} & set(rows))
    refused("plan-row-in-work", actions.merge, person("guan"), [guest], host, "一次查清")
    with transaction():
        actions.take_back(person("fang"), filing)
    refused("plan-row-in-work", actions.change_row, person("fang"), host, entry(), row_of(host).revision)
    refused("plan-row-in-work", actions.drop_row, person("fang"), host)


def test_what_is_published_never_changes_and_only_what_stands_in_it_becomes_a_task(county):
    filing, row = accepted("fang", "YY", entry())
    assert not queries.is_published(row_of(row))
    first = publish()
    before = (first.hash, dict(first.document))
    assert queries.is_published(row_of(row))
    seen = row_of(row).revision
    with transaction():
        actions.take_back(person("fang"), filing)
        actions.change_row(person("fang"), row, entry(last_month=10), seen)
    assert not queries.is_published(row_of(row))
    kept = db.session.get_one(CountyPlan, first.id)
    assert (kept.hash, kept.document) == before
    refused("county-plan-unchanged", publishing.publish, person("guan"), 2026, first.hash, "又一版")
    with transaction():
        actions.file(person("fang"), filing)
        actions.accept(person("guan"), filing)
    refused("county-plan-moved", publishing.publish, person("guan"), 2026, first.hash, "又一版")
    refused("plan-office-only", publishing.publish, person("fang"), 2026, first.hash, "又一版")
    assert publish("延长一个月。").version == 2
    assert queries.is_published(row_of(row))


def test_of_several_who_open_the_task_of_a_row_at_once_one_does(any_db, app, county):
    _filing, row = accepted("fang", "YY", entry())
    publish()
    together, said = threading.Barrier(3), []

    def attempt():
        with app.app_context():
            fang, wanted = person("fang"), queries.row(row)
            together.wait()
            try:
                with transaction():
                    said.append(open_of_row(fang, wanted).state)
            except Problem as problem:
                said.append(problem.code)

    threads = [threading.Thread(target=attempt) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["talks", "task-known", "task-known"]


def test_a_dropped_row_leaves_with_the_next_version(county):
    autumn = entry(name="加油站计量抽查", first_month=10, last_month=11)
    filing, row, other = accepted("fang", "YY", entry(), autumn)
    publish()
    with transaction():
        actions.take_back(person("fang"), filing)
        actions.drop_row(person("fang"), other)
    refused("plan-row-gone", actions.drop_row, person("fang"), other)
    with transaction():
        actions.file(person("fang"), filing)
        actions.accept(person("guan"), filing)
    found = publish("任务精简。")
    assert [one["id"] for one in found.document["rows"]] == [row]
    assert "取消：“加油站计量抽查”。" in found.notice


def test_nothing_can_be_published_before_anything_is_accepted(county):
    filed("fang", "YY", entry())
    refused("county-plan-empty", publishing.publish, person("guan"), 2026, "0" * 64, "")
