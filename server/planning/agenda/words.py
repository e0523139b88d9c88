"""The words of the agenda."""

from flask_babel import lazy_gettext as _

from server.visits.words import STATUSES

WEEKDAYS = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
HALVES = {"am": _("Morning"), "pm": _("Afternoon")}

STATES = {
    "assigned": (STATUSES["assigned"], "neutral", "calendar"),
    "open": (STATUSES["open"], "info", "hourglass"),
    "signed": (STATUSES["signed"], "pass", "circle-check"),
    "aborted": (STATUSES["aborted"], "warn", "player-stop"),
    "conflict": (STATUSES["conflict"], "conflict", "git-fork"),
    "drawn": (_("Drawn, not dispatched"), "warn", "list-details"),
}
"""Each with its tone and its icon."""
