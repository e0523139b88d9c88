"""Points in time: read and written as RFC 3339, shown in the county's time zone."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")


def parse(text: str) -> datetime:
    """The instant an RFC 3339 text names, aware; ValueError where it names none."""
    if not _RFC3339.fullmatch(text):
        raise ValueError(f"not an RFC 3339 instant: {text!r}")
    return datetime.fromisoformat(text)


def read(text: str) -> datetime | None:
    """The instant a phone's text names, on the county's clock; none where it names none.

    What is written in an entry is a claim: it is kept and shown whatever it says.
    """
    try:
        return parse(text).astimezone(SHANGHAI)
    except (ValueError, OverflowError):
        return None


def in_order(text: str) -> datetime:
    """What texts of instants are sorted by: those that name none come first."""
    return read(text) or datetime.min.replace(tzinfo=UTC)


def rfc3339(instant: datetime) -> str:
    """An instant as RFC 3339 in UTC with milliseconds, as the API serves it."""
    if instant.tzinfo is None:
        raise ValueError("an instant must know its offset")
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def local(instant: datetime) -> datetime:
    """The same instant on the county's clock."""
    return instant.astimezone(SHANGHAI)


def chinese_date(day: date) -> str:
    """A day as official papers write it: 2026年5月12日."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_instant(instant: datetime) -> str:
    """An instant as official papers write it, to the minute: 2026年5月12日09时31分."""
    there = local(instant)
    return f"{chinese_date(there)}{there:%H时%M分}"
