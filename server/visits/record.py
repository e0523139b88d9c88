"""The joint inspection record (现场检查记录) as data: what R-606 wants on paper, taken from one folded state.

Pure, so the same entries make the same paper for ever; what arrives after a sign-off is not in its state.
The layout follows paper-forms §3 (record), §2 (unified checklist) and §5 (evidence list).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from server.kernel import instants
from server.visits.findings import Case, Exhibit, Json, Row, Section, in_time, sections, standing

VOID = frozenset({"unknown-kind", "bad-body", "quarantined", "wrong-author", "not-lead"})
"""Problems of the fold with which an entry of the visit's own register has no effect."""


@dataclass(frozen=True)
class Seal:
    """What fixes a record: the sign-off, and the server's chain where the sealed set was complete."""

    signed_by: str
    signed_at: str
    sign_off: str
    position: int
    chain: str
    journal_digest: str
    entries: int

    def code(self, number: str) -> str:
        """What the QR code says; upper case, so that it fits the denser alphanumeric form."""
        return f"LIANCHA/1 {number} {self.position} {self.chain} {self.journal_digest}".upper()


@dataclass(frozen=True)
class Officer:
    """A line of the table of officers."""

    name: str
    certificate: str
    department: str
    lead: bool
    took_part: bool


@dataclass(frozen=True)
class Step:
    """A compulsory step as one department took it: when, and what was said."""

    department: str
    at: str
    officers: list[Officer]
    requested: bool | None = None
    of: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Absence:
    department: str
    reason: str
    text: str


@dataclass(frozen=True)
class Abort:
    code: str
    text: str
    at: str
    author: str


@dataclass(frozen=True)
class Signature:
    """A signature, or the refusal that stands in its place."""

    hash: str
    role: str
    scope: str
    name: str
    post: str
    at: str
    method: str
    drawing: Json | None
    page: str
    refusal: Json | None
    officers: list[str]
    video: str
    outdated: list[str]
    valid: bool


@dataclass(frozen=True)
class Record:
    """All that is printed, in the order it is printed."""

    number: str
    draft: bool
    sample: bool
    agencies: list[str]
    enterprise: Json
    visit: Json
    checklist: Json
    exemption: Json | None
    started: str
    ended: str
    abort: Abort | None
    absences: list[Absence]
    officers: list[Officer]
    parties: list[Json]
    identity: list[Step]
    rights: list[Step]
    recusal: list[Step]
    scene: list[Json]
    sections: list[Section]
    problems: list[Row]
    statements: list[Json]
    measures: list[dict[str, Any]]
    corrected: list[dict[str, Any]]
    served: list[Json]
    takeovers: list[dict[str, Any]]
    substitutions: list[dict[str, Any]]
    transcribed: list[dict[str, Any]]
    supplements: list[Json]
    clues: int
    signatures: list[Signature]
    exhibits: list[Exhibit]
    awaited: int
    seal: Seal | None
    blockers: list[Json]

    def signed_for(self, department: str) -> list[Signature]:
        """Signatures under one department's own section (R-611)."""
        return [one for one in self.signatures if one.scope == department]

    @property
    def signed_for_all(self) -> list[Signature]:
        return [one for one in self.signatures if one.scope == "visit"]

    @property
    def party_signature(self) -> Signature | None:
        """The party's hand for the foot of each page: of the whole visit if there is one."""
        own = [one for one in self.signatures if one.role == "party" and one.valid]
        return min(own, key=lambda one: (one.scope != "visit", one.at), default=None)

    @property
    def items(self) -> int:
        """How many items the departments present had to look at."""
        return sum(len(section.rows) for section in self.present)

    @property
    def clean(self) -> bool:
        """Whether the record may say that no problem was found: it is complete, and there is none."""
        return not (self.draft or self.abort or self.problems)

    @property
    def pending(self) -> bool:
        """Whether a matter waits for what comes after the visit (R8)."""
        return any(result == "R8" for section in self.sections for result in section.results.values())

    @property
    def present(self) -> list[Section]:
        return [section for section in self.sections if section.present]


