"""The words of calls, for pages and exports."""

from flask_babel import lazy_gettext as _

from server.planning.calls.rules import CallState, Cause, TeamBy

CAUSES = {
    Cause.COMPLAINT: _("Complaint or report"),
    Cause.TRANSFER: _("Transfer or order"),
    Cause.ALERT: _("Alert of the monitoring"),
}

STATES = {
    CallState.OPEN: (_("Waiting for answers"), "info", "hourglass"),
    CallState.LATE: (_("Answers overdue"), "fail", "alert-triangle"),
    CallState.READY: (_("All have answered"), "warn", "check"),
    CallState.SENT: (_("Dispatched"), "pass", "send"),
    CallState.OFF: (_("Called off"), "na", "ban"),
}
"""Each with its tone and its icon."""

WAYS = {TeamBy.DRAW: _("Drawn at random by the server"), TeamBy.APPOINTED: _("Appointed by name")}

HALVES = {"am": _("Morning"), "pm": _("Afternoon")}

DEEDS = {
    "call-made": _("Call departments"),
    "call-answered": _("A department answered"),
    "call-unanswered": _("No answer in time"),
    "call-without": _("Going on without a department"),
    "call-off": _("Called off"),
    "call-draw-committed": _("Draw committed to"),
    "call-drawn": _("Team drawn"),
    "call-sent": _("Visit sent"),
}
"""What the history of a task says of its call."""
