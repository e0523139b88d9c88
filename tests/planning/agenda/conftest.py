"""People at a desk."""

from tests.office.conftest import desk

__all__ = ["desk"]
