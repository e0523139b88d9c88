"""The words of what was drawn elsewhere."""

from flask_babel import lazy_gettext as _

from server.planning.elsewhere.rules import Fault

FAULTS = {
    Fault.CODE: _("No enterprise of this credit code"),
    Fault.SEVERAL: _("Several premises of this code, none of this name"),
    Fault.CLOSED: _("Closed in the register"),
    Fault.DAY: _("The day cannot be read"),
    Fault.HALF: _("Neither morning nor afternoon"),
    Fault.NO_OFFICER: _("None of the officers is known"),
    Fault.NAME: _("The register has another name"),
    Fault.INDUSTRY: _("Not of this industry in the register"),
    Fault.PAST: _("The day is past"),
    Fault.HOLIDAY: _("No working day"),
    Fault.CERTIFICATE: _("Nobody has this certificate"),
    Fault.OFFICER_NAME: _("The register has another name for the officer"),
    Fault.GONE: _("The certificate was withdrawn"),
    Fault.INVALID: _("The certificate does not hold that day"),
    Fault.AWAY: _("Away on that day"),
    Fault.RECUSED: _("Recused from this enterprise"),
    Fault.TWICE: _("At two places at once in this file"),
    Fault.BOOKED: _("On another visit in that half day"),
    Fault.SHORT: _("Fewer than two officers of a department"),
    Fault.NO_LEAD: _("Nobody of the lead department"),
    Fault.SENT: _("A visit there and then is dispatched already"),
}
HALVES = {"am": _("Morning"), "pm": _("Afternoon")}
