"""Reading, writing and showing instants."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.kernel import instants

OFFSETS = st.integers(min_value=-14 * 60, max_value=14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=OFFSETS)  # noqa: DTZ001


@given(MOMENTS)
def test_what_is_written_is_read_back_to_the_millisecond(moment: datetime) -> None:
    again = instants.parse(instants.rfc3339(moment))
    assert timedelta() <= moment - again < timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-05-12T09:31:07.204+08:00", datetime(2026, 5, 12, 1, 31, 7, 204000, UTC)),
        ("2026-05-12T01:31:07Z", datetime(2026, 5, 12, 1, 31, 7, 0, UTC)),
    ],
)
def test_the_forms_of_rfc_3339_are_read(text: str, meant: datetime) -> None:
    assert instants.parse(text) == meant


@pytest.mark.parametrize(
    "text",
    ["", "2026-05-12", "2026-05-12T09:31:07", "20260512T093107Z", "2026-13-12T09:31:07Z", "2026-W20-2"],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        instants.parse(text)


def test_an_instant_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        instants.rfc3339(datetime(2026, 5, 12))  # noqa: DTZ001


def test_papers_show_the_county_s_clock() -> None:
    late = datetime(2026, 5, 12, 17, 5, tzinfo=UTC)
    assert instants.chinese_instant(late) == "2026年5月13日01时05分"
    assert instants.chinese_date(date(2026, 5, 9)) == "2026年5月9日"
