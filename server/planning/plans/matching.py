"""撮合: which planned rows can become one visit, what that saves, and what it moves. Pure.

A proposal keeps every department and every matter and never costs a visit. It runs in the months all its rows
have, under the lead of its host; whatever a row has to give up for it is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from server.planning.plans.rules import (
    Matters,
    Row,
    RowSource,
    is_same_frame,
    join,
    may_lead,
    quotas,
    unlisted,
)


class Moved(StrEnum):
    """What a row gives up to become part of another's visit."""

    LEAD = "lead"
    MONTHS = "months"
    SCOPE = "scope"
    INDUSTRY = "industry"
    RATIOS = "ratios"
    NOTICE = "notice"


@dataclass(frozen=True)
class Move:
    """One thing a proposal changes for one row: what it was and what it becomes."""

    kind: Moved
    row: Row
    before: str
    after: str


@dataclass(frozen=True)
class County:
    """What the county's registers say of industries: who leads them, what their lists hold, and how many
    subjects of one (all in all where named twice) belong to another as well. `first_month` is the first that
    is not over."""

    leads: Mapping[str, str]
    listed: Mapping[str, Matters]
    shared: Mapping[tuple[str, str], int] = field(default_factory=dict)
    minimum: int = 1
    first_month: int = 1

    def visits(self, row: Row) -> dict[str, int]:
        """The visits of a row by class."""
        return quotas(row.strata, row.ratios, self.minimum)


@dataclass(frozen=True)
class Proposal:
    """Rows that become one visit: a host, its guests, and what the host is then.

    `apart` are the visits of each row by itself, the host first; `together` those of all in one.
    """

    host: Row
    guests: tuple[Row, ...]
    joined: Row
    apart: tuple[int, ...]
    together: int
    moves: tuple[Move, ...]

    @property
    def saved(self) -> int:
        """Visits to enterprises that are no longer made."""
        return sum(self.apart) - self.together


def proposals(rows: Sequence[Row], county: County) -> list[Proposal]:
    """All that can be proposed, each row in one proposal at most; what saves most first."""
    ordered = sorted(rows, key=lambda row: _hosting(row, county))
    found: list[Proposal] = []
    taken: set[str] = set()
    for host in ordered:
        if host.id in taken:
            continue
        others = [row for row in ordered if row.id != host.id and row.id not in taken]
        guests, joined = _gather(host, others, county)
        if guests:
            taken |= {host.id, *(row.id for row in guests)}
            found.append(_proposal(host, guests, joined, county))
    return sorted(found, key=lambda one: (-one.saved, one.host.id))


def fits(host: Row, guest: Row, county: County) -> bool:
    """Whether a guest's work can be done on the host's visits."""
    listed = county.listed.get(host.industry, {})
    return (
        host.year == guest.year
        and may_lead(host, county.leads.get(host.industry))
        and _are_of_two(host, guest)
        and any(month in guest.months for month in host.months if month >= county.first_month)
        and not unlisted(host, listed)
        and not unlisted(guest, listed)
        and _is_served(host, guest, county)
    )


def _hosting(row: Row, county: County) -> tuple[bool, bool, int, str]:
    """Who hosts before whom: joint rows led by the industry's lead, then those with most visits."""
    return (
        row.department != county.leads.get(row.industry),
        row.source is not RowSource.PLAN,
        -sum(county.visits(row).values()),
        row.id,
    )


def _gather(host: Row, others: Sequence[Row], county: County) -> tuple[list[Row], Row]:
    guests: list[Row] = []
    joined = host
    for row in others:
        if fits(joined, row, county) and saves(joined, row, county):
            guests.append(row)
            joined = join(joined, row)
    return guests, joined


def saves(joined: Row, guest: Row, county: County) -> bool:
    """Whether fewer visits are made once a guest has joined."""
    alone = sum(county.visits(joined).values()) + sum(county.visits(guest).values())
    return sum(county.visits(join(joined, guest)).values()) < alone


def _are_of_two(host: Row, guest: Row) -> bool:
    """Of different departments; a campaign is a campaign, whoever has to carry it out."""
    return host.department != guest.department or RowSource.CAMPAIGN in (host.source, guest.source)


def _is_served(host: Row, guest: Row, county: County) -> bool:
    """Whether the guest loses no subject it counts on: the frames are one, or the host's holds the guest's
    and draws at least as many of each class."""
    if is_same_frame(host, guest):
        return True
    planned = county.visits(host)
    enough = all(number <= planned.get(one, 0) for one, number in county.visits(guest).items())
    return enough and _is_within(host, guest, county)


def _is_within(host: Row, guest: Row, county: County) -> bool:
    if host.industry == guest.industry:
        return host.scope.covers(guest.scope)
    all_of_it = county.shared.get((guest.industry, guest.industry), 0)
    return not host.scope and 0 < all_of_it == county.shared.get((guest.industry, host.industry), 0)


def _proposal(host: Row, guests: Sequence[Row], joined: Row, county: County) -> Proposal:
    return Proposal(
        host,
        tuple(guests),
        joined,
        tuple(sum(county.visits(row).values()) for row in (host, *guests)),
        sum(county.visits(joined).values()),
        (*_of_ratios(host, joined), *(move for row in (host, *guests) for move in moves(row, joined))),
    )


def _of_ratios(host: Row, joined: Row) -> Iterator[Move]:
    for one, ratio in joined.ratios.items():
        if ratio != host.ratios.get(one, 0) and host.strata.get(one):
            yield Move(Moved.RATIOS, host, f"{one} {host.ratios.get(one, 0)}", f"{one} {ratio}")


def moves(row: Row, joined: Row) -> Iterator[Move]:
    """What a row gives up to be part of the joined one."""
    if row.department != joined.department:
        yield Move(Moved.LEAD, row, row.department, joined.department)
    if row.months != joined.months:
        yield Move(Moved.MONTHS, row, _span(row), _span(joined))
    if row.industry != joined.industry:
        yield Move(Moved.INDUSTRY, row, row.industry, joined.industry)
    elif row.scope != joined.scope:
        yield Move(Moved.SCOPE, row, "", "")
    if joined.unannounced and not row.unannounced:
        yield Move(Moved.NOTICE, row, "", "")


def _span(row: Row) -> str:
    first, last = row.first_month, row.last_month
    return str(first) if first == last else f"{first}–{last}"
