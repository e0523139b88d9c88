"""The makers of lists serve all tests of the catalogue."""

from tests.catalogue.drafts.makers import drafted, makers

__all__ = ["drafted", "makers"]
