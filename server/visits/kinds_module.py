"""The schemas of the kinds as the ES module the phones import.

`python -m server.visits.kinds_module > pwa/journal/kinds.js`
"""

import json
import sys

from server.visits.kinds import KINDS

MADE = "// Made from server/visits/kinds.json by `python -m server.visits.kinds_module`; not written by hand."


def as_module() -> str:
    """The text of `pwa/journal/kinds.js`."""
    schemas = json.dumps(KINDS, ensure_ascii=False, separators=(",", ":")).replace('},"', '},\n"')
    return f"{MADE}\nexport default {schemas};\n"


if __name__ == "__main__":
    sys.stdout.write(as_module())
