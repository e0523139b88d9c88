"""The handbook's codes in people's words."""

from flask_babel import lazy_gettext as _

SEVERITIES = {"S1": _("Minor"), "S2": _("Important"), "S3": _("Grave")}

VERDICTS = {
    "pass": _("Complies"),
    "fail": _("Does not comply"),
    "na": _("Not applicable"),
    "pending": _("Awaiting the laboratory"),
    "open": _("Not answered"),
}
