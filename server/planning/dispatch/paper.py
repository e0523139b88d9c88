"""行政检查通知书 (W02) as data and as a PDF, one for each visit.

An official paper: in Chinese whatever the reader's language.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile

from flask import Response, current_app, render_template, send_file, url_for
from flask_babel import force_locale
from sqlalchemy import select

from server.accounts.model import Department
from server.documents import cache, figures, pdf
from server.infra.clock import now
from server.infra.db import db
from server.kernel.instants import chinese_date, local
from server.planning.dispatch import readiness, rules
from server.planning.dispatch.model import PriorNotice, Sending
from server.planning.draw.model import DrawnOfficer
from server.planning.frequency import queries as frequency
from server.planning.frequency.rules import Standing, standing
from server.planning.tasks import queries as tasks
from server.planning.tasks.rules import TaskSource
from server.registry.credit import policies
from server.registry.people.model import Expert
from server.visits import bundle
from server.visits.roster import owners

Json = dict[str, Any]

PRIOR, ON_SITE = "prior", "onsite"


@dataclass(frozen=True)
class Part:
    """One department's lines: its matters with what they rest on, and its officers."""

    department: Json
    matters: Sequence[tuple[str, Sequence[str]]]
    officers: Sequence[Json]


@dataclass(frozen=True)
class Notice:
    """All that stands in one notice."""

    sending: Sending
    prior: PriorNotice | None
    variant: str
    agency: str
    document: Json
    parts: Sequence[Part]
    experts: Sequence[Expert]
    standing: Standing
    methods: frozenset[str]

    @property
    def number(self) -> str:
        """Its number."""
        return self.sending.notice_number

    @property
    def on_site(self) -> bool:
        """Whether it is handed over on arrival."""
        return self.variant == ON_SITE

    @property
    def materials(self) -> list[str]:
        """What the enterprise is asked to have ready."""
        return rules.materials_of(self.prior.materials) if self.prior else []

    @property
    def category(self) -> str:
        """检查类别."""
        return "触发" if self.sending.task.source == TaskSource.CALL else "计划"

    @property
    def source(self) -> str:
        """What the visit rests on: of one that another was merged into, both."""
        return str(self.document["visit"]["task_source"])

    @property
    def code(self) -> str:
        """What its QR code says: number and digest, and nothing of a person."""
        said = f"{self.number}\n{self.sending.visit.bundle_digest}\n{self.variant}"
        return f"{self.number} {hashlib.sha256(said.encode()).hexdigest()[:16]}"


def sent(sending: Sending, variant: str) -> Response:
    """The notice of one visit."""
    (one,) = notices([sending], variant)
    path = _printed(one)
    name = f"notice-{sending.visit.number}.pdf"
    return send_file(path, mimetype="application/pdf", download_name=name, etag=path.stem, max_age=0)


def sent_together(sendings: Sequence[Sending], variant: str, name: str) -> Response:
    """Those of several visits, a file each."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_STORED) as archive:
        for one in notices(sendings, variant):
            enterprise = re.sub(r'[\\/:*?"<>|]', "_", one.document["enterprise"]["name"])
            archive.write(_printed(one), f"{one.number} {enterprise}.pdf")
    packed.seek(0)
    return send_file(packed, mimetype="application/zip", download_name=name, max_age=0)


def _printed(one: Notice) -> Path:
    with force_locale("zh_Hans_CN"):
        html = render_template(
            "dispatch/notice.html",
            one=one,
            qr=figures.qr_code,
            address=lambda code: url_for("door.page", code=code, _external=True),
            day=chinese_date,
            printed=chinese_date(local(now()).date()),
            halves={"am": "上午", "pm": "下午"},
            half_of=rules.half_of,
        )
    folder: Path = current_app.config["DATA_DIR"] / "documents"
    key = hashlib.sha256(html.encode()).hexdigest()
    return cache.kept(folder, key, lambda: pdf.render(html, {}))


def notices(sendings: Sequence[Sending], variant: str) -> list[Notice]:
    """What stands in the notices of some visits. An unannounced one is handed over on arrival only."""
    ids = [one.visit_id for one in sendings]
    prior = {
        one.visit_id: one
        for one in db.session.scalars(select(PriorNotice).where(PriorNotice.visit_id.in_(ids)))
    }
    agencies = readiness.names_of({one.task.lead for one in sendings})
    experts, standings = _experts(sendings), _standings(sendings)
    planned = tasks.planned_methods({one.task_id for one in sendings})
    return [
        _notice(
            one, prior.get(one.visit_id), variant, agencies, experts.get(one.subject_id or "", []),
            standings[one.visit_id], planned.get(one.task_id, ()),
        )
        for one in sendings
    ]  # fmt: skip


def _notice(
    sending: Sending,
    prior: PriorNotice | None,
    variant: str,
    agencies: dict[str, Department],
    experts: Sequence[Expert],
    found: Standing,
    planned: Sequence[str],
) -> Notice:
    document = bundle.load(sending.visit.bundle_digest)
    items = [one for one in document["checklist"]["items"] if not one.get("exempt")]
    return Notice(
        sending=sending,
        prior=prior,
        variant=ON_SITE if sending.unannounced else variant,
        agency=agencies[sending.task.lead].name,
        document=document,
        parts=[_part(one, items, document["team"]) for one in document["departments"]],
        experts=experts,
        standing=found,
        methods=frozenset(
            planned or (word for one in items for word in str(one.get("method", "")).split("、"))
        ),
    )


def _part(department: Json, items: Sequence[Json], team: Sequence[Json]) -> Part:
    matters: dict[str, dict[str, None]] = {}
    for one in items:
        if department["code"] not in owners(one):
            continue
        also = {other["department"]: other["matter"] for other in one.get("also", [])}
        name = one["matter"] if one["department"] == department["code"] else also[department["code"]]
        bases = [line.strip() for line in str(one.get("basis", "")).replace("\n", "；").split("；")]
        matters.setdefault(name, {}).update(dict.fromkeys(line for line in bases if line))
    officers = [one for one in team if one["department"] == department["code"] and one["certificate"]]
    return Part(department, [(name, list(bases)) for name, bases in matters.items()], officers)


def _experts(sendings: Sequence[Sending]) -> dict[str, list[Expert]]:
    """Experts by the drawn subject they go to."""
    subjects = [one.subject_id for one in sendings if one.subject_id]
    query = (
        select(DrawnOfficer.subject_id, Expert)
        .join(Expert, Expert.id == DrawnOfficer.expert_id)
        .where(DrawnOfficer.subject_id.in_(subjects), DrawnOfficer.state == readiness.IN)
    )
    found: dict[str, list[Expert]] = {}
    for subject, expert in db.session.execute(query):
        found.setdefault(subject, []).append(expert)
    return found


def _standings(sendings: Sequence[Sending]) -> dict[str, Standing]:
    """How often each enterprise was visited in the year, this visit among them."""
    if not sendings:
        return {}
    first = min(one.visit.date for one in sendings)
    policy = policies.in_force(local(now()).date())
    years = max(rate.years for rate in policy.rates.values())
    since = first.replace(year=first.year - years, month=1, day=1)
    visits = frequency.visits_since(since, {one.visit.enterprise_id for one in sendings})
    return {
        one.visit_id: standing(
            policy, one.visit.enterprise.risk_class, visits.get(one.visit.enterprise_id, []), one.visit.date
        )
        for one in sendings
    }
