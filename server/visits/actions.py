"""The deeds around the journal: take in what phones push, and admit what was held back.

`examine` is arithmetic and belongs before the transaction; the others are to be called inside one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import delete, insert, select

from server.accounts.model import Device, Person
from server.accounts.nonces import nonce_issued_at
from server.infra.audit import record
from server.infra.clock import now
from server.infra.db import after_commit, db
from server.kernel.canonical import canonical_of_plain, sha256_hex
from server.kernel.ids import is_uuid
from server.visits import bundle, journal, rules, signals
from server.visits.admission import (
    Candidate,
    Held,
    Refusal,
    Sorting,
    Standing,
    Verdict,
    sort_out,
    standing_of,
)
from server.visits.entry import is_hash, problem_of_form, problem_of_seal
from server.visits.model import Aside, Entry, LostEntry, Visit
from server.visits.roster import Member, Roster, read_bundle, read_team

Json = dict[str, Any]

ADDED_BY_SERVER = "position"
"""A member phones get with an entry and may send back; it is no part of what was hashed."""


def examine(visit_id: str, raws: Sequence[Any], offered: Iterable[Json] = ()) -> list[Candidate]:
    """What of a batch is genuine: form, hash, and the signature of all that is not held already.

    `offered` holds the public keys of enrolments the server has not met: `{"id", "public_key"}`.
    """
    formed = [_formed(visit_id, index, raw) for index, raw in enumerate(raws)]
    entries = [one.entry for one in formed if one.entry]
    held = set(
        db.session.scalars(select(Entry.hash).where(Entry.hash.in_({entry["hash"] for entry in entries})))
    )
    devices = _devices({entry["device"] for entry in entries})
    keys = {one["id"]: one["public_key"] for one in offered}
    return [
        one
        if not one.entry or one.entry["hash"] in held
        else _sealed(one, devices.get(one.entry["device"]), keys)
        for one in formed
    ]


def push_entries(
    carrier: Person, visit_id: str, candidates: Sequence[Candidate], lost: Sequence[Json] = ()
) -> Json:
    """Take in a batch that `carrier` brings, and answer for every element of it."""
    visit = journal.lock_visit(visit_id)
    held = journal.held(visit.id)
    for one in _newly_lost(lost, held):
        held.lose(*one)
        db.session.add(_lost_row(visit, carrier, *one))
    devices = _devices({one.entry["device"] for one in candidates if one.entry})
    candidates = [_met_since(one, held, devices) for one in candidates]
    sorting = sort_out(candidates, held, _judge(visit, candidates, devices))
    db.session.flush()
    _keep(visit, carrier, sorting)
    _keep_aside(visit, carrier, sorting.refused)
    _find_again(visit, held.lost, sorting)
    if sorting.kept or lost:
        journal.project(visit)
    _tell(visit, carrier, sorting)
    return _answer(visit, sorting)


def admit_chain(actor: str | None, visit_id: str, device_id: str, reason: str) -> int:
    """The office lets what one device's entries say count, with a reason.

    Gives back how many were admitted.
    """
    visit = journal.lock_visit(visit_id)
    waiting = [
        one for one in _waiting(visit, device_id) if one.reason not in ("device-unknown", "bad-signature")
    ]
    for entry in waiting:
        entry.standing, entry.reason = Standing.ACCEPTED, None
        entry.admitted_at, entry.admitted_by, entry.admit_reason = now(), actor, reason
    _count(visit, waiting)
    record(
        actor,
        "chain-admitted",
        visit.id,
        device=device_id,
        reason=reason,
        entries=[one.hash for one in waiting],
    )
    return len(waiting)


def recognise_device(device: Device) -> None:
    """Judge afresh what was provisional because its device was not enrolled yet: now its key is known."""
    visits = db.session.scalars(
        select(Entry.visit_id)
        .where(Entry.device_id == device.id, Entry.reason == "device-unknown")
        .distinct()
    ).all()
    for visit_id in sorted(visits):
        _recognise(journal.lock_visit(visit_id), device)


# Examining


def _formed(visit_id: str, index: int, raw: Any) -> Candidate:
    entry = (
        {name: value for name, value in raw.items() if name != ADDED_BY_SERVER}
        if isinstance(raw, dict)
        else raw
    )
    problem = problem_of_form(entry)
    if problem is None and entry["visit"] != visit_id:
        problem = "malformed"
    return Candidate(index, raw, problem=problem) if problem else Candidate(index, raw, entry=entry)


def _sealed(one: Candidate, device: Device | None, offered: dict[str, Json]) -> Candidate:
    """The candidate with its signature checked, as far as a key is known."""
    entry = one.entry
    key = json.loads(device.public_key) if device else offered.get(entry["device"])
    forged = device is not None and device.person_id != entry["author"]
    problem = "bad-signature" if forged else key and problem_of_seal(entry, key)
    if problem:
        return Candidate(one.index, one.raw, problem=problem)
    document = one.document or canonical_of_plain(entry).decode()
    return Candidate(one.index, one.raw, entry=entry, document=document, verified=device is not None)


def _met_since(one: Candidate, held: Held, devices: dict[str, Device]) -> Candidate:
    """The candidate examined with the key of a device that was enrolled between examination and lock."""
    device = devices.get(one.entry["device"]) if one.entry and not one.verified else None
    return one if device is None or one.entry["hash"] in held.places else _sealed(one, device, {})


def _devices(ids: set[str]) -> dict[str, Device]:
    return {device.id: device for device in db.session.scalars(select(Device).where(Device.id.in_(ids)))}


# Judging


def _judge(
    visit: Visit, candidates: Sequence[Candidate], devices: dict[str, Device]
) -> Callable[[Candidate], Verdict]:
    """How a genuine entry of this visit stands: by its enrolment, and by its author's right."""
    roster = read_bundle(bundle.load(visit.bundle_digest))
    members = read_team(_members(visit))
    revoked = {device.id for device in devices.values() if device.revoked_at}
    believed = [one.entry for one in candidates if one.verified and one.entry["device"] not in revoked]
    substitutes: dict[str, Member] | None = None
    confirmed: dict[str, Member] = {}

    def judge(one: Candidate) -> Verdict:
        nonlocal substitutes, confirmed
        allowed = rules.may_write(roster, one.entry, members)
        if not allowed and substitutes is None:
            substitutes = _substitutes(visit, roster, members, believed)
            confirmed = _confirmed(visit, substitutes)
        allowed = allowed or rules.may_write(roster, one.entry, confirmed)
        return standing_of(
            enrolled=one.verified,
            revoked=one.entry["device"] in revoked,
            allowed=allowed,
            member=one.entry["author"] in members,
            substitute=one.entry["author"] in (substitutes or {}),
        )

    return judge


