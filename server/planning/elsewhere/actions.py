"""Take in what the province's platform drew: its file is kept, read beside the registers, and made a task."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy import ColumnElement, select

from server.accounts.model import Person
from server.catalogue.model import Industry
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db
from server.infra.ids import new_id
from server.kernel.ids import is_uuid
from server.kernel.instants import local
from server.kernel.problems import Problem
from server.planning.dispatch.rules import half_of
from server.planning.draw import staff
from server.planning.draw.course import Standing
from server.planning.draw.model import DrawnOfficer, DrawnSubject
from server.planning.elsewhere import rules
from server.planning.elsewhere.rules import Judged, Known, Registers, Subject
from server.planning.files.actions import Upload
from server.planning.files.model import Attachment
from server.planning.files.rules import MOST_BYTES
from server.planning.tasks.actions import open_task
from server.planning.tasks.model import Task
from server.planning.tasks.rules import Share, TaskSource, TaskState, Terms, may_lead
from server.planning.tasks.settling import settle
from server.registry.actions import officers_of
from server.registry.imports.tables import Table, open_table
from server.registry.model import Enterprise, EnterpriseIndustry, Inspector
from server.visits.model import Visit
from server.web.fields import tidy_line

KINDS = {
    True: ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    False: ("csv", "text/csv"),
}


@dataclass(frozen=True)
class Reading:
    """A file beside the registers, read as one of an industry under a lead."""

    number: str
    name: str
    industry: str
    lead: str
    judged: Sequence[Judged]

    @property
    def going(self) -> list[Judged]:
        """What can be taken in."""
        return [one for one in self.judged if one.goes]


def keep(actor: Person, upload: Upload) -> Attachment:
    """Keep a file that can be read as a table and has the columns needed. To be called in a transaction."""
    content = upload.stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Problem("attachment-too-large", field="file", most=MOST_BYTES // 1024**2)
    with _table(content) as table:
        rules.columns(table.heads)
        ending, media_type = KINDS[table.book is not None]
    stem = tidy_line(upload.filename).replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or "draw"
    found = Attachment(
        id=new_id(),
        name=f"{stem[:180]}.{ending}",
        type=media_type,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        content=content,
        department=actor.department,
        added_at=now(),
        added_by=actor.id,
    )
    db.session.add(found)
    record(actor.id, "file-attached", found.id, name=found.name, sha256=found.sha256, size=found.size)
    return found


def file_of(person: Person, file_id: str) -> Attachment:
    """A file that was brought in here and is no task yet: the own department's, or any at the office."""
    found = db.session.get(Attachment, file_id) if is_uuid(file_id) else None
    own = found is not None and (found.department == person.department or "office" in person.roles)
    if found is None or not own or found.type not in {media_type for _ending, media_type in KINDS.values()}:
        raise Problem("not-found")
    return found


def read(file: Attachment, industry: str | None = None, lead: str | None = None) -> Reading:
    """The dry run: what would be taken in, and where the registers say otherwise. Only reading.

    An industry not said is that of most subjects, a lead not said is the one of that industry.
    """
    with _table(file.content) as table:
        places = rules.columns(table.heads)
        rows = list(table.rows())
    found = rules.lines(rows, places)
    registers = _registers(found)
    if industry is None:
        industry = rules.likely_industry(found, registers)
    if lead is None:
        known = db.session.get(Industry, industry)
        lead = known.lead_department if known else ""
    number, name = (rules.text_in(rows, places.get(one)) for one in ("number", "task"))
    return Reading(number, name, industry, lead, rules.judge(found, registers, industry, lead))


def take_in(
    actor: Person, file: Attachment, *, number: str, name: str, industry: str, lead: str, leave_out: bool
) -> Task:
    """Make it a task that is drawn already. To be called inside a transaction."""
    if not may_lead(actor.roles, actor.department, lead):
        raise Problem("task-of-others")
    basis = f"省平台任务编号：{number}"
    if _standing(Task.basis == basis):
        raise Problem("elsewhere-known", field="number", number=number)
    reading = read(file, industry, lead)
    going = reading.going
    if not going:
        raise Problem("elsewhere-nothing")
    left = len(reading.judged) - len(going)
    if left and not leave_out:
        raise Problem("elsewhere-left-out", field="leave_out", count=left)
    terms = _terms(going, lead)
    beside = [share.department for share in terms.shares[1:]]
    task = open_task(
        actor, source=TaskSource.ELSEWHERE, name=name, industry=industry, lead=lead, departments=beside,
        year=terms.since.year, basis=basis, attachment=file,
    )  # fmt: skip
    if _standing(Task.basis == basis, Task.id != task.id):  # of two at once, its number let the other pass
        raise Problem("elsewhere-known", field="number", number=number)
    settle(actor, task, terms)
    _write(actor, task, going)
    task.state = TaskState.DRAWN
    said = {"number": number, "subjects": len(going), "left": left, "file": file.sha256}
    record(actor.id, "drawn-elsewhere", task.id, **said)
    return task


