"""`flask evidence …`: tidying, and what a backup reports."""

from datetime import datetime

import click
from flask import Flask
from flask.cli import AppGroup

from server.evidence import actions
from server.evidence.spool import upload_spool
from server.infra.clock import now
from server.infra.jobs import crontab, every

commands = AppGroup("evidence", help="Care for photos, films and uploads.")


@commands.command()
def sweep() -> None:
    """Drop uploads nobody goes on with and blobs no entry has named for 30 days."""
    uploads, blobs = sweep_all()
    click.echo(f"{uploads} uploads, {blobs} blobs removed")


@commands.command("backed-up")
@click.argument("instant", type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z"]))
def backed_up(instant: datetime) -> None:
    """A backup begun at INSTANT (2026-05-12T02:00:00+0800) is complete: what was stored before is safe."""
    click.echo(f"{actions.report_backup(instant)} blobs backed up")


@every(crontab(minute="17", hour="3"))
def sweep_all() -> tuple[int, int]:
    return upload_spool().sweep(now()), actions.sweep_uncited()


def init(app: Flask) -> None:
    app.cli.add_command(commands)
