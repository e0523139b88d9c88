"""How long a session lasts: 14 sliding days in the field, 30 idle minutes in the office.

The cookie is written anew at most once a minute in the office and once an hour elsewhere, so that an answer
still under way seldom overwrites a newer cookie.
"""

from datetime import timedelta

from flask import Flask, current_app, request, session
from flask_login import current_user, login_user

from server.accounts.model import Person
from server.infra.clock import now
from server.kernel.problems import Problem
from server.web.gate import PUBLIC, Rights, rights_of

FIELD_STEP = timedelta(hours=1)
OFFICE_STEP = timedelta(minutes=1)


def begin(person: Person) -> None:
    """Open a fresh session for somebody who has just proven who they are."""
    session.clear()
    session.permanent = True
    login_user(person)
    session["seen"] = session["office"] = now().timestamp()


def office_is_fresh() -> bool:
    """Whether this session may enter the office without a new sign-in."""
    return bool(current_user.is_authenticated and _age("office") <= current_app.config["OFFICE_IDLE"])


def init(app: Flask) -> None:
    """Watch the time on every request that is for somebody signed in."""
    app.before_request(_keep_time)


def _keep_time() -> None:
    rights = rights_of(current_app, request.endpoint) if request.endpoint else None
    if rights is None or PUBLIC in rights.who or not current_user.is_authenticated:
        return
    if request.path.startswith("/office"):
        _keep_office_time(rights)
    if _age("seen") >= FIELD_STEP:
        session["seen"] = now().timestamp()


def _keep_office_time(rights: Rights) -> None:
    if not office_is_fresh():
        raise Problem("sign-in")
    if not rights.live and _age("office") >= OFFICE_STEP:
        session["office"] = now().timestamp()


def _age(mark: str) -> timedelta:
    return timedelta(seconds=now().timestamp() - session.get(mark, 0.0))