def task_of(file: Attachment) -> Task | None:
    """The task that was made of a file, unless it was given up."""
    return _standing(Task.attachment_id == file.id)


def _standing(*conditions: ColumnElement[bool]) -> Task | None:
    of_here = (Task.source == TaskSource.ELSEWHERE, Task.state != TaskState.CLOSED)
    return db.session.scalar(select(Task).where(*of_here, *conditions).order_by(Task.id.desc()).limit(1))


@contextmanager
def _table(content: bytes) -> Iterator[Table]:
    with NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        yield open_table(Path(file.name))


def _registers(found: Sequence[rules.Line]) -> Registers:
    certificates = {one.certificate for line in found for one in line.officers}
    query = (
        select(
            Inspector.person_id, Inspector.certificate_number, Inspector.can_lead, Person.name,
            Person.department,
        )
        .join(Person, Person.id == Inspector.person_id)
        .where(Inspector.certificate_number.in_(certificates))
    )  # fmt: skip
    holders = db.session.execute(query).all()
    officers = {one.person: one for one in officers_of({row.department for row in holders if row.department})}
    days = [line.day for line in found if line.day]
    subjects = _subjects({line.uscc for line in found})
    known = [one.id for some in subjects.values() for one in some]
    return Registers(
        subjects=subjects,
        officers={
            row.certificate_number: Known(officers[row.person_id], row.name, row.can_lead)
            for row in holders
            if row.person_id in officers
        },
        booked=staff.bookings(min(days), max(days)) if days else {},
        today=local(now()).date(),
        visited=_visited(known, min(days), max(days)) if days else (),
    )


def _visited(enterprises: Sequence[str], since: dt.date, until: dt.date) -> set[tuple[str, dt.date, str]]:
    query = select(Visit.enterprise_id, Visit.date, Visit.slot).where(
        Visit.enterprise_id.in_(enterprises), Visit.date.between(since, until),
        Visit.cancelled_at.is_(None), Visit.training.is_(False),
    )  # fmt: skip
    return {(enterprise, day, half_of(slot)) for enterprise, day, slot in db.session.execute(query)}


def _subjects(codes: set[str]) -> dict[str, list[Subject]]:
    query = select(Enterprise).where(Enterprise.uscc.in_(codes)).order_by(Enterprise.seq)
    rows = db.session.scalars(query).all()
    also = select(EnterpriseIndustry.seq, EnterpriseIndustry.industry)
    industries: defaultdict[int, set[str]] = defaultdict(set)
    for seq, code in db.session.execute(also.where(EnterpriseIndustry.seq.in_([one.seq for one in rows]))):
        industries[seq].add(code)
    found: defaultdict[str, list[Subject]] = defaultdict(list)
    for one in rows:
        listed = frozenset(industries[one.seq] | {one.industry})
        found[one.uscc].append(Subject(one.id, one.name, one.status, str(one.risk_class), listed))
    return dict(found)


def _terms(going: Sequence[Judged], lead: str) -> Terms:
    """What the file comes to: its days, as many of each department as go to one subject at most, and the
    most visits of one officer."""
    heads: dict[str, int] = {lead: 0}
    for one in going:
        for code in {member.officer.department for member in one.members}:
            count = sum(member.officer.department == code for member in one.members)
            heads[code] = max(heads.get(code, 0), count)
    days = sorted(one.line.day for one in going if one.line.day)
    halves = tuple(half for half in ("am", "pm") if any(one.line.half == half for one in going))
    shares = tuple(Share(code, count) for code, count in heads.items())
    visits = Counter(member.officer.person for one in going for member in one.members)
    return Terms(days[0], days[-1], halves, shares, total=max(visits.values()))


def _write(actor: Person, task: Task, going: Sequence[Judged]) -> None:
    for place, one in enumerate(going, 1):
        known = one.subject
        subject = DrawnSubject(
            id=new_id(),
            task_id=task.id,
            place=place,
            stratum=known.risk_class if known else "",
            enterprise_id=known.id if known else None,
            day=one.line.day,
            half=one.line.half,
            state=Standing.IN,
            at=now(),
            actor=actor.id,
        )
        db.session.add(subject)
        db.session.flush()
        db.session.add_all(_officers(actor, subject.id, one))


def _officers(actor: Person, subject_id: str, one: Judged) -> Iterator[DrawnOfficer]:
    for place, member in enumerate(one.members, 1):
        yield DrawnOfficer(
            id=new_id(),
            subject_id=subject_id,
            department=member.officer.department,
            person_id=member.officer.person,
            place=place,
            lead=member.officer.person == one.lead,
            state=Standing.IN,
            at=now(),
            actor=actor.id,
        )