def _members(visit: Visit) -> list[Json]:
    """Everyone who is or was on the team, as the rules want them."""
    return [
        {"person": one.person_id, "department": one.department, "lead": one.lead, "deputy": one.deputy}
        for one in visit.members
    ]


def _substitutes(
    visit: Visit, roster: Roster, members: dict[str, Member], entries: Iterable[Json]
) -> dict[str, Member]:
    """The people named as substitutes by somebody who may, each with the departments they were named for."""
    stored = db.session.scalars(
        select(Entry.document).where(
            Entry.visit_id == visit.id,
            Entry.kind == "officer.substituted",
            Entry.standing == Standing.ACCEPTED,
        )
    )
    pushed = [
        one
        for one in entries
        if one["kind"] == "officer.substituted" and rules.may_write(roster, one, members)
    ]
    named = [one["body"] for one in [*map(json.loads, stored), *pushed]]
    return read_team({"person": body.get("person"), "department": body.get("department")} for body in named)


def _confirmed(visit: Visit, substitutes: dict[str, Member]) -> dict[str, Member]:
    """Those substitutes of whom the office has admitted something: it need not be asked again."""
    if not substitutes:
        return {}
    admitted = db.session.scalars(
        select(Entry.author).where(
            Entry.visit_id == visit.id, Entry.author.in_(substitutes), Entry.admit_reason.is_not(None)
        )
    )
    return {author: substitutes[author] for author in admitted}


