"""What the office's search finds in the catalogue: industries, and items of the lists in force."""

import pytest

from server.catalogue import listing
from server.catalogue.actions import publish_checklist
from server.catalogue.model import Industry
from server.infra.db import db, transaction
from tests.office.conftest import desk, words  # noqa: F401
from tests.people import ITEMS, an_item


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("计量器具", ["SC2"]),
        ("xf", ["XF1", "XF2"]),
        ("消防法", ["SC1", "SC2", "XF1", "XF2"]),
        ("2 是否", ["SC2", "XF2"]),
        ("matter", []),  # a member of each item, and said by none
        ("%", []),
        ("\\", []),
        ('"', []),
    ],
)
def test_items_are_found_by_code_matter_content_and_basis(any_db, app, people, typed, codes):
    with app.app_context():
        assert [one.item["id"] for one in listing.items_with(typed, 5)] == codes


def test_only_the_list_in_force_is_searched(any_db, app, people):
    with app.app_context():
        with transaction():
            industry = db.session.get_one(Industry, "YY")
            changed = [ITEMS[0], an_item("XF1", "XFJY", "疏散通道检查")]
            publish_checklist(None, industry, "第二版", changed, sample=True)
        assert listing.items_with("计量器具", 5) == []
        assert [one.version.version for one in listing.items_with("疏散通道", 5)] == ["第二版"]
        assert len(listing.items_with("检查", 1)) == 1


def test_the_office_finds_an_industry_and_an_item_of_its_list(app, people, desk):  # noqa: F811
    office = desk("he")
    assert "行业 加油站 YY" in words(office.get("/office/search?q=加油"))
    page = office.get("/office/search?q=计量器具")
    assert "检查项 计量器具检查 SC2 · 加油站" in words(page)
    assert "#SC2" in page.get_data(as_text=True)
