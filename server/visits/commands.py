"""`flask journal …`: prove that the record is whole, derive it again, admit what was held back."""

from __future__ import annotations

from collections.abc import Iterator

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import select

from server.infra.db import db, transaction
from server.visits import actions, journal
from server.visits.model import Visit
from server.visits.verification import projections, verify_visit

journal_commands = AppGroup("journal", help="The journals of all visits.")


@journal_commands.command("verify")
@click.option("--visit", "visit_id", help="Id of one visit; without it all are checked.")
def verify(visit_id: str | None) -> None:
    """Check every hash, signature, chain link and blob. Exit 1 names what is wrong."""
    visits = findings = 0
    for one in _ids(visit_id):
        visits += 1
        for finding in verify_visit(db.session.get_one(Visit, one)):
            findings += 1
            click.echo(str(finding))
        db.session.remove()
    click.echo(f"{visits} visits checked, {findings} findings")
    if findings:
        raise SystemExit(1)


@journal_commands.command("rebuild")
def rebuild() -> None:
    """Derive all projections again; what was different before is named."""
    visits = changed = 0
    for one in _ids(None):
        visits += 1
        if _rebuild(one):
            changed += 1
            click.echo(f"{one}: changed")
    click.echo(f"{visits} visits rebuilt, {changed} changed")


@journal_commands.command("admit")
@click.option("--visit", "visit_id", required=True, help="Id of the visit.")
@click.option("--device", "device_id", required=True, help="Id of the enrolment whose entries are held back.")
@click.option("--reason", required=True, help="Why they may count: it stands in the audit.")
def admit(visit_id: str, device_id: str, reason: str) -> None:
    """Let what one device's held-back entries say count. Forged ones, and those of unknown keys, stay out."""
    list(_ids(visit_id))
    with transaction():
        admitted = actions.admit_chain(None, visit_id, device_id, reason)
    click.echo(f"{admitted} entries admitted")


def _rebuild(visit_id: str) -> bool:
    """Whether anything was different."""
    with transaction():
        visit = journal.lock_visit(visit_id)
        before = projections(visit)
        journal.project(visit)
        return projections(visit) != before


def _ids(visit_id: str | None) -> Iterator[str]:
    if visit_id and db.session.get(Visit, visit_id) is None:
        raise click.BadParameter(f"there is no visit {visit_id}", param_hint="--visit")
    yield from [visit_id] if visit_id else db.session.scalars(select(Visit.id).order_by(Visit.number)).all()


def init(app: Flask) -> None:
    """Offer the commands."""
    app.cli.add_command(journal_commands)