# Writing down


def _newly_lost(lost: Iterable[Json], held: Held) -> list[tuple[str, int, str]]:
    """The places named lost that are not known to be, nor filled by the very entry."""
    named = {(one["device"], one["seq"], one.get("hash") or "") for one in lost}
    return sorted(one for one in named if one not in held.lost and one[2] not in held.places)


def _lost_row(visit: Visit, carrier: Person, device: str, seq: int, entry_hash: str) -> LostEntry:
    return LostEntry(
        visit_id=visit.id,
        device_id=device,
        seq=seq,
        hash=entry_hash,
        declared_at=now(),
        declared_by=carrier.id,
    )


def _keep(visit: Visit, carrier: Person, sorting: Sorting) -> None:
    """Write the kept entries into the journal."""
    former = {member.person_id for member in visit.members if member.left_at}
    received, issued = now(), cache(nonce_issued_at)  # a batch has few nonces
    journal.append(
        visit,
        [
            _row(one, verdict)
            | {
                "nonce_issued_at": issued(one.entry.get("nonce") or ""),
                "visit_id": visit.id,
                "received_at": received,
                "carried_by": carrier.id,
                "received_after": _after(visit, one.entry["author"] in former),
            }
            for one, verdict in sorting.kept
        ],
    )


def _find_again(visit: Visit, lost: set[tuple[str, int, str]], sorting: Sorting) -> None:
    """What was named lost and came after all is lost no more."""
    places = {
        (one.entry["device"], one.entry["seq"], name)
        for one, _ in sorting.kept
        for name in (one.entry["hash"], "")
    }
    for device, seq, entry_hash in places & lost:
        db.session.execute(
            delete(LostEntry).where(
                LostEntry.visit_id == visit.id,
                LostEntry.device_id == device,
                LostEntry.seq == seq,
                LostEntry.hash == entry_hash,
            )
        )


def _row(one: Candidate, verdict: Verdict) -> Json:
    entry, (standing, reason) = one.entry, verdict
    return {
        "hash": entry["hash"],
        "device_id": entry["device"],
        "seq": entry["seq"],
        "entry_id": entry["id"],
        "prev": entry["prev"],
        "kind": entry["kind"],
        "author": entry["author"],
        "document": one.document,
        "standing": standing,
        "reason": reason,
        "position": None,
        "chain": None,
    }


def _after(visit: Visit, author_left: bool) -> str | None:
    """What had already happened when this came in; the record says so."""
    if author_left:
        return "left"
    if visit.cancelled_at:
        return "cancelled"
    return "signed" if visit.sealed else None


def _keep_aside(visit: Visit, carrier: Person, refused: Iterable[Refusal]) -> None:
    """Keep what is not genuine for the office, once."""
    found = {}
    for one in refused:
        if one.problem != "seq-gap":
            content = json.dumps(one.candidate.raw, sort_keys=True, separators=(",", ":")).encode()
            found[sha256_hex(content)] = {"problem": one.problem, "bytes": content}
    named = select(Aside.digest).where(Aside.visit_id == visit.id, Aside.digest.in_(found))
    known = set(db.session.scalars(named)) if found else set()
    receipt = {"visit_id": visit.id, "received_at": now(), "carried_by": carrier.id}
    rows = [{"digest": digest, **receipt, **what} for digest, what in found.items() if digest not in known]
    if rows:
        db.session.execute(insert(Aside), rows)


