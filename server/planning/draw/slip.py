"""The confirmation of a draw (抽取结果确认单, W20) on paper: in Chinese, whatever the reader's language."""

from __future__ import annotations

import hashlib

from flask import Response, current_app, render_template, send_file, url_for
from flask_babel import force_locale

from server.catalogue.model import ChecklistVersion, Industry
from server.documents import cache, figures, pdf
from server.infra.db import db
from server.kernel import instants
from server.planning.draw import ceremony, queries, showing, words
from server.planning.draw.freezing import agreed, department_names
from server.planning.draw.model import Draw
from server.planning.tasks.model import Task


def sent(draw: Draw, task: Task) -> Response:
    """The PDF as an answer, made once for the same words."""
    html = page(draw, task)
    key = hashlib.sha256(html.encode()).hexdigest()
    folder = current_app.config["DATA_DIR"] / "documents"
    path = cache.kept(folder, key, lambda: pdf.render(html, {}))
    return send_file(
        path, "application/pdf", download_name=f"{task.number}-W20.pdf", etag=path.stem, max_age=0
    )


def page(draw: Draw, task: Task) -> str:
    """The paper as HTML."""
    checklist = db.session.get(ChecklistVersion, task.checklist_id) if task.checklist_id else None
    names = department_names()
    with force_locale("zh_Hans_CN"):
        return render_template(
            "draw/slip.html",
            draw=draw,
            task=task,
            terms=agreed(task),
            industry=db.session.get_one(Industry, task.industry).name,
            checklist=checklist.version if checklist else "",
            strata=showing.strata(draw),
            lines=queries.lines_of(task.id, limit=None),
            replaced=queries.replaced_of(task.id),
            people=queries.names_of([draw.frozen_by, draw.approved_by, *(one.actor for one in draw.parties)]),
            party_name=lambda party: words.PARTIES.get(party) or names.get(party, party),
            departments=names,
            format=ceremony.FORMAT,
            address=url_for("draws.show", draw_id=draw.id, _external=True),
            qr=figures.qr_code,
            when=instants.chinese_instant,
            words=words,
        )
