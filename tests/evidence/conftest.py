"""The scene, and people at their clients."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.evidence.scene import Scene, set_scene
from tests.evidence.speaking_tus import Speaker
from tests.people import People


@pytest.fixture
def scene(app: Flask, people: People) -> Scene:
    """Two visits, in the test's database."""
    return set_scene(app, people)


@pytest.fixture
def at(app: Flask, scene: Scene) -> Callable[[str], Speaker]:
    """`at("lin")`: that person, signed in at a client of her own."""
    return lambda username: Speaker(app.test_client(), username)


@pytest.fixture
def lin(at: Callable[[str], Speaker]) -> Speaker:
    """The officer on the team."""
    return at("lin")
