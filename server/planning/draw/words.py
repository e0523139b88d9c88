"""The words of draws, for pages and papers."""

from flask_babel import lazy_gettext as _

from server.planning.draw.course import (
    OBSERVER,
    OFFICE,
    Ceremony,
    Decision,
    DrawState,
    PassedOver,
    Standing,
    Step,
    VoidCode,
    Writing,
)

STATES = {
    DrawState.FROZEN: (_("Frozen, to be approved"), "warn", "lock"),
    DrawState.APPROVED: (_("Parties commit themselves"), "warn", "hourglass"),
    DrawState.COMMITTED: (_("Secrets are opened"), "warn", "lock-open"),
    DrawState.SETTLING: (_("Being settled"), "info", "refresh"),
    DrawState.SETTLED: (_("Settled"), "pass", "circle-check"),
    DrawState.VOID: (_("Void"), "fail", "ban"),
}
"""Each with its tone and its icon."""

CEREMONIES = {
    Ceremony.OBSERVED: _("The office and an observer"),
    Ceremony.FULL: _("The lead and every cooperating department"),
}

PARTIES = {OFFICE: _("Joint office"), OBSERVER: _("Observer")}

WRITINGS = {
    Writing.DICE: _("Dice: at least 25 digits from 1 to 6"),
    Writing.DIGITS: _("Numbers of a lottery: at least 20 digits from 0 to 9"),
    Writing.HEX: _("Hexadecimal: at least 16 signs"),
}

MINUTES = {15: _("15 minutes"), 60: _("1 hour"), 1440: _("1 day")}

STEPS = {
    Step.READING: _("Reading the frozen frame"),
    Step.DRAWING: _("Drawing subjects and finding officers"),
    Step.WRITING: _("Writing down the result"),
}

VOIDS = {
    VoidCode.GIVEN_UP: _("Given up"),
    VoidCode.INFEASIBLE: _("Too few officers for what was drawn"),
    VoidCode.CHANGED: _("What is stored is not what was committed to"),
}

STANDINGS = {
    Standing.IN: (_("Goes"), "pass", "check"),
    Standing.REPLACED: (_("Replaced"), "na", "replace"),
    Standing.SHORT: (_("Short: nobody left in the reserve"), "fail", "alert-triangle"),
}

DECISIONS = {
    Decision.ASKED: (_("To be decided"), "warn", "hourglass"),
    Decision.APPROVED: (_("Approved"), "pass", "circle-check"),
    Decision.REFUSED: (_("Refused"), "fail", "circle-x"),
}

PASSED_OVER = {
    PassedOver.CLOSED: _("closed or moved away"),
    PassedOver.INDUSTRY: _("not of this industry any more"),
    PassedOver.CAP: _("visited as often as it may be"),
}

REASONS = {
    "SB1": _("Leave, business trip, training"),
    "SB2": _("Other post, certificate not valid"),
    "SB3": _("Recusal"),
    "SB4": _("Specialty does not fit"),
    "SB5": _("Subject closed, moved away or suspended"),
    "SB6": _("Already inspected this year"),
    "SB7": _("Force majeure"),
}

HALVES = {"am": _("morning"), "pm": _("afternoon")}

WIDENING = {0: _("grid"), 1: _("town"), 2: _("county")}

DEEDS = {
    "draw-frozen": _("Frame of the draw frozen"),
    "draw-approved": _("Frame approved by a second person"),
    "draw-party-committed": _("A party committed itself"),
    "draw-committed": _("All parties have committed themselves"),
    "draw-party-opened": _("A party opened its secret"),
    "draw-randomness": _("Public randomness written down"),
    "draw-settled": _("Draw settled"),
    "draw-void": _("Draw void"),
    "substitution-asked": _("Substitution asked for"),
    "substitution-decided": _("Substitution decided"),
    "subject-replaced": _("A subject was replaced by the next of the reserve"),
    "officer-replaced": _("An officer was replaced by the next of the reserve"),
}
"""What the history of a task says of its draws."""
