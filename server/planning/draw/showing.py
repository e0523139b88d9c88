"""What the pages of a ceremony show, and how they follow it."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from server.accounts.naming import labels
from server.kernel.canonical import digest
from server.planning.draw import actions, queries, words
from server.planning.draw.course import EXPERTS, WAYS, DrawState, Writing
from server.planning.draw.model import Draw
from server.planning.tasks.model import Task


def latest(task: Task) -> Draw | None:
    """The task's present draw."""
    return next(iter(queries.draws_of(task.id)), None)


def ceremony(task: Task) -> dict[str, Any]:
    """The draw of a task as its pages show it."""
    draw = latest(task)
    names = called()
    return {
        "task": task,
        "draw": draw,
        "strata": strata(draw) if draw else [],
        "tickets": queries.tickets(draw) if draw and draw.state == DrawState.SETTLED else [],
        "drawn": sum(draw.quotas.values()) if draw else 0,
        "people": queries.names_of(_people(draw)) if draw else {},
        "late": draw is not None and actions.is_late(draw),
        "may_fall": draw is not None and actions.may_fall(draw),
        "way": WAYS[Writing(draw.writing)] if draw else None,
        "party_name": lambda party: words.PARTIES.get(party) or names.get(party, party),
        "departments": names,
        "words": words,
    }


def called() -> dict[str, str]:
    """The departments' names by code, and what experts are called."""
    return {**labels(), EXPERTS: str(_("Experts"))}


def strata(draw: Draw) -> list[tuple[str, int, int, int]]:
    """By class: how many there are, the ratio, how many are drawn."""
    return [
        (stratum, size, draw.ratios[stratum], draw.quotas[stratum]) for stratum, size in draw.sizes.items()
    ]


def tag(task: Task) -> str:
    """What the following parts' ETag is made of."""
    draw = latest(task)
    if draw is None:
        return digest([task.id, str(get_locale())])
    parties = [[one.party, bool(one.commitment), bool(one.secret), one.missing] for one in draw.parties]
    return digest(
        [draw.id, draw.state, draw.step, parties, actions.is_late(draw), draw.randomness, str(get_locale())]
    )


def followed(template: str, task: Task, **more: Any) -> ResponseReturnValue:
    """A part of a page, if it has changed since it was asked for last."""
    now_tag = tag(task)
    if request.if_none_match.contains(now_tag):
        response = Response(status=304)
    else:
        response = make_response(render_template(template, **ceremony(task), **more))
    response.set_etag(now_tag)
    return response


def _people(draw: Draw) -> list[str | None]:
    return [draw.frozen_by, draw.approved_by, draw.void_by, *(one.actor for one in draw.parties)]
