"""The register as a list: narrowed by what the address says, newest first, page by page.

Only reading, and no query in a loop. What is found comes from the search index, the rows of one page from the
register (`search`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from server.catalogue.model import Industry
from server.infra.db import db
from server.kernel.ids import is_uuid
from server.kernel.problems import Problem
from server.registry import search
from server.registry.model import Enterprise, EnterpriseIndustry, Grid, Town
from server.registry.postings import Found
from server.registry.terms import Alternatives, asked, having, tagged

PAGE = 50
AT_ONCE = 500
NONE = "-"
"""In place of a town's or grid's code: those that have none."""

LACKING = {"place": ("xy", "0"), "grid": ("gr", ""), "sound-code": ("code", "doubtful")}
"""What may be missing of a subject, and the word such subjects have."""


@dataclass(frozen=True)
class Filters:
    """What the register is narrowed to; each is part of the address, so that a list can be shared."""

    search: str = ""
    industry: str = ""
    town: str = ""
    grid: str = ""
    status: str = ""
    risk: str = ""
    emerging: bool = False
    tag: str = ""
    lacking: str = ""


@dataclass(frozen=True)
class Place:
    """A place in the list, and on which side of it to go on reading."""

    seq: int
    backwards: bool = False


@dataclass(frozen=True)
class Page:
    """Enterprises, newest first, how many there are in all, and whether there are more on either side."""

    enterprises: Sequence[Enterprise]
    total: int
    previous: Place | None
    next: Place | None


@dataclass(frozen=True)
class Choices:
    """What the filters and the form offer."""

    industries: dict[str, str]
    towns: dict[str, str]
    grids: Sequence[Grid]


def question(filters: Filters) -> list[Alternatives]:
    """The filters as the search index understands them."""
    whole = asked(filters.search)
    for kind, value in (("in", filters.industry), ("tw", filters.town), ("gr", filters.grid)):
        if value:
            whole.append(having(kind, "" if value == NONE else value))
    for kind, value in (("st", filters.status), ("rc", filters.risk)):
        if value:
            whole.append(having(kind, value))
    if filters.emerging:
        whole.append(having("em", "1"))
    if filters.tag:
        whole.append(tagged(filters.tag))
    if filters.lacking in LACKING:
        whole.append(having(*LACKING[filters.lacking]))
    return whole


def page_of_enterprises(filters: Filters, place: Place | None) -> Page:
    """One page of the register."""
    return page_of(search.find(question(filters)), place)


def page_of(found: Found, place: Place | None) -> Page:
    """One page of what was found."""
    backwards = place is not None and place.backwards
    if place is not None and backwards:
        seqs = found.above(place.seq, PAGE + 1)
    else:
        seqs = found.below(place.seq if place else None, PAGE + 1)
    more_that_way = len(seqs) > PAGE
    shown = sorted(seqs[:PAGE], reverse=True)
    before, after = (more_that_way, True) if backwards else (place is not None, more_that_way)
    return Page(
        rows(shown),
        len(found),
        previous=Place(shown[0], backwards=True) if shown and before else None,
        next=Place(shown[-1]) if shown and after else None,
    )


def rows(seqs: Sequence[int]) -> Sequence[Enterprise]:
    """The subjects of these places, newest first."""
    query = select(Enterprise).where(Enterprise.seq.in_(seqs)).order_by(Enterprise.seq.desc())
    return db.session.scalars(query).all()


def each(filters: Filters) -> Iterator[Enterprise]:
    """Every subject of a list, newest first, as it stood when the reading began; a few held at a time."""
    found = search.find(question(filters))
    place: int | None = None
    while seqs := found.below(place, AT_ONCE):
        place = seqs[-1]
        yield from rows(seqs)


def one(enterprise_id: str) -> Enterprise:
    """A subject by its registry id."""
    found = db.session.get(Enterprise, enterprise_id) if is_uuid(enterprise_id) else None
    if found is None:
        raise Problem("not-found")
    return found


def industries_of(enterprise: Enterprise) -> list[str]:
    """The industries of a subject, the main one first."""
    query = select(EnterpriseIndustry.industry).where(EnterpriseIndustry.seq == enterprise.seq)
    also = sorted(set(db.session.scalars(query)) - {enterprise.industry})
    return [enterprise.industry, *also]


def choices() -> Choices:
    """Industries, towns and grids there are, in the order of their codes."""
    return Choices(
        {row.code: row.name for row in db.session.scalars(select(Industry).order_by(Industry.code))},
        {row.code: row.name for row in db.session.scalars(select(Town).order_by(Town.code))},
        db.session.scalars(select(Grid).order_by(Grid.code)).all(),
    )


