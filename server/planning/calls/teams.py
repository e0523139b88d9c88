"""Who goes on a call: drawn as in a public draw, by the server alone, or appointed with a reason."""

from __future__ import annotations

import datetime as dt
import secrets
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import current_app

from server.accounts.model import Person
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import db
from server.kernel.instants import local
from server.kernel.problems import Problem
from server.planning.draw import ceremony, rules, staff
from server.planning.draw.ceremony import Infeasible
from server.planning.draw.rules import Officer, Slot, Subject
from server.planning.draw.settling import lead_of, may_lead
from server.planning.tasks import queries as tasks
from server.planning.tasks.model import Task
from server.planning.tasks.rules import Share, Terms
from server.registry.model import Enterprise, Grid

PARTY = "server"


@dataclass(frozen=True)
class Team:
    """People by department in the order chosen, the lead's first, and who leads."""

    members: Mapping[str, Sequence[str]]
    lead: str


def draw(actor: Person, task: Task, terms: Terms, enterprise: Enterprise) -> Team:
    """Draw officers for one enterprise. The audit holds the commitment, then what opens it, so that anybody
    who reads it can draw again (`ceremony`)."""
    salts, secret = secrets.token_bytes(32), secrets.token_bytes(ceremony.SECRET_BYTES)
    people = officers(terms, salts)
    subject = _subject(enterprise, salts, people)
    asked = _asked(task.industry, terms)
    eligible = rules.eligibility([subject], people.values(), asked)
    commit = rules.commit(
        task.number,
        ceremony.frame_hash(ceremony.frame_lines([(subject.stratum, subject.name)])),
        {subject.stratum: 1},
        ceremony.sha256(ceremony.canonical(eligible)),
        {"source": PARTY},
        {PARTY: ceremony.commitment(PARTY, secret)},
    )
    record(actor.id, "call-draw-committed", task.id, commit=commit, eligibility=eligible)
    randomness = secrets.token_hex(16)
    positions = ceremony.Positions.of([secret], randomness, ceremony.sha256(ceremony.canonical(commit)))
    try:
        (fell,) = ceremony.draw_officers(
            [(subject.stratum, subject.name)], {subject.name: 0}, eligible, positions
        )
    except Infeasible as short:
        raise Problem("call-too-few", field="way", departments=_short(short, people, asked)) from short
    ids = {one.name: identifier for identifier, one in people.items()}
    members = {code: [ids[name] for name in names] for code, names in fell["members"].items()}
    record(
        actor.id, "call-drawn", task.id, secret=secret.hex(), randomness=randomness, salts=salts.hex(),
        team=members,
    )  # fmt: skip
    return Team(members, lead_of(list(members[task.lead]), may_lead()))


def appoint(task: Task, terms: Terms, enterprise: Enterprise, chosen: Collection[str], lead: str) -> Team:
    """Those somebody named, if every one of them may go and no department comes with too few."""
    able = free(terms, task.industry, enterprise)
    members: dict[str, list[str]] = {share.department: [] for share in terms.shares}
    for identifier, officer in able.items():
        if identifier in chosen:
            members[officer.department].append(identifier)
    if sum(map(len, members.values())) != len(set(chosen)):
        raise Problem("call-officer-kept-away", field="officers")
    few = [code for code, some in members.items() if len(some) < rules.LEAST_OFFICERS]
    if few:
        raise Problem("call-few-appointed", field="officers", departments="、".join(_short_names(few)))
    if lead not in members[task.lead]:
        raise Problem("call-lead", field="lead")
    return Team(members, lead)


def free(terms: Terms, industry: str, enterprise: Enterprise) -> dict[str, Officer]:
    """By id, the officers of the departments that come who may go there then."""
    slot = Slot(terms.since, terms.halves[0])
    asked = _asked(industry, terms)
    return {
        identifier: one
        for identifier, one in officers(terms, b"").items()
        if rules.may_be_drawn(one, asked)
        and not rules.is_away(one, slot)
        and enterprise.uscc not in one.recused
    }


def free_of(department: str, task: Task, enterprise: Enterprise) -> dict[str, Officer]:
    """By id, the officers of one called department who may go when they are called to."""
    asked = Terms.parse(task.on_table or {})
    return free(replace(asked, shares=(Share(department, rules.LEAST_OFFICERS),)), task.industry, enterprise)


def drawable(able: Mapping[str, Officer], enterprise: Enterprise) -> Counter[str]:
    """By department, how many of those who may go can be drawn: who was there not long ago is not (R-407)."""
    met = _met(enterprise, able)
    return Counter(one.department for one in able.values() if one.name not in met)


def officers(terms: Terms, salts: bytes) -> dict[str, Officer]:
    """By id, all officers of the departments that come, and when they are taken."""
    codes = [share.department for share in terms.shares]
    return staff.staff(codes, salts, terms.since, terms.until)


def _subject(enterprise: Enterprise, salts: bytes, people: Mapping[str, Officer]) -> Subject:
    grid = db.session.get(Grid, enterprise.grid) if enterprise.grid else None
    return Subject(
        name=staff.name_of(salts, enterprise.id),
        stratum=str(enterprise.risk_class),
        uscc=enterprise.uscc,
        grid=enterprise.grid,
        town=enterprise.town_code or (grid.town_code if grid else None),
        met=_met(enterprise, people),
    )


def _met(enterprise: Enterprise, people: Mapping[str, Officer]) -> frozenset[str]:
    """The names in the draw of those who were sent there within the set time."""
    since = local(now()).date() - dt.timedelta(days=current_app.config["DRAW_MET_DAYS"])
    names = {identifier: one.name for identifier, one in people.items()}
    met = staff.met_since(since, names, enterprise.id) if names else {}
    return met.get(enterprise.id, frozenset())


def _asked(industry: str, terms: Terms) -> rules.Terms:
    return rules.Terms(
        industry=industry,
        heads=tuple((share.department, share.heads) for share in terms.shares),
        slots=(Slot(terms.since, terms.halves[0]),),
        total=terms.total,
        drawn_on=local(now()).date(),
    )


def _short(short: Infeasible, people: Mapping[str, Officer], asked: rules.Terms) -> str:
    """Who has too few: those with too few free that half day, else those whose officers may not go there."""
    few = [code for code, most in rules.capacities(people.values(), asked).items() if not most]
    named = few or dict.fromkeys(code for _slot, code in short.demands)
    return "、".join(_short_names(named))


def _short_names(codes: Collection[str]) -> list[str]:
    names = tasks.department_names()
    return [names[code].short_name for code in codes]
