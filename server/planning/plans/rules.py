"""The law of the annual plan: who writes, files, reviews and publishes, and what a row must say.

Pure: lists, registers and days come as arguments. Rule numbers (R-…) are those of the domain rules.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import pairwise

from server.accounts.rules import Post
from server.kernel.problems import Problem
from server.registry.credit.policy import CLASSES
from server.registry.credit.rules import quota
from server.registry.rules import RiskClass

FIRST_MONTH, LAST_MONTH = 5, 11
"""Between which months work runs (R-202)."""

Matters = Mapping[str, Sequence[str]]


class FilingState(StrEnum):
    """How far a department's plan is."""

    DRAFT = "draft"
    FILED = "filed"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class PlanMode(StrEnum):
    """Whether subjects are drawn from a named part of the industry (定向) or from all of it (不定向)."""

    FIXED = "fixed"
    OPEN = "open"


class RowSource(StrEnum):
    """Where a row comes from; each is counted apart. The names are those of the sources of tasks."""

    PLAN = "plan"
    CAMPAIGN = "campaign"  # a superior's special campaign
    SINGLE = "single"  # one department alone


WRITABLE = frozenset({FilingState.DRAFT, FilingState.RETURNED})
REVIEWED = frozenset({FilingState.FILED, FilingState.ACCEPTED})


@dataclass(frozen=True)
class Scope:
    """Which part of an industry is drawn from: of these towns and with one of these tags; none: all of it."""

    towns: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.towns or self.tags)

    def holds(self, town: str | None, tags: Iterable[str]) -> bool:
        """Whether a subject lies in it."""
        return (not self.towns or town in self.towns) and (not self.tags or not self.tags.isdisjoint(tags))

    def covers(self, other: Scope) -> bool:
        """Whether all that lies in the other lies in this one too."""
        return _wide(self.towns, other.towns) and _wide(self.tags, other.tags)


@dataclass(frozen=True)
class Row:
    """One planned inspection as the rules see it. `departments` are those that cooperate, in order; `strata`
    the base by class; `ratios` hundredths of a percent."""

    id: str
    name: str
    year: int
    department: str
    industry: str
    departments: tuple[str, ...]
    matters: Mapping[str, tuple[str, ...]]
    strata: Mapping[str, int]
    ratios: Mapping[str, int]
    first_month: int
    last_month: int
    source: RowSource = RowSource.PLAN
    scope: Scope = field(default_factory=Scope)
    unannounced: bool = False
    campaign: tuple[date, date] | None = None  # the first and the last day of the one it serves

    @property
    def all_departments(self) -> tuple[str, ...]:
        """Who takes part, the lead first."""
        return (self.department, *self.departments)

    @property
    def months(self) -> range:
        """The months it runs in."""
        return range(self.first_month, self.last_month + 1)

    @property
    def is_alone(self) -> bool:
        """Whether a department would go by itself, which needs an approval (R-105)."""
        return not self.departments


def quotas(strata: Mapping[str, int], ratios: Mapping[str, int], minimum: int) -> dict[str, int]:
    """How many of each class are drawn (R-401)."""
    return {
        str(one): quota(strata.get(one, 0), ratios.get(one, 0), minimum)
        for one in RiskClass
        if strata.get(one, 0)
    }


def target(row: Row, minimum: int) -> int:
    """How many subjects a row visits."""
    return sum(quotas(row.strata, row.ratios, minimum).values())


def is_outside_window(first_month: int, last_month: int) -> bool:
    """Whether a month lies outside May to November (R-202)."""
    return first_month < FIRST_MONTH or last_month > LAST_MONTH


def is_outside_campaign(row: Row) -> bool:
    """Whether a month lies outside those of the campaign a row serves."""
    if row.campaign is None:
        return False
    since, until = ((day.year, day.month) for day in row.campaign)
    return (row.year, row.first_month) < since or (row.year, row.last_month) > until


def is_outside(row: Row) -> bool:
    """Whether a row gives a reason for its months."""
    return is_outside_window(row.first_month, row.last_month) or is_outside_campaign(row)


def months_within(campaign: tuple[date, date] | None, year: int) -> tuple[int, int]:
    """The first and the last month of a year in which work runs; for a campaign those of it."""
    if campaign is None:
        return FIRST_MONTH, LAST_MONTH
    since, until = campaign
    return (since.month if since.year == year else 1), (until.month if until.year == year else 12)


def first_month_left(year: int, today: date) -> int:
    """The first month of a year that is not over; of a year that is, one after its last."""
    if year == today.year:
        return today.month
    return 1 if year > today.year else 13


def is_late(filed_on: date, year: int) -> bool:
    """Whether a plan was filed after 30 April of its year: marked, never refused (R-201)."""
    return filed_on > date(year, 4, 30)


def source_of(has_campaign: bool, departments: Collection[str]) -> RowSource:
    """What a row is counted as."""
    if has_campaign:
        return RowSource.CAMPAIGN
    return RowSource.PLAN if departments else RowSource.SINGLE


# --- who may what -------------------------------------------------------------------------------------------


def may_write(roles: Collection[str], own: str | None, department: str) -> bool:
    """A department's plan is written by its liaison and its planner."""
    return own == department and not {"liaison", "planner"}.isdisjoint(roles)


def check_writer(roles: Collection[str], own: str | None, department: str, state: str) -> None:
    """Refuse to let anybody else write, or anybody once it is filed."""
    if not may_write(roles, own, department):
        raise Problem("plan-of-others")
    if state not in WRITABLE:
        raise Problem("plan-filed")


