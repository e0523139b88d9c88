"""The page of a task, and how a refused form on it is shown again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from server.accounts.current import current_person
from server.catalogue.model import ChecklistVersion, Industry
from server.infra.clock import now
from server.infra.db import db, transaction
from server.kernel.problems import Problem
from server.planning.files.model import Attachment
from server.planning.tasks import panels, queries, rules, words
from server.planning.tasks.actions import is_closable
from server.planning.tasks.approvals import queries as approvals
from server.planning.tasks.approvals.rules import Asked
from server.planning.tasks.model import Task
from server.planning.tasks.rules import TaskSource, TaskState, Terms
from server.planning.tasks.talks import actions
from server.planning.tasks.talks import queries as talks
from server.planning.tasks.talks import words as talk_words
from server.web.fields import tidy

REASON_LENGTH = 500
REFUSALS = ("not-found", "not-allowed", "task-of-others")
"""Problems that are pages of their own; all others are said at the form."""


def task_page(task: Task, form: str = "", problem: Problem | None = None) -> str:
    """One task as the reader sees it; where a form was refused, with that form open as typed."""
    person = current_person()
    parts = queries.parts_of(task.id)
    talk, said = actions.talk_of(task, parts), talks.thread(task.id)
    leads = rules.may_lead(person.roles, person.department, task.lead)
    mine = {one.department: one for one in parts}.get(person.department or "")
    answers = mine is not None and mine.department != task.lead and mine.department in talk.active
    return render_template(
        "tasks/task.html",
        task=task,
        industry=db.session.get_one(Industry, task.industry),
        campaign=queries.campaign(task.campaign_id),
        paper=db.session.get(Attachment, task.attachment_id) if task.attachment_id else None,
        checklist=db.session.get(ChecklistVersion, task.checklist_id) if task.checklist_id else None,
        departments=queries.department_names(),
        parts=parts,
        talk=talk,
        terms=Terms.parse(task.terms) if task.terms else talk.terms,
        said=said,
        seen=said[0].turn.id if said else 0,
        counters=talks.counters(said, task.round),
        mine=mine,
        leads=leads,
        answers=answers and rules.speaks_for(person.roles, person.department, person.department or ""),
        notes=bool({"office", "head", "planner", "liaison"} & person.roles),
        approves_single="office" in person.roles
        and task.source == TaskSource.SINGLE
        and task.approved_at is None
        and task.state == TaskState.TALKS,
        closable=leads and is_closable(person, task),
        approvals=approvals.approvals_of(task.id),
        opens=lambda one: approvals.may_read(person, one, task),
        refused=approvals.refusals(task.id),
        asked=lambda one: Asked(one.department, one.state, one.urgent, one.due_at),
        now=now(),
        panels=panels.panels_of(task, person),
        history=queries.history(task.id),
        words=words,
        talk_words=talk_words,
        form=form,
        problem=problem,
        message=problem.detail(str(get_locale())) if problem else None,
    )


def done(task_id: str, form: str, deed: Callable[[], Any]) -> ResponseReturnValue:
    """Do it and show the task; a form that could not be taken is shown again with what was typed."""
    try:
        with transaction():
            deed()
    except Problem as problem:
        if problem.code in REFUSALS:
            raise
        task = queries.task_of(current_person(), task_id)
        return task_page(task, form, problem), problem.status
    return redirect(url_for("tasks.show", task_id=task_id, _anchor="talks"), 303)


def reason_typed() -> str:
    """The reason of a small form; `reason-needed` without one."""
    reason = tidy(request.form.get("reason"))
    if not 1 <= len(reason) <= REASON_LENGTH:
        raise Problem("reason-needed", field="reason", length=REASON_LENGTH)
    return reason
