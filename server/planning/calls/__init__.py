"""牵头吹哨、部门报到: unplanned joint checks, counted apart from planned ones."""

from collections.abc import Iterator

from flask import Flask, url_for
from flask_babel import gettext, lazy_gettext

from server.accounts.model import Person
from server.infra.clock import now
from server.planning.calls import jobs, model, queries, views, words
from server.planning.tasks import words as task_words
from server.web import nav, waiting
from server.web.waiting import Waiting

__all__ = ["init", "jobs", "model"]


def init(app: Flask) -> None:
    """Wire the room."""
    task_words.DEEDS.update(words.DEEDS)
    app.register_blueprint(views.blueprint)
    nav.register(app, nav.NavItem(lazy_gettext("Calls"), "speakerphone", "calls.index", order=18))
    waiting.register(app, _waiting)


def _waiting(person: Person) -> Iterator[Waiting]:
    """Calls to answer, and own calls whose team may be sent."""
    if person.department is None or not {"liaison", "planner"} & person.roles:
        return
    due = queries.to_answer(person.department)
    late = [one for one in due if one < now()]
    if due:
        yield Waiting(
            gettext("Calls to answer"), len(due), url_for("calls.index", state="late" if late else "open"),
            due=views.when(due[0]), overdue=bool(late),
        )  # fmt: skip
    ready = queries.to_send(person.department)
    if ready:
        yield Waiting(gettext("Calls whose team can be sent"), ready, url_for("calls.index", state="ready"))
