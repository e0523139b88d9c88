"""Departments by their names in the reader's language."""

from flask_babel import force_locale

from server.accounts.model import Department
from server.accounts.naming import labels
from server.infra.db import db, transaction


def test_departments_are_called_in_the_reader_s_language(app, people):
    with app.test_request_context(), transaction():
        db.session.get_one(Department, "XFJY").name_en = "Fire and Rescue Brigade"
    with app.test_request_context():
        assert labels()["XFJY"] == db.session.get_one(Department, "XFJY").short_name
        with force_locale("en"):
            assert labels()["XFJY"] == "Fire and Rescue Brigade"
        in_order = db.select(Department.code).order_by(Department.order)
        assert list(labels()) == db.session.scalars(in_order).all()
