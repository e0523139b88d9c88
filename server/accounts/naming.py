"""What departments are called on a page: by their short names, in English for who reads that."""

from flask_babel import get_locale

from server.accounts.model import Department
from server.infra.db import db


def label(department: Department) -> str:
    """One department's name."""
    return department.name_en if str(get_locale()) == "en" else department.short_name


def labels() -> dict[str, str]:
    """All of them by code, in the county's order."""
    query = db.select(Department).order_by(Department.order)
    return {one.code: label(one) for one in db.session.scalars(query)}
