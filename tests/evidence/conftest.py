"""The scene, and people at their clients."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.evidence.scene import Scene, set_scene
from tests.evidence.speaking_tus import Speaker


@pytest.fixture
def scene(app: Flask) -> Scene:
    """Two visits and their cast, in the test's database."""
    with app.app_context():
        return set_scene()


@pytest.fixture
def at(app: Flask, scene: Scene) -> Callable[[str], Speaker]:
    """`at("qian")`: that person, signed in at a client of her own."""
    return lambda username: Speaker(app.test_client(), username)


@pytest.fixture
def qian(at: Callable[[str], Speaker]) -> Speaker:
    """The officer on the team."""
    return at("qian")
