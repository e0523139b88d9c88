"""What a self-check comes to, in people's words."""

from flask_babel import lazy_gettext as _

VERDICTS = {
    "pass": _("Complies"),
    "fail": _("Does not comply"),
    "na": _("Not applicable"),
    "pending": _("Awaiting the laboratory"),
    "open": _("Not answered"),
}
