"""Dispatch: visits out of drawn subjects, their notices, the code at the door, changes."""

from flask import Flask

from server.planning.dispatch import (
    approvals,
    changes,
    following,
    jobs,
    model,
    notice_views,
    panel,
    public_views,
    views,
    waiting,
    words,
)
from server.planning.draw import ports as draw_ports
from server.planning.draw import signals as draw_signals
from server.planning.tasks import panels as task_panels
from server.planning.tasks import ports as task_ports
from server.planning.tasks import words as task_words
from server.planning.tasks.signals import approval_decided
from server.visits import panels as visit_panels
from server.visits import ports as visit_ports
from server.visits import words as visit_words
from server.visits.signals import visit_changed
from server.web import waiting as home

__all__ = ["init", "jobs", "model"]


def init(app: Flask) -> None:
    """Wire the room."""
    visit_words.DEEDS.update(words.VISIT_DEEDS)
    task_words.DEEDS.update(words.TASK_DEEDS)
    app.register_blueprint(views.blueprint)
    app.register_blueprint(notice_views.blueprint)
    app.register_blueprint(public_views.blueprint)
    task_panels.register(app, panel.on_task, order=60)
    visit_panels.register(app, panel.on_visit)
    visit_changed.connect(changes.note)
    draw_signals.officer_replaced.connect(following.replace_officer)
    draw_signals.subject_replaced.connect(following.replace_subject)
    draw_ports.visits_over = following.visits_over
    draw_ports.present_visits = following.present_visits
    task_ports.is_dispatched = following.is_dispatched
    visit_ports.substitutes_at = following.substitutes_at
    approval_decided.connect(approvals.refresh)
    home.register(app, waiting.source)