def record(case: Case, seal: Seal | None) -> Record:
    """The record of a sealed state, or a draft of a state that is not sealed."""
    visit = case.bundle["visit"]
    found = sections(case, case.body(seal.sign_off).get("results") if seal else None)
    present = [section for section in found if section.present]
    return Record(
        number=visit["number"],
        draft=seal is None,
        sample=bool(case.bundle["checklist"].get("sample")),
        agencies=[section.department["name"] for section in present or found],
        enterprise=case.bundle["enterprise"],
        visit=visit,
        checklist=case.bundle["checklist"],
        exemption=case.bundle.get("exemption") if case.exempts else None,
        started=_first(case, "arrived", found),
        ended=_last(case, "left", found),
        abort=_abort(case),
        absences=_absences(case, found),
        officers=_officers(case, found),
        parties=_each_once(standing(case, "parties"), "name", "post", "authority"),
        identity=_steps(case, "identity", present),
        rights=_steps(case, "rights", present),
        recusal=_steps(case, "recusal", present),
        scene=_scene(case),
        sections=found,
        problems=[row for section in present for row in section.failed],
        statements=standing(case, "statements"),
        measures=_with_numbers(case, standing(case, "measures")),
        corrected=_with_numbers(case, standing(case, "corrected")),
        served=standing(case, "served"),
        takeovers=_with_names(case, standing(case, "takeovers")),
        substitutions=_with_names(case, standing(case, "substitutions")),
        transcribed=_with_names(case, standing(case, "transcribed")),
        supplements=standing(case, "supplements"),
        clues=len(standing(case, "clues")),
        signatures=signatures(case),
        exhibits=case.exhibits,
        awaited=sum(exhibit.awaited for exhibit in case.exhibits),
        seal=seal,
        blockers=case.state["blockers"],
    )


def signatures(case: Case) -> list[Signature]:
    """Signatures in the order they were given; one made again by the same person replaces the outdated."""
    made = [_signature(case, one) for one in in_time(case.state["signatures"])]
    fresh = {(one.role, one.scope, one.name) for one in made if not one.outdated}
    return [one for one in made if not one.outdated or (one.role, one.scope, one.name) not in fresh]


def _signature(case: Case, one: Json) -> Signature:
    refusal = one.get("refusal")
    return Signature(
        hash=one["hash"],
        role=one["role"],
        scope=one["scope"],
        name=one["name"],
        post=one.get("post") or "",
        at=one["at"],
        method=one["method"],
        drawing=one.get("drawing"),
        page=_page(case, one.get("page")),
        refusal=refusal,
        officers=[case.name(person) for person in (refusal or {}).get("officers", [])],
        video=case.exhibit_numbers.get((refusal or {}).get("video") or "", ""),
        outdated=[case.department_names.get(code, code) for code in one["outdated"]],
        valid=one["valid"],
    )


def _page(case: Case, entry_hash: str | None) -> str:
    """The number of the photographed page a paper signature is on."""
    return case.exhibit_numbers.get(case.body(entry_hash or "").get("sha256", ""), "")


def _abort(case: Case) -> Abort | None:
    """The abort in force: the last of those that count and were not taken back by a reopening."""
    counting = [entry for entry in case.entries.values() if entry["hash"] not in _without_effect(case)]
    gone = {
        old for entry in counting if entry["kind"] == "visit.reopened" for old in entry["body"]["replaces"]
    }
    last = max(
        (one for one in counting if one["kind"] == "visit.aborted" and one["hash"] not in gone),
        key=lambda one: (instants.in_order(one["at"]), one["hash"]),
        default=None,
    )
    if last is None:
        return None
    return Abort(last["body"]["code"], last["body"]["text"], last["at"], case.name(last["author"]))


def _without_effect(case: Case) -> set[str]:
    """Entries that do not fit, were held back, or whose author had no right to them."""
    return {one["hash"] for one in case.state["problems"] if one["problem"] in VOID}


