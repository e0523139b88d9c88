"""The words of a negotiation."""

from flask_babel import lazy_gettext as _

from server.planning.tasks.rules import TurnKind

HALVES = {"am": _("Morning"), "pm": _("Afternoon")}

TURNS = {
    TurnKind.PROPOSE: (_("Proposes"), "send"),
    TurnKind.AGREE: (_("Agrees"), "circle-check"),
    TurnKind.COUNTER: (_("Counter-proposal"), "git-fork"),
    TurnKind.DECLINE: (_("Declines"), "circle-x"),
    TurnKind.REMIND: (_("Reminder sent"), "clock"),
    TurnKind.DROP: (_("Goes on without it"), "door-exit"),
    TurnKind.SETTLE: (_("Terms settled"), "check"),
    TurnKind.REOPEN: (_("Opens the talks again"), "rotate"),
    TurnKind.NOTE: (_("Note"), "note"),
}
"""What was said, each with its icon."""
