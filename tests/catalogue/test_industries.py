"""Industries as the office enters them, and the list of all."""

import pytest

from server.catalogue import industries, listing
from server.catalogue.drafts import actions
from server.catalogue.industries import Entry
from server.infra.db import db
from server.kernel.problems import Problem
from tests.catalogue.drafts.makers import LICENCE

ENTRY = Entry("药店", "SCJG", {"SCJG": "登记", "WJW": "处方"}, {"object_definition": "药品零售企业"})


def entry(**more):
    return Entry(**{**ENTRY.__dict__, **more})


def test_the_office_enters_an_industry_and_changes_it(any_db, makers):
    makers.does("he", industries.enter, "YD", ENTRY)
    changed = entry(name="药品零售", lead="WJW", divisions={"SCJG": "登记", "WJW": "处方", "XFJY": ""})
    makers.does("he", industries.change, "YD", changed, 1)
    industry = listing.industry("YD")
    assert (industry.name, industry.lead_department, industry.revision) == ("药品零售", "WJW", 2)
    assert [(one.department, one.lead, one.division) for one in listing.taking_part("YD")] == [
        ("WJW", True, "处方"),
        ("SCJG", False, "登记"),
        ("XFJY", False, ""),
    ]


def test_what_the_office_does_not_write_stays_in_the_document(makers):
    makers.does("he", industries.enter, "YD", entry(document={"gb4754_hint": "5251"}))
    makers.does("he", industries.change, "YD", ENTRY, 1)
    assert listing.industry("YD").document == {"gb4754_hint": "5251", "object_definition": "药品零售企业"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"divisions": {"SCJG": ""}}, "industry-single-department"),
        ({"lead": "XFJY"}, "industry-lead-missing"),
        ({"divisions": {"SCJG": "", "LXB": ""}}, "industry-not-inspecting"),
    ],
)
def test_an_industry_that_cannot_be(makers, change, code):
    with pytest.raises(Problem) as refused:
        makers.does("he", industries.enter, "YD", entry(**change))
    assert refused.value.code == code


def test_a_code_is_given_once(any_db, makers):
    with pytest.raises(Problem) as refused:
        makers.does("he", industries.enter, "ZS", ENTRY)
    assert (refused.value.code, refused.value.field) == ("industry-known", "code")


def test_of_two_who_change_it_the_second_is_told(any_db, makers):
    makers.does("he", industries.enter, "YD", ENTRY)
    makers.does("he", industries.change, "YD", entry(name="药房"), 1)
    with pytest.raises(Problem) as refused:
        makers.does("he", industries.change, "YD", entry(name="药铺"), 1)
    assert refused.value.code == "list-changed-meanwhile"
    assert listing.industry("YD").name == "药房"


def test_a_department_with_items_cannot_be_taken_off(any_db, makers):
    own = makers.adds("hu", LICENCE)
    without = Entry("住宿业", "SCJG", {"SCJG": "", "XFJY": ""}, {})
    with pytest.raises(Problem) as refused:
        makers.does("he", industries.change, "ZS", without, 1)
    assert refused.value.code == "industry-department-has-items"
    makers.does("hu", actions.drop, own)
    makers.does("he", industries.change, "ZS", without, 1)
    assert [one.department for one in listing.taking_part("ZS")] == ["SCJG", "XFJY"]


def test_the_list_is_searched_narrowed_and_paged(any_db, makers):
    for number in range(listing.PAGE):
        makers.does("he", industries.enter, f"A{number:02d}", entry(name=f"示例{number}"))
    first = listing.page("", None, None)
    assert len(first) == listing.PAGE + 1
    rest = listing.page("", None, first[listing.PAGE - 1].industry.code)
    assert [line.industry.code for line in rest] == ["YY", "ZS"]
    assert [line.industry.code for line in listing.page("住宿", None, None)] == ["ZS"]
    assert [line.industry.code for line in listing.page("zs", None, None)] == ["ZS"]
    assert [line.industry.code for line in listing.page("", "XFJY", None)] == ["ZS"]
    assert [line.industry.code for line in listing.page("", None, None, published=True)] == ["YY"]
    (line,) = listing.page("YY", None, None)
    assert (line.version.version, line.departments) == ("测试版", ["SCJG"])


def test_the_list_costs_the_same_however_long_it_is(app, makers):
    seen = []
    db.event.listen(db.engine, "before_cursor_execute", lambda *call: seen.append(call[2]))
    listing.page("", None, None)
    few = len(seen)
    for number in range(20):
        makers.does("he", industries.enter, f"B{number:02d}", ENTRY)
    seen.clear()
    listing.page("", None, None)
    assert len(seen) == few <= 4
