"""Traditional Chinese of our own texts, derived from the Simplified by a table."""

import json
import re
from pathlib import Path

_TABLE = json.loads(Path(__file__).with_name("traditional.json").read_text("utf-8"))
_FORMS: dict[str, str] = _TABLE["words"] | _TABLE["signs"]
_PATTERN = re.compile("|".join(map(re.escape, _FORMS)))  # words stand first


def traditional(text: str) -> str:
    """The text in Traditional Chinese: words with a form of their own, else sign by sign."""
    return _PATTERN.sub(lambda found: _FORMS[found[0]], text)
