"""The sign-in page and the way out."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_login import current_user, logout_user

from server.accounts import actions, rules
from server.accounts.session import begin, office_is_fresh
from server.kernel.problems import Problem
from server.web.gate import PUBLIC, allow
from server.web.i18n import local_path

blueprint = Blueprint("accounts", __name__, template_folder="templates")


@blueprint.get("/")
@allow(PUBLIC)
def start() -> ResponseReturnValue:
    """The front door: to where this person works, or to sign in."""
    return redirect(_destination() if current_user.is_authenticated else url_for("accounts.login"))


@blueprint.get("/login")
@allow(PUBLIC)
def login() -> ResponseReturnValue:
    """The form, unless there is nothing to prove."""
    if office_is_fresh():
        return redirect(_destination())
    return _form(username=current_user.username if current_user.is_authenticated else "")


@blueprint.post("/login")
@allow(PUBLIC)
def sign_in() -> ResponseReturnValue:
    """Try the name and the password."""
    username, password = request.form.get("username", ""), request.form.get("password", "")
    outcome = actions.sign_in(username, password, request.remote_addr or "")
    if isinstance(outcome, Problem):
        return _form(username, outcome)
    begin(outcome)
    return redirect(_destination())


@blueprint.post("/logout")
@allow(PUBLIC)
def logout() -> ResponseReturnValue:
    """End the session. What a phone holds stays on the phone."""
    logout_user()
    session.clear()
    flash("signed-out")
    return redirect(url_for("accounts.login"))


def _form(username: str = "", problem: Problem | None = None) -> ResponseReturnValue:
    message = problem.detail(str(get_locale())) if problem else None
    page = render_template("accounts/login.html", username=username, problem=problem, message=message)
    return page, problem.status if problem else 200


def _destination() -> str:
    """Where they wanted to go, if that is a place on this site, else where their work is."""
    wanted = local_path(request.values.get("next", ""))
    on_phone = request.headers.get("Sec-CH-UA-Mobile") == "?1" or "Mobi" in request.user_agent.string
    return wanted or rules.landing(current_user.roles, on_phone)
