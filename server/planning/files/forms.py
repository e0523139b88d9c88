"""The field of a form that takes a paper."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired

ACCEPTED = ".pdf,.jpg,.jpeg,.png,.docx,.xlsx,.ofd"


def paper(label: Any, *, required: bool = False) -> FileField:
    """A file of the kinds that may be attached; its form is sent as multipart/form-data."""
    checks = [FileRequired(_("Choose a file."))] if required else []
    return FileField(
        label,
        checks,
        render_kw={"accept": ACCEPTED},
        description=_("PDF, JPEG, PNG, DOCX, XLSX or OFD, at most 10 MB."),
    )
