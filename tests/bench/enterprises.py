"""Makes enterprises by the thousand, as an import does: rows in bulk, then the index block by block."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from server.infra import counters
from server.infra.db import db, transaction
from server.kernel.ids import uuid7
from server.registry import review, search
from server.registry.model import Enterprise, EnterpriseIndustry, Grid, Town
from server.registry.postings import BLOCK
from server.registry.rules import CREDIT_CODE_SIGNS
from server.registry.terms import terms_of

_KINDS = {
    "JYZ": "加油站",
    "CY": "餐饮店",
    "YYCS": "游泳馆",
    "ST": "食堂",
}
_WORDS = "安泰兴隆华瑞嘉和福祥瑞丰顺达永康宝恒盛源德信义诚金玉满堂春夏秋冬山水云天东南西北中正大明"
_TWINS = 50  # one of so many stands there twice
_START = datetime(2020, 1, 1, tzinfo=UTC)


def make(total: int, industries: list[str]) -> None:
    """Enter so many made-up enterprises in the towns and industries there are."""
    towns = [(town.code, town.name, town.lat_e7, town.lon_e7) for town in db.session.query(Town)]
    grids: dict[str, list[str]] = {}
    for grid in db.session.query(Grid):
        grids.setdefault(grid.town_code, []).append(grid.code)
    for first in range(0, total, BLOCK):
        count = min(BLOCK, total - first)
        with transaction():
            start = counters.reserve("enterprise", count)
            rows = list(_rows(start, count, towns, grids, industries))
            for one, twin in zip(rows[::_TWINS], rows[1::_TWINS], strict=False):
                twin |= {name: one[name] for name in ("name", "address", "terms")}
            db.session.connection().execute(insert(Enterprise), rows)
            also = [{"industry": row["industry"], "seq": row["seq"]} for row in rows]
            db.session.connection().execute(insert(EnterpriseIndustry), also)
            search.renew(row["seq"] for row in rows)
    with transaction():
        review.note_twins()
        db.session.execute(search.refresh_statistics())


def _rows(
    start: int, count: int, towns: list[Any], grids: dict[str, list[str]], industries: list[str]
) -> Iterator[dict[str, Any]]:
    for n in range(start, start + count):
        chance = n * 2654435761 % 2**32  # spreads, and is the same each time
        code, town, lat, lon = towns[chance % len(towns)]
        industry = industries[chance // 16 % len(industries)]
        name = f"青阳{town[:2]}{made_up_name(chance // 7)}{_KINDS.get(industry, '商行')}"
        address = f"安徽省池州市青阳县{town}{made_up_name(chance // 11)[:2]}路{chance // 3 % 900 + 1}号"
        uscc = _code(n)
        placed = chance % 50 > 0
        yield {
            "id": uuid7(1_700_000_000_000 + n, n.to_bytes(10, "big")),
            "seq": n,
            "revision": 1,
            "reference": f"B{n:08}",
            "uscc": uscc,
            "name": name,
            "entity_type": ("enterprise", "individual")[chance % 2],
            "industry": industry,
            "status": "active" if chance % 97 else "revoked",
            "address": address,
            "town": town,
            "town_code": code,
            "grid": grids[code][chance // 5 % len(grids[code])] if code in grids and chance % 61 else None,
            "legal_rep": made_up_name(chance // 13)[:3],
            "phone": "0566-0000000",
            "contacts": [],
            "tags": ["重点"] if chance % 1009 == 0 else [],
            "risk_class": "ABCDU"[chance // 17 % 5],
            "risk_as_of": date(2026, 10, 1) + timedelta(days=chance % 50),
            "emerging_code": "EM1" if chance % 211 == 0 else None,
            "lat_e7": lat + chance // 19 % 700_000 - 350_000 if placed else None,
            "lon_e7": lon + chance // 23 % 700_000 - 350_000 if placed else None,
            "terms": terms_of(name, uscc, address, ["重点"] if chance % 1009 == 0 else []),
            "changed_at": _START + timedelta(minutes=3 * n % 3_600_000),
        }


def made_up_name(chance: int) -> str:
    """Four signs."""
    return "".join(_WORDS[chance // 40**place % len(_WORDS)] for place in range(4))


def _code(n: int) -> str:
    signs = sorted(CREDIT_CODE_SIGNS)
    tail = "".join(signs[n // 31**place % 31] for place in range(10))
    return f"91341723{tail}"
