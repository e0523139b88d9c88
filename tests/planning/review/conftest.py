"""The county of the draws' tests, and what they hold."""

from tests.planning.draw.conftest import county, desk, held, task

__all__ = ["county", "desk", "held", "task"]
