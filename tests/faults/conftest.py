"""The laboratory: a visit of the real app as the world of the phones, and the phones themselves."""

import os
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.builders import Scene, a_visit
from tests.faults.lab import Lab
from tests.faults.phones import Json, Phones
from tests.faults.schedules import TEAM
from tests.people import People

SOAK = bool(os.environ.get("SOAK"))
"""Set by `make soak`: the full numbers instead of those that fit into every run of the tests."""


@pytest.fixture
def visit(app: Flask, people: People) -> Scene:
    """A visit of the app, with five officers."""
    return a_visit(app, people, team=TEAM)


@pytest.fixture
def world(visit: Scene) -> Json:
    """What the phones and the model server are told of that visit."""
    lin = visit.caller("lin")
    line = lin.get("/api/visits").get_json()["visits"][0]
    bundle = lin.get(f"/api/visits/{visit.id}/bundle").get_json()
    ids = [visit.people[name] for name in TEAM]
    people = [
        {"id": one["person"], "name": one["name"], "department": one["department"]}
        for one in sorted(bundle["team"], key=lambda one: ids.index(one["person"]))
    ]
    return {
        "visit": visit.id,
        "bundle": bundle,
        "digest": line["bundle_digest"],
        "people": people,
        "nonce": lin.session["nonce"],
    }


@pytest.fixture
def phones(browser: Browser, world: Json) -> Iterator[Phones]:
    """Five phones and a model server."""
    lab = Lab(small_batches=True)
    made = Phones(browser, lab, world)
    yield made
    made.close()
    lab.close()
