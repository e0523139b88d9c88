"""Who is asking: Flask-Login, and the person of this request."""

from flask import Flask
from flask_login import LoginManager, current_user

from server.accounts.model import Person
from server.infra.db import db
from server.kernel.problems import Problem

login_manager = LoginManager()
login_manager.session_protection = None  # field sessions are bound neither to address nor to browser version


@login_manager.user_loader
def _load(session_key: str) -> Person | None:
    return db.session.scalar(db.select(Person).filter_by(session_key=session_key, active=True))


def current_person() -> Person:
    """The person signed in; `sign-in` where nobody is."""
    if not current_user.is_authenticated:
        raise Problem("sign-in")
    person: Person = current_user._get_current_object()
    return person


def init(app: Flask) -> None:
    """Have sessions lead to people."""
    login_manager.init_app(app)
