"""Who lives in the demo county: the sample's officers, invented ones beside them, the people of the offices.

Pure: the sample's rows and the day come as arguments. Every name carries 演示: it is invented.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from server.registry.rules import AbsenceKind, Away, Officer, eligible

PASSWORD = "liancha-demo"  # noqa: S105 - public on purpose: it opens the demo county and nothing else
ENOUGH = 3
HORIZON = timedelta(days=60)  # the certificates of eligible officers outlast the demo's visits by far
SURNAMES = "钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许赵"  # the order in which the sample names its officers

ABSENCES = {
    "在岗": None,
    "休假": AbsenceKind.LEAVE,
    "借调": AbsenceKind.SECONDED,
    "脱产培训": AbsenceKind.STUDY,
}


@dataclass(frozen=True)
class Account:
    """One who signs in; `officer` is what makes an inspector, and None for the people of the offices."""

    username: str
    name: str
    roles: tuple[str, ...]
    department: str | None
    officer: "OfficerRow | None" = None


@dataclass(frozen=True)
class OfficerRow:
    """A row of the officers' sample, or one invented in its style."""

    number: int
    name: str
    department: str
    certificate_type: str
    certificate_number: str
    issued_by: str
    valid_from: date
    valid_until: date
    specialties: frozenset[str]
    grids: tuple[str, ...]
    absence: AbsenceKind | None
    can_lead: bool
    expert: bool
    conflict_uscc: str | None

    def as_officer(self) -> Officer:
        """The same person as the rules of the registry see it."""
        return Officer(
            person=self.certificate_number,
            department=self.department,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            specialties=self.specialties,
            absences=(Away(date.min, None),) if self.absence else (),
            conflicts=frozenset({self.conflict_uscc} if self.conflict_uscc else ()),
        )


def officer_row(row: dict[str, str]) -> OfficerRow:
    """One line of `inspectors-sample.csv`."""
    return OfficerRow(
        number=int(row["inspector_id"].removeprefix("INS")),
        name=row["name"],
        department=row["department"],
        certificate_type=row["cert_type"],
        certificate_number=row["cert_no"],
        issued_by=row["issuing_authority"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_until=date.fromisoformat(row["valid_until"]),
        specialties=frozenset(row["specialties"].split(";")),
        grids=tuple(row["grid_codes"].split(";")),
        absence=ABSENCES[row["status"]],
        can_lead=row["can_lead"] == "1",
        expert=row["expert"] == "1",
        conflict_uscc=row["conflict_uscc"] or None,
    )


def with_enough_officers(rows: list[OfficerRow], needs: dict[str, set[str]], today: date) -> list[OfficerRow]:
    """The sample's officers and, after them, as many invented ones as give each department three it may send.

    `needs` names the industries each department inspects. Whoever has declared an interest is not counted, so
    that three remain for every subject.
    """
    added: list[OfficerRow] = []
    for department, industries in needs.items():
        own = [row for row in rows if row.department == department]
        missing = max(ENOUGH - len(_sendable(own, industry, today)) for industry in industries)
        leads = any(
            row.can_lead and row in _sendable(own, industry, today) for row in own for industry in industries
        )
        for turn in range(missing):
            number = len(rows) + len(added) + 1
            added.append(_invented(own[0], number, industries, today, can_lead=not leads and turn == 0))
    return rows + added


def _sendable(rows: list[OfficerRow], industry: str, today: date) -> list[OfficerRow]:
    free = [row for row in rows if not row.conflict_uscc]
    names = {
        one.person
        for one in eligible((r.as_officer() for r in free), industry=industry, days=[today, today + HORIZON])
    }
    return [row for row in free if row.certificate_number in names]


def _invented(
    model: OfficerRow, number: int, industries: set[str], today: date, can_lead: bool
) -> OfficerRow:
    return replace(
        model,
        number=number,
        name=f"{SURNAMES[(number - 1) % len(SURNAMES)]}检演示{number:02d}",
        certificate_number=f"{model.certificate_number[:-3]}{number:03d}",
        valid_from=date(today.year - 1, 1, 1),
        valid_until=date(today.year + 3, 12, 31),
        specialties=frozenset(industries),
        absence=None,
        can_lead=can_lead,
        expert=False,
        conflict_uscc=None,
    )


def accounts(rows: list[OfficerRow], departments: list[str], leading: set[str]) -> Iterator[Account]:
    """Everybody's account: officers as `scjg01`; for each department a head, a deputy and a liaison,
    who plans where it leads an industry; then the office, the supervisor and the administrator."""
    counter: Counter[str] = Counter()
    for row in rows:
        counter[row.department] += 1
        roles = ("inspector", "expert") if row.expert else ("inspector",)
        yield Account(
            f"{row.department.lower()}{counter[row.department]:02d}", row.name, roles, row.department, row
        )
    for index, code in enumerate(departments):
        surname = SURNAMES[index % len(SURNAMES)]
        number = f"{index + 1:02d}"
        yield Account(f"{code.lower()}-head", f"{surname}领演示{number}", ("head",), code)
        duties = ("liaison", "planner") if code in leading else ("liaison",)
        yield Account(f"{code.lower()}-liaison", f"{surname}联演示{number}", duties, code)
    for index, code in enumerate(departments):
        surname = SURNAMES[(index + 7) % len(SURNAMES)]
        yield Account(f"{code.lower()}-deputy", f"{surname}管演示{index + 1:02d}", ("head",), code)
    yield Account("office01", "钱办演示01", ("office",), "LXB")
    yield Account("office02", "孙办演示02", ("office",), "LXB")
    yield Account("supervisor", "李督演示01", ("supervisor",), None)
    yield Account("admin", "周管演示01", ("admin",), None)
