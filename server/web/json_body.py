"""The JSON of a request, read strictly: whatever is not JSON is a problem, never a failure of the server."""

import json
from typing import Any, NoReturn

from flask import request

from server.kernel.problems import Problem

SMALL = 64 * 1024
"""Bytes enough for any body of JSON but a batch of entries."""


def read_json(most: int | None = SMALL) -> Any:
    """The JSON of this request, of at most so many bytes; None leaves it at the app's own bound."""
    if request.mimetype != "application/json":
        raise Problem("unsupported-media-type")
    try:
        return json.loads(_read(most), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Problem("malformed", reason="not JSON") from None


def _read(most: int | None) -> bytes:
    if most is not None and (request.content_length or 0) > most:
        raise Problem("too-large")
    data = request.get_data(cache=False)
    if most is not None and len(data) > most:  # its length was not told before
        raise Problem("too-large")
    return data


def _refuse(name: str) -> NoReturn:
    """NaN and Infinity are no JSON (RFC 8259, section 6), though Python would read them."""
    raise ValueError(name)
