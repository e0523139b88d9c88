"""Settings: a mistake in one is named before anything starts."""

import pytest

import config


@pytest.mark.parametrize(
    ("name", "value"), [("MAX_UPLOAD", "4GB"), ("PORT", "http"), ("WEB_THREADS", "-1"), ("JOB_WORKERS", "٣")]
)
def test_a_number_that_is_none_is_named(name: str, value: str) -> None:
    with pytest.raises(SystemExit, match=f"{name} must be a whole number"):
        config.complete(config.from_environment({name: value}))


def test_what_is_not_set_has_its_default() -> None:
    settings = config.complete(config.from_environment({"PORT": "", "MAX_CHUNK": "1024"}))
    assert (settings["PORT"], settings["MAX_CHUNK"], settings["BACKUP_REPORTS"]) == (8000, 1024, False)
