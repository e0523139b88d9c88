"""`flask demo …`: load the county, say who lives in it, make visits of any size for benches and trials."""

import json
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from server.accounts.model import Department, Person
from server.demo import county, drawing, lists, plans, scenes, sized
from server.demo.county import SHARED_HASH
from server.demo.people import PASSWORD
from server.infra import settings
from server.infra.clock import now
from server.infra.db import db, transaction
from server.kernel.instants import local
from server.registry.model import Enterprise, Inspector
from server.registry.rules import credit_code_in_doubt

demo_commands = AppGroup("demo", help="The demo county: sample data and fictitious people.")


@demo_commands.command("load")
def load() -> None:
    """Load the demo county into an empty database; do nothing where there is data."""
    if db.session.scalar(db.select(Department.code).limit(1)):
        click.echo("There are data already; nothing was changed.")
        return
    today = local(now()).date()
    with transaction():
        county.settle(today)
        scenes.stage(today)
        lists.settle()
        plans.settle(today)
    codes = db.session.scalars(db.select(Enterprise.uscc)).all()
    doubtful = sum(map(credit_code_in_doubt, codes))
    click.echo(f"Loaded {len(codes)} fictitious enterprises ({doubtful} credit codes in doubt) and 8 visits.")


@demo_commands.command("accounts")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def accounts(as_json: bool) -> None:
    """List the demo accounts, all with the one demo password."""
    shared = settings.read(SHARED_HASH)
    people = db.session.scalars(db.select(Person).filter_by(password_hash=shared).order_by(Person.username))
    rows = [_row(person) for person in people]
    click.echo(json.dumps(rows, ensure_ascii=False) if as_json else _table(rows))


@demo_commands.command("visit")
@click.option(
    "--departments", type=click.IntRange(2, 22), required=True, help="How many departments take part."
)
@click.option(
    "--items", type=click.IntRange(2, 5000), required=True, help="How many items the checklist has."
)
@click.option("--lead", required=True, help="User name of the officer who leads.")
@click.option("--training", is_flag=True, help="An exercise: watermarked, and counted nowhere.")
def visit(departments: int, items: int, lead: str, training: bool) -> None:
    """Assign one more visit of that size for today, and print its id."""
    with transaction():
        made = sized.assign(departments, items, lead, local(now()).date(), training)
        click.echo(made.id)


@demo_commands.command("draw")
@click.option("--subjects", type=click.IntRange(1, 2_000_000), required=True, help="How many candidates.")
@click.option("--officers", type=click.IntRange(6, 100_000), required=True, help="How many officers.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The transcript.")
def draw(subjects: int, officers: int, out: Path) -> None:
    """Hold one whole draw on made-up data of that size, and write its transcript to a file."""
    drawing.write(out, subjects, officers, local(now()).date())


def init(app: Flask) -> None:
    """Offer the commands."""
    app.cli.add_command(demo_commands)


def _row(person: Person) -> dict[str, str | bool | None]:
    inspector = db.session.get(Inspector, person.id)
    return {
        "username": person.username,
        "password": PASSWORD,
        "name": person.name,
        "role": next(role for role in ("inspector", *sorted(person.roles)) if role in person.roles),
        "department": person.department,
        "can_lead": inspector is not None and inspector.can_lead,
    }


def _table(rows: list[dict[str, str | bool | None]]) -> str:
    """One line for each department, its people in a row; a star marks who may lead a visit."""
    names = {
        one.code: one.short_name
        for one in db.session.scalars(db.select(Department).order_by(Department.order))
    }
    lines = [f"密码 password: {PASSWORD}    * 可任组长 may lead"]
    for code in [*names, None]:
        people = [
            f"{row['username']}{'*' if row['can_lead'] else ''}" for row in rows if row["department"] == code
        ]
        if people:
            lines.append(f"{code or '-':<5} {' '.join(people)}  {names.get(code or '', '')}".rstrip())
    return "\n".join(lines)
