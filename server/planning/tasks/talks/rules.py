"""The law of a negotiation (线上磋商): who may say what when, and which terms may be put on the table.

A talk is a value: each thing said gives the next one, or a problem. Rule numbers (R-…) are those of the
domain rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from server.kernel.instants import SHANGHAI
from server.kernel.problems import Problem
from server.kernel.workdays import working_days
from server.planning.tasks.rules import (
    Answer,
    Share,
    TaskSource,
    TaskState,
    Terms,
    check_reopening,
    may_go_alone,
)
from server.registry.rules import OFFICERS_PER_DEPARTMENT, Officer, eligible

HALVES = ("am", "pm")
WINDOW = ((5, 1), (11, 30))
"""Work is planned from 1 May to 30 November (R-202)."""

LONGEST = timedelta(days=366)
MOST_HEADS = 50
MOST_VEHICLES = 20
MOST_VISITS = 500
MOST_EXPERTS = 10
BEFORE_DEADLINE = timedelta(hours=24)


@dataclass(frozen=True)
class Talk:
    """Where a negotiation stands: what is on the table, and how each department stands to it, lead first."""

    source: str
    state: str
    lead: str
    round: int
    answers: Mapping[str, Answer]
    terms: Terms | None = None

    @property
    def active(self) -> list[str]:
        """Those who take part, the lead first: whoever was let go is not among them."""
        return [code for code, answer in self.answers.items() if answer != Answer.DROPPED]

    @property
    def unsettled(self) -> list[str]:
        """Those who do not agree to what is on the table."""
        return [code for code in self.active if self.answers[code] != Answer.AGREED]

    @property
    def open(self) -> list[str]:
        """Those who have not answered yet."""
        return [code for code in self.active if self.answers[code] == Answer.OPEN]

    @property
    def all_answered(self) -> bool:
        """Whether it is the lead's turn."""
        return self.state == TaskState.TALKS and self.round > 0 and not self.open

    def propose(self, round: int, terms: Terms, *, approved: bool = False) -> Talk:
        """The lead puts terms on the table: a new round, in which everybody answers afresh."""
        self._check(round)
        asked = [share.department for share in terms.shares]
        left_out = [code for code in self.active if code not in asked]
        if left_out:
            raise Problem("talks-left-out", departments="、".join(left_out))
        if asked == [self.lead] and not may_go_alone(self.source, approved):
            raise Problem("task-alone", field="invite")
        answers = {self.lead: Answer.AGREED} | {code: Answer.OPEN for code in asked if code != self.lead}
        gone = {code: answer for code, answer in self.answers.items() if code not in answers}
        return replace(self, round=self.round + 1, terms=terms, answers=answers | gone)

    def answer(self, round: int, department: str | None, answer: Answer) -> Talk:
        """A department says how it stands to what is on the table; it may think better of it."""
        self._check(round)
        if self.terms is None:
            raise Problem("talks-nothing")
        if department is None or department == self.lead or department not in self.active:
            raise Problem("talks-not-asked")
        return replace(self, answers={**self.answers, department: answer})

    def drop(self, round: int, department: str) -> Talk:
        """The lead goes on without a department that declined."""
        self._check(round)
        if self.terms is None or self.answers.get(department) != Answer.DECLINED:
            raise Problem("talks-not-declined")
        shares = tuple(share for share in self.terms.shares if share.department != department)
        answers = {**self.answers, department: Answer.DROPPED}
        return replace(self, answers=answers, terms=replace(self.terms, shares=shares))

    def settle(self, round: int, *, approved: bool) -> Terms:
        """The terms, once everybody who takes part agrees (R-101, R-105)."""
        self._check(round)
        if self.terms is None:
            raise Problem("talks-nothing")
        if self.unsettled:
            raise Problem("talks-unsettled", count=len(self.unsettled))
        if self.active == [self.lead] and not may_go_alone(self.source, approved):
            raise Problem("task-alone")
        if self.source == TaskSource.SINGLE and not approved:
            raise Problem("task-single-unapproved")
        return self.terms

    def reopen(self) -> Talk:
        """All is open again, and nothing on the table; who was let go stays away unless asked anew."""
        check_reopening(self.state)
        answers = {code: one if one == Answer.DROPPED else Answer.OPEN for code, one in self.answers.items()}
        return replace(self, state=TaskState.TALKS, round=self.round + 1, terms=None, answers=answers)

    def _check(self, round: int) -> None:
        if self.state != TaskState.TALKS:
            raise Problem("talks-over")
        if round != self.round:
            raise Problem("talks-moved")


