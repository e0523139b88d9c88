"""The register as a list: filters against a plain look, pages that meet every row once, on both databases."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.infra.db import db, transaction
from server.registry import listing, mapping, review, search
from server.registry.jobs import look_for_twins
from server.registry.listing import Filters
from server.registry.model import Enterprise
from server.registry.rules import Bounds, RiskClass, SubjectStatus, credit_code_in_doubt
from tests.registry.subjects import a_subject, entered

pytestmark = pytest.mark.usefixtures("any_db", "people")

FILTERS = st.builds(
    Filters,
    search=st.sampled_from(
        ["", "青阳", "加油站", "qysl", "路 加油", "无此", "'\"", "NEAR * AND (", "阳", "91"]
    ),
    industry=st.sampled_from(["", "YY", "ZZ"]),
    town=st.sampled_from(["", "T1", listing.NONE]),
    grid=st.sampled_from(["", "T1-G1", listing.NONE]),
    status=st.sampled_from(["", "active", "revoked"]),
    risk=st.sampled_from(["", "A", "U"]),
    emerging=st.booleans(),
    tag=st.sampled_from(["", "重点"]),
    lacking=st.sampled_from(["", "place", "grid", "sound-code"]),
)


def _mixed(count):
    return [
        {
            "name": ("青阳示例加油站", "青阳第一食堂")[n % 2],
            "address": f"示例路{n}号",
            "town_code": ("T1", None)[n % 3 == 0],
            "grid": ("T1-G1", None)[n % 5 > 1],
            "status": (SubjectStatus.ACTIVE, SubjectStatus.REVOKED)[n % 4 == 0],
            "risk_class": (RiskClass.A, RiskClass.U)[n % 7 > 3],
            "emerging_code": ("E1", None)[n % 6 > 0],
            "tags": ["重点"] if n % 5 == 0 else [],
            "lat_e7": 306_000_000 + n * 1000 if n % 3 else None,
            "lon_e7": 1_178_000_000 if n % 3 else None,
        }
        for n in range(count)
    ]


def _plainly(one, filters):
    """Whether a subject belongs to a list, by looking at it."""
    text = f"{one.name} {one.address}".lower()
    words = [word for word in filters.search.lower().split() if any(sign.isalnum() for sign in word)]
    known = {"qysl": one.name.startswith("青阳示例"), "91": one.uscc.startswith("91")}
    return (
        all(known.get(word, word in text) for word in words)
        and filters.industry in ("", one.industry)
        and _is(filters.town, one.town_code)
        and _is(filters.grid, one.grid)
        and filters.status in ("", one.status)
        and filters.risk in ("", one.risk_class)
        and (not filters.emerging or one.emerging)
        and (not filters.tag or filters.tag in one.tags)
        and (filters.lacking != "place" or one.lat_e7 is None)
        and (filters.lacking != "grid" or one.grid is None)
        and (filters.lacking != "sound-code" or credit_code_in_doubt(one.uscc))
    )


def _is(wanted, value):
    return value is None if wanted == listing.NONE else wanted in ("", value)


class TestFilters:
    @given(filters=FILTERS)
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_any_of_them_together(self, app, filters):
        with app.app_context():
            if db.session.scalar(db.select(db.func.count(Enterprise.id))) < 20:
                entered(*_mixed(30))
            everyone = db.session.scalars(db.select(Enterprise)).all()
            expected = {one.id for one in everyone if _plainly(one, filters)}
            page = listing.page_of_enterprises(filters, None)
            assert {one.id for one in page.enterprises} == expected
            assert page.total == len(expected)
            db.session.remove()


def test_pages_meet_every_row_once_and_lead_back(app):
    with app.app_context():
        ids = entered(*_mixed(130))
        filters, place, seen, pages = Filters(search="示例路"), None, [], []
        while True:
            page = listing.page_of_enterprises(filters, place)
            seen += [one.id for one in page.enterprises]
            pages.append(page)
            if page.next is None:
                break
            place = page.next
        assert seen == ids[::-1]
        assert [one.total for one in pages] == [130, 130, 130]
        back = listing.page_of_enterprises(filters, pages[2].previous)
        assert [one.id for one in back.enterprises] == [one.id for one in pages[1].enterprises]
        assert pages[0].previous is None
        assert [one.id for one in listing.each(filters)] == seen


def test_what_changes_is_found_anew_and_what_goes_no_more(app):
    with app.app_context():
        (key,) = entered({"name": "旧名商行", "address": "甲路"})
        with transaction():
            one = db.session.get_one(Enterprise, key)
            one.name, one.status, one.tags = "新名商行", SubjectStatus.MOVED, ["迁移"]
        assert _ids(search="旧名") == []
        assert _ids(search="新名", status="moved-away", tag="迁移") == [key]
        assert _ids(search="xmsh") == [key]
        with transaction():
            db.session.delete(db.session.get_one(Enterprise, key))
        assert _ids(search="新名") == []


def test_what_is_given_up_is_not_found(app):
    with app.app_context():
        with pytest.raises(RuntimeError), transaction():
            db.session.add(a_subject(seq=77, name="未成商行"))
            db.session.flush()
            assert len(search.find(search.asked("未成"))) == 1
            raise RuntimeError
        assert _ids(search="未成") == []


def test_the_index_made_anew_is_the_same(app):
    with app.app_context():
        entered(*_mixed(20))
        before = {words: _ids(search=words) for words in ("青阳", "91341723", "qysl", "路 1")}
        search.renew_all()
        assert not search.is_outdated()
        assert {words: _ids(search=words) for words in before} == before


def test_the_map_counts_what_the_list_has(app):
    with app.app_context():
        entered(*_mixed(90))
        window = Bounds(305_000_000, 1_170_000_000, 308_000_000, 1_180_000_000)
        expected = listing.page_of_enterprises(Filters(search="食堂"), None).total
        lacking = listing.page_of_enterprises(Filters(search="食堂", lacking="place"), None).total
        for zoom in (12, 13, 15, 18):
            view = mapping.marks(Filters(search="食堂"), window, zoom)
            assert view.total == expected - lacking
            assert len(view.marks) <= mapping.MOST
        assert mapping.marks(Filters(), Bounds(0, 0, 1, 1), 15).marks == []


def test_a_mark_of_the_map_moves_with_its_subject(app):
    with app.app_context():
        key, _ = entered({"lat_e7": 306_000_000, "lon_e7": 1_178_000_000, "name": "甲"}, {"name": "乙"})
        with transaction():
            db.session.get_one(Enterprise, key).lat_e7 = 307_000_000
        there = Bounds(306_900_000, 1_170_000_000, 307_100_000, 1_180_000_000)
        expected = [mapping.Mark(307_000_000, 1_178_000_000, 1, "甲", key)]
        for zoom in (12, 18):
            assert mapping.marks(Filters(), there, zoom).marks == expected
            assert mapping.marks(Filters(lacking="place"), there, zoom).marks == []
        search.renew_all()
        assert mapping.marks(Filters(), there, 18).marks == expected


def test_the_review_finds_twins_and_what_nobody_touched(app):
    with app.app_context():
        twins = entered({"name": "双胞商行", "address": "乙路"}, {"name": "双胞商行", "address": "乙路"}, {})
        today = review.today()
        look_for_twins()
        counts = {line.code: line.count for line in review.lines(today)}
        assert (counts["twice"], counts["untouched"], counts["closed"]) == (2, 0, 0)
        rows, following = review.page("twice", today, "")
        assert ([one.id for one in rows], following) == (twins[:2], None)
        assert [one.id for one in review.page("place", today, "")[0]][:1] == twins[2:]
        with transaction():
            db.session.get_one(Enterprise, twins[0]).address = "丙路"
        assert review.page("twice", today, "") == ([], None)


def test_twins_come_page_by_page(app):
    with app.app_context():
        twins = entered(*({"name": f"双胞商行{n // 2}", "address": "乙路"} for n in range(120)))
        look_for_twins()
        seen, after = [], ""
        while after is not None:
            rows, after = review.page("twice", review.today(), after)
            seen += [one.id for one in rows]
        assert seen == twins


def _ids(**filters):
    return [one.id for one in listing.page_of_enterprises(Filters(**filters), None).enterprises]
