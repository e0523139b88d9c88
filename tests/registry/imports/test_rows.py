"""What a row says, as a table: each fault told apart by column, code and particulars; what it would do."""

import datetime as dt
import re
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.kernel.problems import CATALOGUE
from server.registry.imports import rules
from server.registry.imports.fields import FIELDS, guessed
from server.registry.imports.rules import Book, ErrorValue, Formula, Subject, Verdict
from server.registry.rules import CREDIT_CODE_SIGNS
from tests.registry.imports.conftest import a_row, code
from tests.registry.imports.test_bad_files import workbook

BOOK = Book(
    industries={"YY": "YY", "加油站": "YY", "CY": "CY"},
    towns={"341723100": "341723100", "蓉城镇": "341723100", "341723103": "341723103", "陵阳镇": "341723103"},
    town_names={"341723100": "蓉城镇", "341723103": "陵阳镇"},
    grids={"341723100-G01": ("341723100-G01", "341723100"), "341723103-G02": ("341723103-G02", "341723103")},
    box=(304400000, 1178000000, 307000000, 1179300000),
)


def faults(**changes):
    """Column and code of what is wrong with a row."""
    return [(one.field, one.code) for one in rules.read_row(a_row(1, **changes), BOOK).faults]


def test_a_sound_row_has_no_fault():
    assert faults() == []


MASKED = "91341723XXXX00019A"

