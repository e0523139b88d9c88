"""The words of tasks, for pages and exports."""

from flask_babel import lazy_gettext as _

from server.planning.tasks.rules import Answer, TaskSource, TaskState

SOURCES = {
    TaskSource.PLAN: _("The annual plan"),
    TaskSource.CAMPAIGN: _("A special campaign"),
    TaskSource.SINGLE: _("A single department"),
    TaskSource.ELSEWHERE: _("Drawn on the province's platform"),
    TaskSource.CALL: _("A call of the lead department"),
}

STATES = {
    TaskState.TALKS: (_("Under negotiation"), "warn", "messages"),
    TaskState.AGREED: (_("Terms agreed"), "info", "check"),
    TaskState.DRAWN: (_("Drawn"), "info", "list-details"),
    TaskState.SENT: (_("Dispatched"), "pass", "send"),
    TaskState.CLOSED: (_("Closed"), "na", "circle-check"),
}
"""Each with its tone and its icon."""

ANSWERS = {
    Answer.OPEN: (_("Not answered"), "warn", "hourglass"),
    Answer.AGREED: (_("Agrees"), "pass", "circle-check"),
    Answer.COUNTERED: (_("Counter-proposal"), "conflict", "git-fork"),
    Answer.DECLINED: (_("Declines"), "fail", "circle-x"),
    Answer.DROPPED: (_("Does not take part"), "na", "door-exit"),
}

DEEDS = {
    "task-opened": _("Task opened"),
    "task-dispatched": _("Visits dispatched"),
}
