"""A petrol station's visit with as few rows as it takes, and its cast.

qian    an officer on the team
li      an officer who has left the team: may still send what she took, sees no more
zhou    from the office: sees every visit, sends nothing
sun     an officer of another visit
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from server.accounts.actions import hash_password
from server.accounts.model import Department, Person
from server.catalogue.model import Industry
from server.infra.db import db, transaction
from server.infra.ids import new_id
from server.kernel.canonical import sha256_hex
from server.registry.model import Enterprise
from server.visits.model import Visit, VisitMember

PASSWORD = "a long pass phrase"
BEGINNING = datetime(2026, 5, 12, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Scene:
    """What the tests name: two visits."""

    visit: str
    other_visit: str


def set_scene() -> Scene:
    """Write it into the database of the current app."""
    hashed = hash_password(PASSWORD)
    with transaction():
        db.session.add(
            Department(
                code="YJ",
                name="应急管理局",
                short_name="应急",
                name_en="Emergency",
                can_inspect=True,
                order=1,
            )
        )
        db.session.flush()
        roles = {"qian": {"inspector"}, "li": {"inspector"}, "zhou": {"office"}, "sun": {"inspector"}}
        people = {
            name: Person(username=name, name=name, password_hash=hashed, department="YJ", roles=held)
            for name, held in roles.items()
        }
        db.session.add_all(
            [*people.values(), Industry(code="jyz", name="加油站", lead_department="YJ", document={})]
        )
        db.session.flush()
        station = _station()
        visit, other = _visit("1", station, people["qian"]), _visit("2", station, people["sun"])
        db.session.add_all([station, visit, other])
        db.session.flush()
        joined = {"department": "YJ", "joined_at": BEGINNING}
        db.session.add(VisitMember(visit_id=visit.id, person_id=people["qian"].id, **joined))
        db.session.add(VisitMember(visit_id=visit.id, person_id=people["li"].id, left_at=BEGINNING, **joined))
        db.session.add(VisitMember(visit_id=other.id, person_id=people["sun"].id, **joined))
        return Scene(visit.id, other.id)


def _station() -> Enterprise:
    return Enterprise(
        id=new_id(), reference="E1", uscc="91330100MA27XXXX0X", name="城东加油站", entity_type="enterprise",
        industry="jyz", status="active", address="城东路 1 号", town="城东",
        legal_rep="王", phone="0571", risk_class="A",
    )  # fmt: skip


def _visit(number: str, station: Enterprise, lead: Person) -> Visit:
    return Visit(
        id=new_id(), number=number, enterprise_id=station.id, industry="jyz", date=date(2026, 5, 12),
        slot="09:30", lead_id=lead.id, bundle_digest="0" * 64, created_at=BEGINNING,
        journal_digest=sha256_hex(b""),
    )  # fmt: skip