FAULTS = {
    "name empty": ({"name": " "}, "name", "import-cell-empty"),
    "name too long": ({"name": "长" * 201}, "name", "import-cell-long"),
    "formula": ({"name": Formula('=HYPERLINK("http://x","甲")')}, "name", "import-cell-formula"),
    "formula as text": ({"phone": '=HYPERLINK("http://x")'}, "phone", "import-cell-formula"),
    "error value": ({"staff_count": ErrorValue("#REF!")}, "staff_count", "import-cell-error"),
    "code short": ({"uscc": code(1)[:-1]}, "uscc", "credit-code-length"),
    "code with a forbidden sign": ({"uscc": code(1)[:9] + "O" + code(1)[10:]}, "uscc", "credit-code-sign"),
    "code with a wrong check digit": ({"uscc": code(1)[:-1] + "W"}, "uscc", "credit-code-check"),
    "industry": ({"industry": "没有"}, "industry", "import-value-unknown"),
    "further industry": ({"also": "CY、没有"}, "also", "import-value-unknown"),
    "town": ({"town": "别处镇"}, "town", "import-value-unknown"),
    "no town": ({"town": ""}, "town", "import-cell-empty"),
    "towns that differ": ({"town_code": "341723103"}, "town", "import-town-differs"),
    "grid": ({"grid": "没有"}, "grid", "import-value-unknown"),
    "grid of another town": ({"grid": "341723103-G02"}, "grid", "import-grid-elsewhere"),
    "status": ({"status": "很好"}, "status", "import-choice-unknown"),
    "type": ({"entity_type": "公司"}, "entity_type", "import-choice-unknown"),
    "class": ({"risk_class": "E"}, "risk_class", "import-choice-unknown"),
    "class of a shop": ({"entity_type": "个体工商户"}, "risk_class", "import-class-enterprises"),
    "date": ({"registered_on": "去年"}, "registered_on", "import-date"),
    "no such day": ({"registered_on": "2019-02-30"}, "registered_on", "import-date"),
    "count": ({"staff_count": "约十人"}, "staff_count", "import-number"),
    "a part of a person": ({"staff_count": 1.5}, "staff_count", "import-number"),
    "outside": ({"lat": "39.9", "lon": "116.4"}, "lat", "import-place-outside"),
    "swapped": ({"lat": "117.9", "lon": "30.6"}, "lat", "import-place-outside"),
    "half a place": ({"lat": "30.6", "lon": ""}, "lon", "import-place-half"),
    "no degrees": ({"lat": "30度", "lon": "117.9"}, "lat", "import-number"),
    "another system": ({"lat": "30.6", "lon": "117.9", "coord_sys": "GCJ-02"}, "coord_sys",
                       "import-coordinates-system"),
    "flag": ({"emerging_flag": "或许"}, "emerging_flag", "import-choice-unknown"),
    "flag without code": ({"emerging_flag": "1", "emerging_code": ""}, "emerging_flag", "import-emerging"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_names_its_column(name):
    changes, column, problem = FAULTS[name]
    assert faults(**changes) == [(column, problem)]


def test_all_faults_of_a_row_are_told_at_once():
    assert faults(name="", status="x", lat="1", lon="2") == [
        ("name", "import-cell-empty"), ("status", "import-choice-unknown"), ("lat", "import-place-outside")
    ]  # fmt: skip


def test_a_wrong_sign_is_told_by_its_position_and_what_it_should_be():
    (sign,) = rules.read_row(a_row(1, uscc=code(1)[:9] + "O" + code(1)[10:]), BOOK).faults
    assert sign.params == {"position": 10, "sign": "O"}
    (check,) = rules.read_row(a_row(1, uscc=code(1)[:-1] + "W"), BOOK).faults
    assert check.params == {"position": 18, "sign": "W", "expected": code(1)[-1]}


def test_a_masked_code_is_taken_and_its_subject_tagged():
    reading = rules.read_row(a_row(1, uscc=MASKED), BOOK)
    assert reading.faults == []
    assert rules.outcome(reading, None, {}).values["tags"] == [rules.IN_DOUBT]


def test_the_tag_goes_when_the_code_is_mended_and_others_stay():
    standing = subject(uscc=MASKED, tags=[rules.IN_DOUBT, "重点"])
    reading = rules.read_row({"reference": "N000001", "uscc": code(1)}, BOOK)
    assert rules.outcome(reading, standing, {}).values == {"uscc": code(1), "tags": ["重点"]}


@pytest.mark.parametrize(
    "written",
    ["2026-11-25", "2026/11/25", "2026.11.25", "2026年11月25日", "2026-11-25 00:00:00", "20261125",
     46351, "46351", "２０２６－１１－２５", dt.date(2026, 11, 25),
     dt.datetime.fromisoformat("2026-11-25T00:00")],
)  # fmt: skip
def test_days_as_people_write_them(written):
    assert rules.day_of(written) == dt.date(2026, 11, 25)


def test_lower_case_full_width_and_spaces_in_a_code_are_no_fault():
    spaced = " ".join(code(1).lower()).translate(str.maketrans(string.digits, "０１２３４５６７８９"))
    assert rules.read_row(a_row(1, uscc=spaced), BOOK).values["uscc"] == code(1)


def test_words_and_codes_are_both_understood():
    row = a_row(1, industry="加油站", status="active", entity_type="individual", town="341723100")
    said = rules.read_row(row | {"risk_class": "未分类"}, BOOK)
    assert said.faults == []
    assert [said.values[name] for name in ("industry", "status", "entity_type", "town", "risk_class")] == [
        "YY", "active", "individual", "蓉城镇", "U"]  # fmt: skip


@given(st.sampled_from(sorted(CREDIT_CODE_SIGNS)), st.integers(0, 16))
def test_one_wrong_sign_never_passes(sign, at):
    sound = code(1)
    wrong = sound[:at] + sign + sound[at + 1 :]
    assert (faults(uscc=wrong) == []) == (wrong == sound)


CELLS = st.one_of(
    st.text(max_size=30), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.none(),
    st.booleans(), st.dates(), st.datetimes(),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from([field.name for field in FIELDS]), CELLS))
def test_whatever_stands_in_a_row_is_read_or_faulted_in_words(cells):
    reading = rules.read_row(cells, BOOK)
    for problem in reading.faults:
        assert problem.field in {field.name for field in FIELDS}
        assert CATALOGUE[problem.code].text("zh").format_map(problem.params)


# --- what it would do ---------------------------------------------------------------------------------------


def subject(**values):
    standing = rules.NEW | rules.read_row(a_row(1), BOOK).values | values
    return Subject("id-1", 3, standing)


def does(row, *standing):
    """Verdict and faults of a row, with these subjects in the register."""
    reading = rules.read_row(row, BOOK)
    by_code = {}
    for one in standing:
        by_code.setdefault(one.values["uscc"], []).append(one)
    found = rules.standing_for(reading, {one.values["reference"]: one for one in standing}, by_code)
    outcome = rules.outcome(reading, found, by_code)
    return outcome.verdict, [one.code for one in outcome.faults]


def without_reference(number, **changes):
    row = a_row(number, **changes)
    del row["reference"]
    return row


def test_a_subject_is_known_by_its_registry_id():
    assert does(a_row(1), subject()) == (Verdict.UNCHANGED, [])
    assert does(a_row(1, name="新名"), subject()) == (Verdict.CHANGED, [])
    assert does(a_row(2), subject()) == (Verdict.ADDED, [])


def test_without_one_by_code_and_premises():
    assert does(without_reference(1), subject()) == (Verdict.UNCHANGED, [])
    assert does(without_reference(1, address="别处"), subject()) == (Verdict.REJECTED, ["import-premises"])
    assert does(without_reference(2), subject()) == (Verdict.ADDED, [])


def test_further_premises_of_one_code_need_a_registry_id_of_their_own():
    assert does(a_row(1, reference="N9", address="别处"), subject()) == (Verdict.ADDED, [])
    assert does(a_row(1, reference="N9"), subject()) == (Verdict.REJECTED, ["import-taken"])


def test_a_project_is_known_by_its_code():
    project = subject(project_code="P1", reference="N5")
    assert does(without_reference(1, project_code="P1", address="搬了"), project) == (Verdict.CHANGED, [])
    assert does(without_reference(1, project_code="P2"), project) == (Verdict.ADDED, [])


def test_a_new_subject_without_a_registry_id_gets_one_of_what_it_is_known_by():
    assert rules.outcome(rules.read_row(without_reference(1), BOOK), None, {}).values["reference"] == code(1)


def test_an_empty_cell_empties_and_a_missing_column_leaves():
    standing = subject(phone="0566-1", registrar="SCJG")
    outcome = rules.outcome(rules.read_row(a_row(1, phone=""), BOOK), standing, {})
    assert (outcome.values, outcome.before) == ({"phone": ""}, {"phone": "0566-1"})


SAMPLE = (
    "object_id object_type uscc name entity_type registrar_code industry_code project_code town_code town"
    " address legal_rep phone risk_class risk_class_asof emerging_flag emerging_code grid_code lat lon"
    " coord_sys status registered_on last_inspected_on staff_count"
)


def test_the_english_heads_of_the_sample_are_understood():
    heads = re.findall("[a-z_]+", SAMPLE)
    assert set(heads) - guessed(heads).keys() == {"object_type"}


def test_merged_cells_twins_and_formulas_are_named_by_row_and_column(app, bring):
    rows = [a_row(number) for number in range(1, 8)]
    rows[4] = rows[0]
    content = workbook([*rows, a_row(9, phone='=HYPERLINK("http://x","电话")')], merged=["C3:C4"])
    page = bring(content, "对象.xlsx").map().page(verdict="rejected").get_data(as_text=True)
    for said in ("取消合并：C3:C4", "与第 2 行相同", "联系电话</strong> 单元格是公式", "=HYPERLINK"):
        assert said in page, said
    assert page.count("取消合并：C3:C4") == 2


def test_codes_typed_as_numbers_are_read_as_text(app, bring):
    row = a_row(1, town_code=341723100, phone=13800000000, staff_count=7, lat=30.64, lon=117.85)
    page = bring(workbook([row]), "对象.xlsx").map().page()
    assert "所有行都通过" in page.get_data(as_text=True)
