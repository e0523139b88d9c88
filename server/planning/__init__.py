"""From the annual plan to a dispatched visit: plans, negotiation, the draw, dispatch, calls, the agenda."""

from flask import Flask

from server.planning import (
    agenda,
    calls,
    dispatch,
    draw,
    elsewhere,
    files,
    frequency,
    plans,
    review,
    tasks,
)


def init(app: Flask) -> None:
    """Wire the small rooms, lower ones first."""
    for room in (files, frequency, plans, tasks, draw, review, elsewhere, dispatch, calls, agenda):
        room.init(app)
