"""Readings of number items: typed by a person, kept in whole steps, judged by limits, written out again.

Pure. A step is 10^-decimals: 1.25 with two decimals is kept as 125. `pwa/views/format.js` and
`pwa/journal/rules.js` do the same on the phones.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

_TYPED = re.compile(r"([-+]?)([0-9]{1,12})(?:\.([0-9]+))?")
# What a Chinese keyboard makes of a number.
_PLAIN = str.maketrans("．。０１２３４５６７８９－−", "..0123456789--")


def typed_reading(text: str, decimals: int) -> int | None:
    """What a person typed, in whole steps; None if it is no number, or a finer one than the item asks for."""
    match = _TYPED.fullmatch(text.strip().translate(_PLAIN))
    if match is None:
        return None
    sign, whole, fraction = match[1], match[2], (match[3] or "").rstrip("0")
    if len(fraction) > decimals:
        return None
    value = int(whole + fraction.ljust(decimals, "0"))
    return -value if sign == "-" else value


def judge_number(answer: Mapping[str, Any], value: Any) -> str | None:
    """`pass` or `fail` of a reading against its limits, both inclusive (R-702); None where none applies."""
    low, high = answer.get("min"), answer.get("max")
    if type(value) is not int or (type(low) is not int and type(high) is not int):
        return None
    below = type(low) is int and value < low
    above = type(high) is int and value > high
    return "fail" if below or above else "pass"


def decimal_text(value: int | None, decimals: int) -> str:
    """A value kept in whole steps, as written: 1234 with two decimals is 12.34. None is an empty text."""
    if value is None:
        return ""
    return f"{Decimal(value).scaleb(-decimals):.{decimals}f}"


def limit(answer: Mapping[str, Any]) -> str:
    """The limit of a number item in words; empty if there is none."""
    if answer["type"] != "number":
        return ""
    if answer.get("limit_text"):
        return str(answer["limit_text"])
    low, high = (decimal_text(answer.get(end), answer["decimals"]) for end in ("min", "max"))
    if low and high:
        return f"{low}～{high} {answer['unit']}".rstrip()
    if not low and not high:
        return ""
    return (f"≤{high}" if high else f"≥{low}") + f" {answer['unit']}".rstrip()
