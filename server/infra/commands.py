"""Commands of the ground floor: the job consumer, and what a restore asks for."""

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from server.infra import jobs, settings

data_commands = AppGroup("data", help="Care for the stored data.")
job_commands = AppGroup("jobs", help="Work that is done in the background.")


@data_commands.command("renew-epoch")
def renew_epoch() -> None:
    """After a restore from a backup: have every phone compare its entries with the server again."""
    click.echo(settings.renew_epoch())


@job_commands.command("work")
def work() -> None:
    """Do queued jobs until stopped."""
    jobs.work(current_app)


def init(app: Flask) -> None:
    """Offer the commands."""
    app.cli.add_command(data_commands)
    app.cli.add_command(job_commands)
