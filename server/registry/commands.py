"""`flask search …`: make the search index of the register anew."""

import click
from flask import Flask
from flask.cli import AppGroup

from server.registry import search

search_commands = AppGroup("search", help="The search index of the register of enterprises.")


@search_commands.command("renew")
@click.option("--if-outdated", is_flag=True, help="Only if another version of the app made it.")
def renew(if_outdated: bool) -> None:
    """Index every enterprise anew; people may go on working meanwhile."""
    if if_outdated and not search.is_outdated():
        return
    search.renew_all()
    click.echo("The search index was made anew.")


def init(app: Flask) -> None:
    """Offer the commands."""
    app.cli.add_command(search_commands)
