"""The 行政检查审批表 (W01) on paper: as HTML, then as a PDF kept by what it says."""

from __future__ import annotations

import hashlib

from flask import Response, current_app, render_template, send_file
from flask_babel import force_locale

from server.accounts.model import Department, Person
from server.catalogue.model import Industry
from server.documents import cache, figures, pdf
from server.infra.db import db
from server.kernel import instants
from server.planning.tasks import words
from server.planning.tasks.approvals.facts import Facts
from server.planning.tasks.model import Approval
from server.planning.tasks.talks import words as talk_words


def sent(approval: Approval, facts: Facts) -> Response:
    """The PDF as an answer."""
    html = page(approval, facts)
    folder = current_app.config["DATA_DIR"] / "documents"
    path = cache.kept(folder, hashlib.sha256(html.encode()).hexdigest(), lambda: pdf.render(html, {}))
    name = f"W01-{facts.task.number}-{approval.department}.pdf"
    return send_file(path, mimetype="application/pdf", download_name=name, etag=path.stem, max_age=0)


def page(approval: Approval, facts: Facts) -> str:
    """The form as HTML. It is in Chinese whatever the reader's language: it is an official paper."""
    with force_locale("zh_Hans_CN"):
        return render_template(
            "tasks/approval_paper.html",
            approval=approval,
            facts=facts,
            task=facts.task,
            industry=db.session.get_one(Industry, facts.task.industry),
            agency=db.session.get_one(Department, approval.department),
            lead=db.session.get_one(Department, facts.task.lead),
            asked_by=_person(approval.asked_by),
            decided_by=_person(approval.decided_by),
            code=f"LIANCHA/W01 {facts.task.number} {approval.department}",
            qr=figures.qr_code,
            when=instants.chinese_instant,
            day=instants.chinese_date,
            words=words,
            talk_words=talk_words,
        )


def _person(person_id: str | None) -> Person | None:
    return db.session.get(Person, person_id) if person_id else None
