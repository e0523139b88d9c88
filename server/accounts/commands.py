"""Commands for accounts."""

import click
from flask import Flask
from flask.cli import AppGroup

from server.accounts import actions
from server.accounts.model import Person
from server.accounts.rules import Role
from server.infra.db import db, transaction

account_commands = AppGroup("accounts", help="People who may sign in.")


@account_commands.command("add")
@click.argument("username")
@click.argument("name")
@click.option("--department", help="Code of the department.")
@click.option(
    "--role", "roles", multiple=True, type=click.Choice([role.value for role in Role]), required=True
)
@click.password_option()
def add(username: str, name: str, department: str | None, roles: tuple[str, ...], password: str) -> None:
    """Give somebody an account."""
    with transaction():
        person = Person(username=username, name=name, department=department, password_hash="")
        person.roles = set(roles)
        db.session.add(person)
        db.session.flush()
        actions.set_password(person, password)


@account_commands.command("password")
@click.argument("username")
@click.password_option()
def password(username: str, password: str) -> None:
    """Give somebody a new password and end their sessions."""
    with transaction():
        person = db.session.scalar(db.select(Person).filter_by(username=username))
        if person is None:
            raise click.BadParameter(f"there is no account {username}")
        actions.set_password(person, password)


def init(app: Flask) -> None:
    """Offer the commands."""
    app.cli.add_command(account_commands)
