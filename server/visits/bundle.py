"""The bundle: all that a visit needs offline, as one JSON document known by its digest.

Every version is kept, because a sealed state is folded over the version it names (DESIGN §3, sign-off). A
bundle says nothing of the journal, so that it changes only when the office changes something.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from server.accounts.model import Department, Person
from server.catalogue.model import ChecklistVersion, Industry
from server.infra.clock import now
from server.infra.db import db
from server.kernel.canonical import canonical, sha256_hex
from server.registry.model import Enterprise, Inspector
from server.visits.model import Bundle, Visit, VisitMember

Document = dict[str, Any]


def compose(
    visit: Visit,
    *,
    enterprise: Enterprise,
    industry: Industry,
    checklist: ChecklistVersion,
    items: Sequence[Document],
    departments: Iterable[Department],
    members: Iterable[VisitMember],
    task_source: str,
    notice: str,
    rescue_key: Document,
    door: str = "",
    approvals: Sequence[Document] = (),
    reserve: Iterable[tuple[Person, Inspector]] = (),
    exemption: Document | None = None,
) -> Document:
    """The first version of a visit's bundle.

    `exemption` says why items are exempt, or why they no longer are (`reason`, `list` relied on, class
    `as_of`); absent where the enterprise is not one of those concerned.
    `door` is the code shown at the door; where there is one, the phone shows it.
    `approvals` say how the heads of the departments decided (R-501); absent of a visit without a task.
    `reserve` are officers who could stand in on the spot: a phone without signal can name no others.
    """
    members = list(members)
    sections = _departments(departments, _leading(members) or industry.lead_department)
    return {
        "visit": {
            "id": visit.id,
            "number": visit.number,
            "code": visit.code,
            "training": visit.training,
            "date": visit.date.isoformat(),
            "slot": visit.slot,
            "status": "assigned",
            "industry": industry.code,
            "industry_name": industry.name,
            "task_source": task_source,
            "notice": notice,
            **({"door": door} if door else {}),
            **({"approvals": list(approvals)} if approvals else {}),
        },
        "enterprise": _enterprise(enterprise),
        "team": team(members, sections),
        "reserve": [_reserve_row(*one) for one in reserve],
        "departments": sections,
        "checklist": {
            "version": checklist.version,
            "hash": checklist.hash,
            "sample": checklist.sample,
            "items": [{name: value for name, value in item.items() if name != "help"} for item in items],
        },
        "handbook": _handbook(checklist, items),
        "history": [],
        "rescue_key": rescue_key,
        **({"exemption": exemption} if exemption else {}),
    }


def _handbook(checklist: ChecklistVersion, items: Sequence[Document]) -> Document:
    """What the handbook says of each item, to be read offline; it is of the checklist's own version."""
    help_of = {item["id"]: item["help"] for item in items if item.get("help")}
    return {"version": checklist.version, "hash": checklist.hash, "items": help_of} if help_of else {}


def with_team(bundle: Document, members: Iterable[VisitMember]) -> Document:
    """The next version after someone joined or left: the same checklist, another team.

    Who left stays named under `former`, so that what they wrote keeps its effect in the fold.
    """
    everyone = list(members)
    left = [member for member in everyone if member.left_at is not None]
    sections = bundle["departments"]
    return bundle | {"team": team(everyone, sections), "former": _rows(left, sections)}


def moved(bundle: Document, visit: Visit, reserve: Iterable[tuple[Person, Inspector]]) -> Document:
    """The next version of a visit that takes place at another time."""
    when = {"date": visit.date.isoformat(), "slot": visit.slot}
    return bundle | {
        "visit": bundle["visit"] | when,
        "team": team(visit.members, bundle["departments"]),
        "reserve": [_reserve_row(*one) for one in reserve],
    }


