"""What the report on the draws of a year says: a fixed number of queries, whatever was drawn."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy import Row, func, select

from server.accounts.model import Person
from server.infra.db import db
from server.planning.draw.model import Draw, DrawnOfficer, DrawnSubject
from server.planning.review.chance import Verdict, verdict
from server.planning.review.model import DrawCensus
from server.planning.tasks.model import Task
from server.registry.model import Enterprise, Town

SHOWN = 20  # of repeats and of pairs: the most frequent


@dataclass(frozen=True)
class Covered:
    """One class over all draws of the year."""

    stratum: str
    candidates: int
    drawn: int
    replaced: int
    short: int

    @property
    def share(self) -> float | None:
        """Drawn of candidates; none where there were none (R-1301)."""
        return self.drawn / self.candidates if self.candidates else None


@dataclass(frozen=True)
class Pair:
    """Two officers of one department, and how often they were drawn together."""

    department: str
    names: tuple[str, str]
    times: int


@dataclass(frozen=True)
class Load:
    """How many visits the officers of a department got who got any."""

    department: str
    officers: int
    least: int
    middle: int
    most: int


@dataclass(frozen=True)
class Report:
    """All of it. `counted` of the settled draws are in the two tests; the others are still being counted."""

    year: int
    settled: Sequence[Row[Draw, Task]]
    void: Sequence[Row[Draw, Task]]
    coverage: list[Covered]
    repeats: list[tuple[Enterprise, int]]
    again: list[tuple[str, str, int]]
    pairs: list[Pair]
    loads: list[Load]
    counted: int
    by_town: Verdict
    by_age: Verdict


def years() -> list[int]:
    """The years there were draws in, the newest first."""
    query = select(Task.year).join(Draw, Draw.task_id == Task.id).distinct().order_by(Task.year.desc())
    return list(db.session.scalars(query))


def report(year: int) -> Report:
    """The draws of one year, those of exercises there are none."""
    draws = db.session.execute(
        select(Draw, Task)
        .join(Task, Task.id == Draw.task_id)
        .where(Task.year == year)
        .order_by(Draw.frozen_at)
    ).all()
    settled = [row for row in draws if row.Draw.settled_at]
    censuses = _censuses(year)
    towns = dict(db.session.execute(select(Town.code, Town.name)).all())
    people, loads = _pairs_and_loads(year)
    return Report(
        year,
        settled,
        [row for row in draws if row.Draw.void_at],
        _coverage(year, [row.Draw for row in settled]),
        _repeats(year),
        _again(year),
        people,
        loads,
        len(censuses),
        _named(verdict([one.towns for one in censuses], f"{year} towns"), towns),
        verdict([one.ages for one in censuses], f"{year} ages"),
    )


def _censuses(year: int) -> Sequence[DrawCensus]:
    query = (
        select(DrawCensus)
        .join(Draw, Draw.id == DrawCensus.draw_id)
        .join(Task, Task.id == Draw.task_id)
        .where(Task.year == year)
        .order_by(DrawCensus.draw_id)
    )
    return db.session.scalars(query).all()


def _named(found: Verdict, towns: dict[str, str]) -> Verdict:
    parts = [
        type(part)(towns.get(part.name, ""), part.candidates, part.drawn, part.due) for part in found.parts
    ]
    return Verdict(parts, found.p)


def _coverage(year: int, draws: Iterable[Draw]) -> list[Covered]:
    sizes: Counter[str] = Counter()
    drawn: Counter[str] = Counter()
    for draw in draws:
        sizes.update(draw.sizes)
        drawn.update(draw.quotas)
    later: defaultdict[str, Counter[str]] = defaultdict(Counter)
    rows = (
        select(DrawnSubject.stratum, DrawnSubject.state, func.count())
        .join(Task, Task.id == DrawnSubject.task_id)
        .where(Task.year == year, DrawnSubject.draw_id.is_not(None))
        .group_by(DrawnSubject.stratum, DrawnSubject.state)
    )
    for stratum, state, count in db.session.execute(rows):
        later[stratum][state] = count
    return [
        Covered(one, sizes[one], drawn[one], later[one]["replaced"], later[one]["short"])
        for one in sorted(sizes)
    ]


def _repeats(year: int) -> list[tuple[Enterprise, int]]:
    times = func.count(DrawnSubject.task_id.distinct())
    often = (
        select(DrawnSubject.enterprise_id, times.label("times"))
        .join(Task, Task.id == DrawnSubject.task_id)
        .where(Task.year == year, DrawnSubject.draw_id.is_not(None), DrawnSubject.state == "in")
        .group_by(DrawnSubject.enterprise_id)
        .having(times > 1)
        .subquery()
    )
    query = select(Enterprise, often.c.times).join(often, often.c.enterprise_id == Enterprise.id)
    rows = db.session.execute(query.order_by(often.c.times.desc(), Enterprise.seq).limit(SHOWN))
    return [(enterprise, count) for enterprise, count in rows]


def _again(year: int) -> list[tuple[str, str, int]]:
    """Officers who were drawn for the same enterprise more than once: name, enterprise, times."""
    times = func.count()
    query = (
        select(Person.name, Enterprise.name, times)
        .join(DrawnOfficer, DrawnOfficer.person_id == Person.id)
        .join(DrawnSubject, DrawnSubject.id == DrawnOfficer.subject_id)
        .join(Enterprise, Enterprise.id == DrawnSubject.enterprise_id)
        .join(Task, Task.id == DrawnSubject.task_id)
        .where(Task.year == year, DrawnSubject.draw_id.is_not(None))
        .where(DrawnSubject.state == "in", DrawnOfficer.state == "in")
        .group_by(Person.id, Person.name, Enterprise.id, Enterprise.name)
        .having(times > 1)
        .order_by(times.desc(), Person.name)
        .limit(SHOWN)
    )
    return [(person, enterprise, count) for person, enterprise, count in db.session.execute(query)]


def _pairs_and_loads(year: int) -> tuple[list[Pair], list[Load]]:
    query = (
        select(DrawnOfficer.subject_id, DrawnOfficer.department, Person.id, Person.name)
        .join(Person, Person.id == DrawnOfficer.person_id)
        .join(DrawnSubject, DrawnSubject.id == DrawnOfficer.subject_id)
        .join(Task, Task.id == DrawnSubject.task_id)
        .where(Task.year == year, DrawnSubject.draw_id.is_not(None))
        .where(DrawnSubject.state == "in", DrawnOfficer.state == "in")
        .order_by(Person.name, Person.id)
    )
    teams: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    names: dict[str, str] = {}
    for subject, department, person, name in db.session.execute(query):
        teams[department, subject].append(person)
        names[person] = name
    pairs: Counter[tuple[str, str, str]] = Counter()
    visits: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (department, _subject), people in teams.items():
        visits[department].update(people)
        pairs.update((department, *pair) for pair in combinations(people, 2))
    return (
        [Pair(code, (names[one], names[two]), times) for (code, one, two), times in pairs.most_common(SHOWN)],
        [_load(code, sorted(counts.values())) for code, counts in sorted(visits.items())],
    )


def _load(department: str, counts: list[int]) -> Load:
    return Load(department, len(counts), counts[0], counts[len(counts) // 2], counts[-1])