def _absences(case: Case, found: Iterable[Section]) -> list[Absence]:
    return [
        Absence(section.department["name"], section.state["reason"] or "", _absence_text(case, section))
        for section in found
        if not section.present
    ]


def _absence_text(case: Case, section: Section) -> str:
    return " ".join(filter(None, (case.body(head).get("text") for head in section.state["heads"])))


def _officers(case: Case, found: Iterable[Section]) -> list[Officer]:
    """Certified members and substitutes, by department; who is absent with the department is not named."""
    present = {section.code: section.state["officers"] for section in found if section.present}
    people = [
        (member["department"], member["person"], member["name"], member["certificate"], bool(member["lead"]))
        for member in case.bundle["team"]
        if member["certificate"]
    ] + [
        (one["department"], one["person"], one["name"], one["certificate"], False)
        for one in case.state["lists"]["substitutions"]
    ]
    order = list(present)
    known: dict[str, tuple[int, Officer]] = {}
    for department, person, name, certificate, lead in people:
        if department in present and person not in known:
            took_part = person in present[department]
            officer = Officer(name, certificate, case.department_names[department], lead, took_part)
            known[person] = (order.index(department), officer)
    return [officer for _, officer in sorted(known.values(), key=lambda pair: (pair[0], not pair[1].lead))]


def _steps(case: Case, step: str, present: Iterable[Section]) -> list[Step]:
    return [_step(case, section, entry) for section in present for entry in _by_time(case, section, step)[:1]]


def _step(case: Case, section: Section, entry: Json) -> Step:
    body = entry["body"]
    shown = [
        Officer(case.name(one["person"]), one["certificate"], section.department["name"], False, True)
        for one in body.get("officers", [])
    ]
    return Step(
        section.department["name"],
        entry["at"],
        shown,
        body.get("requested"),
        case.name(body.get("of")) if body.get("of") else "",
        body.get("reason") or "",
    )


def _by_time(case: Case, section: Section, step: str) -> list[Json]:
    return in_time(case.entries[one] for one in section.state["steps"][step] if one in case.entries)


def _first(case: Case, step: str, found: Iterable[Section]) -> str:
    return min(_times(case, step, found), key=instants.in_order, default="")


def _last(case: Case, step: str, found: Iterable[Section]) -> str:
    return max(_times(case, step, found), key=instants.in_order, default="")


def _times(case: Case, step: str, found: Iterable[Section]) -> list[str]:
    return [entry["at"] for section in found for entry in _by_time(case, section, step)]


def _scene(case: Case) -> list[Json]:
    """Facts told in words beside the checklist, numbered in the order they happened."""
    names = ("notes", "samples", "inquiries", "surveys", "opinions")
    return in_time(
        {**one, "list": name, "photos": _numbers(case, one)} for name in names for one in standing(case, name)
    )


def _numbers(case: Case, one: Json) -> list[str]:
    """The numbers of the evidence an entry names."""
    return [case.exhibit_numbers[name] for name in one.get("evidence") or [] if name in case.exhibit_numbers]


def _with_numbers(case: Case, elements: Iterable[Json]) -> list[dict[str, Any]]:
    return [
        {
            **one,
            "number": case.item_numbers.get(one["item"]),
            "matter": case.items.get(one["item"], {}).get("matter", ""),
            "department_name": case.department_names.get(one.get("department") or "", ""),
            "photos": _numbers(case, one),
        }
        for one in elements
    ]


def _with_names(case: Case, elements: Iterable[Json]) -> list[dict[str, Any]]:
    """Changes of people and pages typed in, with names for people and departments, and the page's number."""
    return [
        {
            **one,
            "who": case.name(one["author"]),
            "other": case.name(one.get("replaces_person")),
            "department_name": case.department_names.get(one.get("department") or "", ""),
            "page": case.exhibit_numbers.get(one.get("of") or "", ""),
        }
        for one in elements
    ]


def _each_once(elements: Iterable[Json], *keys: str) -> list[Json]:
    """Every department records who is present; the same person is printed once."""
    return list({tuple(one.get(key) for key in keys): one for one in elements}.values())