def faults(
    terms: Terms,
    *,
    source: str,
    today: date,
    reason: str,
    available: Mapping[str, int],
    campaign: tuple[date, date] | None = None,
) -> list[Problem]:
    """All that is wrong with terms, each at its field.

    `available` are the most certified officers of the industry a department has on any one of the days;
    `campaign` the days of the campaign the task serves.
    """
    days = [*_faults_of_days(terms, source, today, reason, campaign)]
    counted = available if not any(one.field == "until" for one in days) else None
    return [*days, *_faults_of_shares(terms.shares, counted)]


def _faults_of_days(
    terms: Terms, source: str, today: date, reason: str, campaign: tuple[date, date] | None
) -> Iterable[Problem]:
    if terms.until < terms.since:
        yield Problem("terms-range", field="until")
    elif terms.until - terms.since > LONGEST:
        yield Problem("terms-long", field="until", days=LONGEST.days)
    elif not any(True for _day in working_days(terms.since, terms.until)):
        yield Problem("terms-no-working-day", field="until")
    if terms.since < today:
        yield Problem("terms-past", field="since")
    if source != TaskSource.CALL and not in_window(terms.since, terms.until) and not reason:
        yield Problem("terms-window", field="reason")
    elif campaign and not (campaign[0] <= terms.since <= terms.until <= campaign[1]) and not reason:
        yield Problem("terms-campaign", field="reason", since=str(campaign[0]), until=str(campaign[1]))
    if not terms.halves:
        yield Problem("terms-halves", field="halves")


def _faults_of_shares(shares: Sequence[Share], available: Mapping[str, int] | None) -> Iterable[Problem]:
    """Without days nobody can be counted: `available` is none then."""
    for share in shares:
        field = f"heads-{share.department}"
        if share.heads < OFFICERS_PER_DEPARTMENT:
            yield Problem("terms-heads", field=field)
        elif available is not None and share.heads > (most := available.get(share.department, 0)):
            yield Problem("terms-officers", field=field, count=most)


def needs_reason(terms: Terms, source: str, campaign: tuple[date, date] | None) -> bool:
    """Whether the days of terms are unusual: out of season, or outside their campaign (R-202)."""
    beside = campaign is not None and not campaign[0] <= terms.since <= terms.until <= campaign[1]
    return beside or (source != TaskSource.CALL and not in_window(terms.since, terms.until))


def in_window(since: date, until: date) -> bool:
    """Whether both days lie within the year's window (R-202), in one year."""
    first, last = WINDOW
    return date(since.year, *first) <= since and until <= date(since.year, *last)


def most_at_once(
    officers: Sequence[Officer], *, industry: str, since: date, until: date, wanted: int
) -> int:
    """The most officers a department could send on one of these days; the search ends where it is enough."""
    most = 0
    for day in working_days(since, min(until, since + LONGEST)):
        most = max(most, len(eligible(officers, days=[day], industry=industry)))
        if most >= wanted:
            break
    return most


def latest_due(since: date) -> datetime:
    """The last minute before the first day of the visits."""
    return datetime.combine(since, time(), SHANGHAI) - timedelta(minutes=1)


def reminder_due(now: datetime, due: datetime, reminded: datetime | None) -> bool:
    """Whether those who did not answer are to be reminded: once in the last day before the deadline, once
    after it. What the lead sent earlier does not count."""
    since = due if now >= due else due - BEFORE_DEADLINE
    return now >= since and (reminded is None or reminded < since)
