"""The words of tasks, for pages and exports."""

from flask_babel import lazy_gettext as _

from server.planning.tasks.rules import Answer, ApprovalState, TaskSource, TaskState

SOURCES = {
    TaskSource.PLAN: _("The annual plan"),
    TaskSource.CAMPAIGN: _("A special campaign"),
    TaskSource.SINGLE: _("A single department"),
    TaskSource.ELSEWHERE: _("Drawn on the province's platform"),
    TaskSource.CALL: _("A call of the lead department"),
}

STATES = {
    TaskState.CALLED: (_("Called, to be answered"), "warn", "speakerphone"),
    TaskState.TALKS: (_("Under negotiation"), "warn", "messages"),
    TaskState.AGREED: (_("Terms agreed"), "info", "check"),
    TaskState.DRAWN: (_("Draw done"), "info", "list-details"),
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

WAITS = {
    "answer": _("Proposals to answer"),
    "counter": _("Counter-proposals to consider"),
    "settle": _("Talks everybody has answered"),
    "propose": _("Tasks without a proposal"),
}
"""What the list may be narrowed to for the reader's department."""

APPROVALS = {
    ApprovalState.ASKED: (_("Waits for approval"), "warn", "hourglass"),
    ApprovalState.APPROVED: (_("Approved by the head"), "pass", "circle-check"),
    ApprovalState.REFUSED: (_("Refused by the head"), "fail", "circle-x"),
    ApprovalState.WITHDRAWN: (_("Withdrawn"), "na", "ban"),
}

DEEDS = {
    "task-opened": _("Task opened"),
    "task-dispatched": _("Visits dispatched"),
    "task-agreed": _("Terms settled"),
    "task-closed": _("Given up"),
    "task-reopened": _("Talks opened again"),
    "single-approved": _("Approved by the joint office"),
    "approval-asked": _("Approval asked for"),
    "approval-approved": _("Approved by the head"),
    "approval-refused": _("Refused by the head"),
}
"""What the history says; rooms above add theirs to it."""