def joined(bundle: Document, other: Document) -> Document:
    """The next version of a visit that takes over what another was to check.

    An item both have is asked once. The lead department stays the lead, and the lists stay named, as does
    what either rests on.
    """
    own, more = bundle["checklist"], other["checklist"]
    known = {one["id"] for one in own["items"]}
    items = [*own["items"], *(one for one in more["items"] if one["id"] not in known)]
    codes = {one["code"] for one in bundle["departments"]}
    sections = [*bundle["departments"], *(one for one in other["departments"] if one["code"] not in codes)]
    help_of = {**other["handbook"].get("items", {}), **bundle["handbook"].get("items", {})}
    version = f"{own['version']}＋{more['version']}"
    named = {"version": version, "hash": sha256_hex(canonical(items))}
    sources = dict.fromkeys(one["visit"]["task_source"] for one in (bundle, other))
    return bundle | {
        "visit": bundle["visit"] | {"task_source": "；".join(filter(None, sources))},
        "departments": [
            one | {"order": place, "lead": one["lead"] and place == 1}
            for place, one in enumerate(sections, start=1)
        ],
        "checklist": named | {"sample": own["sample"] or more["sample"], "items": items},
        "handbook": named | {"items": help_of} if help_of else {},
        "reserve": list({one["person"]: one for one in bundle["reserve"] + other["reserve"]}.values()),
    }


def annotated(bundle: Document, members: Document) -> Document:
    """The next version of a visit of which more is known."""
    return bundle | {"visit": bundle["visit"] | members}


def cancelled(bundle: Document, reason: str) -> Document:
    """The last version of a visit that will not take place."""
    return bundle | {"visit": bundle["visit"] | {"status": "cancelled", "cancel_reason": reason}}


def keep(visit: Visit, document: Document) -> str:
    """Keep this version, make it the visit's own, and name it."""
    text = canonical(document)
    digest = sha256_hex(text)
    visit.bundle_digest = digest
    db.session.add(visit)
    db.session.flush()
    if db.session.get(Bundle, digest) is None:
        db.session.add(Bundle(digest=digest, visit_id=visit.id, document=text.decode(), created_at=now()))
    return digest


def keep_first(made: Sequence[tuple[Visit, Document]]) -> None:
    """Write visits that are new, each with the first version of its bundle, whose digest it bears.

    A visit's id stands in its bundle: there is no other of that digest to look for.
    """
    db.session.add_all(visit for visit, _document in made)
    db.session.flush()
    at = now()
    db.session.add_all(
        Bundle(digest=one.bundle_digest, visit_id=one.id, document=canonical(said).decode(), created_at=at)
        for one, said in made
    )


def load(digest: str) -> Document:
    """A version by its digest, parsed; treat it as read-only, it is shared."""
    return _parse(digest, text_of(digest))


def text_of(digest: str) -> str:
    """A version by its digest, as it was hashed."""
    row = db.session.get(Bundle, digest)
    if row is None:
        raise LookupError(f"bundle {digest} is missing")
    return row.document


@lru_cache(maxsize=64)
def _parse(digest: str, text: str) -> Document:
    return json.loads(text)


def team(members: Iterable[VisitMember], sections: Sequence[Document]) -> list[Document]:
    """Who is on the team now: departments in their order, the lead of the visit first in the own one."""
    return _rows([member for member in members if member.left_at is None], sections)


def _reserve_row(person: Person, officer: Inspector) -> Document:
    return {
        "person": person.id,
        "name": person.name,
        "department": person.department,
        "certificate": officer.certificate_number,
    }


def _rows(members: Iterable[VisitMember], sections: Sequence[Document]) -> list[Document]:
    order = {section["code"]: section["order"] for section in sections}
    in_order = sorted(
        members, key=lambda one: (order.get(one.department, len(order)), not one.lead, one.person.username)
    )
    return [
        {
            "person": member.person_id,
            "name": member.person.name,
            "department": member.department,
            "certificate": member.certificate,
            "lead": member.lead,
            "deputy": member.deputy,
        }
        for member in in_order
    ]


def _leading(members: Iterable[VisitMember]) -> str | None:
    """The department that leads this visit: it need not be the one that leads the industry."""
    return next((one.department for one in members if one.lead), None)


def _departments(departments: Iterable[Department], lead: str) -> list[Document]:
    ordered = sorted(departments, key=lambda one: (one.code != lead, one.order, one.code))
    return [
        {
            "code": one.code,
            "name": one.name,
            "short_name": one.short_name,
            "lead": one.code == lead,
            "order": place,
        }
        for place, one in enumerate(ordered, start=1)
    ]


def _enterprise(enterprise: Enterprise) -> Document:
    return {
        "id": enterprise.id,
        "name": enterprise.name,
        "uscc": enterprise.uscc,
        "address": enterprise.address,
        "town": enterprise.town,
        "legal_rep": enterprise.legal_rep,
        "phone": enterprise.phone,
        "risk_class": str(enterprise.risk_class),
        "lat": enterprise.lat_e7,
        "lon": enterprise.lon_e7,
    }