def _record_takeovers(visit: Visit, entries: Iterable[Json]) -> None:
    """A deputy leads from now on: a change of the team that nobody at the office made."""
    for entry in entries:
        if entry["kind"] == "lead.taken-over":
            reason = str(entry["body"].get("reason") or "")
            record(entry["author"], "lead-taken-over", visit.id, reason=reason)


def _tell(visit: Visit, carrier: Person, sorting: Sorting) -> None:
    """Record what did not count and who leads now, and let the rooms above know that the journal grew."""
    held_back = [one.entry["hash"] for one, verdict in sorting.kept if verdict[0] != Standing.ACCEPTED]
    if held_back:
        record(carrier.id, "entries-held-back", visit.id, entries=held_back)
    accepted = (one.entry for one, verdict in sorting.kept if verdict[0] == Standing.ACCEPTED)
    _record_takeovers(visit, accepted)
    if len(held_back) < len(sorting.kept):
        _announce_growth(visit)


def _announce_growth(visit: Visit) -> None:
    visit_id, position = visit.id, visit.position
    after_commit(lambda: signals.journal_grew.send(visit_id, position=position))


def _answer(visit: Visit, sorting: Sorting) -> Json:
    """The answer of DESIGN §4: every element of the batch is in one of the two lists."""
    placed = [(one, verdict) for one, verdict in [*sorting.kept, *sorting.again]]
    accepted = {
        one.index: one.entry["hash"] for one, (standing, _) in placed if standing == Standing.ACCEPTED
    }
    held_back = [
        _claims(one) | {"problem": str(standing), "reason": reason}
        for one, (standing, reason) in placed
        if standing != Standing.ACCEPTED
    ]
    refused = [
        _claims(one.candidate)
        | {"problem": one.problem}
        | ({"resend_from": one.resend_from} if one.resend_from else {})
        for one in sorting.refused
    ]
    return {
        "accepted": list(dict.fromkeys(accepted[index] for index in sorted(accepted))),
        "rejected": sorted([*held_back, *refused], key=lambda one: one["index"]),
        "head": visit.position,
        "journal_digest": visit.journal_digest,
    }


def _claims(one: Candidate) -> Json:
    """By what a phone recognises the entry it sent: its place in the batch, and the hash and id it bears."""
    raw = one.raw if isinstance(one.raw, dict) else {}
    return {
        "index": one.index,
        "hash": raw.get("hash") if is_hash(raw.get("hash")) else None,
        "id": raw.get("id") if is_uuid(raw.get("id")) else None,
    }


# Admitting


def _waiting(visit: Visit, device_id: str) -> Sequence[Entry]:
    return db.session.scalars(
        select(Entry)
        .where(Entry.visit_id == visit.id, Entry.device_id == device_id, Entry.standing != Standing.ACCEPTED)
        .order_by(Entry.seq, Entry.hash)
    ).all()


def _recognise(visit: Visit, device: Device) -> None:
    waiting = [one for one in _waiting(visit, device.id) if one.reason == "device-unknown"]
    candidates = [_sealed(Candidate(0, None, entry=json.loads(one.document)), device, {}) for one in waiting]
    judge = _judge(visit, candidates, {device.id: device})
    for entry, candidate in zip(waiting, candidates, strict=True):
        forged = candidate.problem is not None
        entry.standing, entry.reason = (
            (Standing.QUARANTINED, candidate.problem) if forged else judge(candidate)
        )
        if entry.standing == Standing.ACCEPTED:
            entry.admitted_at, entry.admitted_by = now(), device.person_id
    _count(visit, [entry for entry in waiting if entry.standing == Standing.ACCEPTED])
    record(device.person_id, "device-recognised", visit.id, device=device.id)


def _count(visit: Visit, entries: Sequence[Entry]) -> None:
    """From now on these count: they take their positions, and the projections follow."""
    journal.admit(visit, entries)
    _record_takeovers(visit, (json.loads(one.document) for one in entries))
    db.session.flush()
    journal.project(visit)
    if entries:
        _announce_growth(visit)
