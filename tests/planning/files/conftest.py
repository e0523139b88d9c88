"""What the tests of attached papers share."""

from tests.office.conftest import desk

__all__ = ["desk"]