def check_office(roles: Collection[str]) -> None:
    """The joint office reviews, approves, merges and publishes."""
    if "office" not in roles:
        raise Problem("plan-office-only")


def lacking_posts(filled: Mapping[str, Collection[str]], departments: Iterable[str]) -> dict[str, list[Post]]:
    """R-108: which posts of these departments nobody holds."""
    lacking = {one: [post for post in Post if post not in filled.get(one, ())] for one in departments}
    return {one: posts for one, posts in lacking.items() if posts}


# --- what a row must say ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reasons:
    """What a row gives as reasons; an `order` is an attachment, its own or its campaign's."""

    window: str = ""
    alone: str = ""
    order: bool = False


def faults(row: Row, mode: PlanMode, listed: Matters, minimum: int, reasons: Reasons) -> Iterator[Problem]:
    """All that keeps a row from being filed, each at its field; `listed` are the matters of the list in
    force, by department."""
    yield from _of_matters(row, listed)
    yield from _of_numbers(row, minimum)
    if row.first_month > row.last_month:
        yield Problem("plan-months-reversed", field="last_month")
    elif is_outside_window(row.first_month, row.last_month) and not reasons.window:
        yield Problem("plan-window-reason", field="window_reason")
    elif row.campaign and is_outside_campaign(row) and not reasons.window:
        since, until = row.campaign
        yield Problem("plan-campaign-months", field="window_reason", since=str(since), until=str(until))
    if mode is PlanMode.FIXED and not row.scope:
        yield Problem("plan-scope-needed", field="scope_towns")
    if row.is_alone and not reasons.alone:
        yield Problem("plan-alone-reason", field="single_reason")
    if row.is_alone and not reasons.order:
        yield Problem("plan-alone-attachment", field="attachment")


def _of_matters(row: Row, listed: Matters) -> Iterator[Problem]:
    if odd := unlisted(row, listed):
        yield Problem("plan-matter-unlisted", field="matters", matters="、".join(odd))
    if not row.matters.get(row.department):
        yield Problem("plan-lead-matter", field="matters")


def _of_numbers(row: Row, minimum: int) -> Iterator[Problem]:
    for lower, higher in pairwise(CLASSES):
        if row.ratios.get(lower, 0) > row.ratios.get(higher, 0):
            yield Problem(
                "risk-ratio-order", field=f"ratio_{higher}", lower=str(lower), higher=str(higher)
            )
    if not target(row, minimum):
        yield Problem("plan-nothing-drawn", field="ratio_A")


# --- one visit of several rows ------------------------------------------------------------------------------


def is_same_frame(one: Row, other: Row) -> bool:
    """Whether two rows draw from the very same subjects."""
    return one.industry == other.industry and one.scope == other.scope


def join(host: Row, guest: Row) -> Row:
    """The host once it does the guest's work as well: no department and no matter is lost.

    It runs in the months both have. Of the same frame the higher ratio of each class counts; of another the
    host's stay.
    """
    came = [one for one in guest.all_departments if one not in host.all_departments]
    departments = (*host.departments, *came)
    matters = {
        one: tuple(dict.fromkeys((*host.matters.get(one, ()), *guest.matters.get(one, ()))))
        for one in (host.department, *departments)
    }
    ratios = dict(host.ratios)
    if is_same_frame(host, guest):
        ratios = {str(one): max(host.ratios.get(one, 0), guest.ratios.get(one, 0)) for one in RiskClass}
    return replace(
        host,
        departments=departments,
        matters=matters,
        ratios=ratios,
        first_month=max(host.first_month, guest.first_month),
        last_month=min(host.last_month, guest.last_month),
        campaign=host.campaign or guest.campaign,
        unannounced=host.unannounced or guest.unannounced,
        source=source_of(host.source is RowSource.CAMPAIGN, departments),
    )


def check_merge(host: Row, guest: Row, listed: Matters, lead: str | None) -> None:
    """Refuse to merge what cannot be one visit; `listed` and `lead` are those of the host's industry."""
    if host.id == guest.id or host.year != guest.year:
        raise Problem("plan-merge-odd", field="host")
    if set(host.months).isdisjoint(guest.months):
        raise Problem("plan-merge-months", field="host")
    if not may_lead(host, lead):
        raise Problem("plan-merge-lead", field="host")
    if odd := unlisted(guest, listed):
        raise Problem("plan-merge-unlisted", field="host", matters="、".join(odd))


def check_kept(matters: Matters, guests: Iterable[Row], listed: Matters) -> None:
    """Refuse to take from a row what others brought, as far as it still stands on the list: they count on it.
    """
    robbed = [
        guest.name
        for guest in guests
        for code, names in guest.matters.items()
        if set(names).intersection(listed.get(code, ())).difference(matters.get(code, ()))
    ]
    if robbed:
        raise Problem("plan-guest-robbed", field="matters", rows="、".join(dict.fromkeys(robbed)))


def may_lead(row: Row, lead: str | None) -> bool:
    """R-101: a joint visit is led by the industry's lead, or by whom a campaign is entrusted to."""
    return row.department == lead or row.source is RowSource.CAMPAIGN


def unlisted(row: Row, listed: Matters) -> list[str]:
    """R-107: the matters that are not on a list, and so may not be checked."""
    return [name for code, names in row.matters.items() for name in names if name not in listed.get(code, ())]


def _wide(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    return not mine or bool(theirs and theirs <= mine)
