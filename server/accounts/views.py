"""The sign-in page and the way out."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_login import current_user, logout_user

from server.accounts import actions, newcomers, rules
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
    if outcome.password_once:
        return _choice(outcome.username, newcomers.ticket(outcome))
    begin(outcome)
    return redirect(_destination())


@blueprint.post("/login/password")
@allow(PUBLIC)
def choose_password() -> ResponseReturnValue:
    """After a one-time password: the person's own, and in."""
    ticket = request.form.get("ticket", "")
    try:
        person = newcomers.choose_password(
            ticket, request.form.get("password", ""), request.form.get("again", "")
        )
    except Problem as problem:
        if problem.field is None:
            return _form(request.form.get("username", ""), problem)
        return _choice(request.form.get("username", ""), ticket, problem)
    begin(person)
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


def _choice(username: str, ticket: str, problem: Problem | None = None) -> ResponseReturnValue:
    message = problem.detail(str(get_locale())) if problem else None
    page = render_template(
        "accounts/choose_password.html",
        username=username,
        ticket=ticket,
        problem=problem,
        message=message,
        length=rules.PASSWORD_LENGTH,
    )
    return page, problem.status if problem else 200


def _destination() -> str:
    """Where they wanted to go, if that is a place on this site, else where their work is."""
    wanted = local_path(request.values.get("next", ""))
    on_phone = request.headers.get("Sec-CH-UA-Mobile") == "?1" or "Mobi" in request.user_agent.string
    return wanted or rules.landing(current_user.roles, on_phone)
