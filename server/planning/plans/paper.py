"""The county's plan on paper (年度计划公示表): as HTML, then as a PDF kept by all that it shows."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Response, current_app, render_template, send_file, url_for
from flask_babel import force_locale

from server.documents import cache, figures, pdf
from server.planning.plans import documents
from server.planning.plans.model import CountyPlan


def sent(plan: CountyPlan) -> Response:
    """The PDF as an answer."""
    html = page(plan)
    key = hashlib.sha256(html.encode()).hexdigest()
    path = cache.kept(_folder(), key, lambda: pdf.render(html, {}))
    name = f"plan-{plan.year}-{plan.version}.pdf"
    return send_file(path, mimetype="application/pdf", download_name=name, etag=path.stem, max_age=0)


def page(plan: CountyPlan) -> str:
    """The plan as HTML, in Chinese whatever the reader's language: it is what the county issues."""
    names = plan.document["departments"]
    with force_locale("zh_Hans_CN"):
        return render_template(
            "plans/paper.html",
            plan=plan,
            rows=[(row, documents.facts(row, names)) for row in plan.document["rows"]],
            schemes={names[code]: text for code, text in plan.document["schemes"].items()},
            totals=documents.totals(plan.document),
            sources=documents.SOURCES,
            address=url_for("county_plans.version", year=plan.year, version=plan.version, _external=True),
            qr=figures.qr_code,
        )


def _folder() -> Path:
    folder: Path = current_app.config["DATA_DIR"] / "documents"
    return folder
