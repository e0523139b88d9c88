"""The kinds of journal entries: one JSON Schema each, in `kinds.json`, published in the OpenAPI document.

A kind or a body this file does not know is no reason to refuse an entry: it is kept, synced and shown as a
problem by the fold. Further members of a body are allowed, for a newer phone may know more than we do.

`kinds_module.py` writes the same schemas for the phones.
"""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs

KINDS: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("kinds.json").read_text("utf-8"))

_VALIDATORS = {kind: jsonschema_rs.Draft202012Validator(schema) for kind, schema in KINDS.items()}


def problem_of_body(kind: str, body: Any) -> str | None:
    """`unknown-kind`, `bad-body`, or None for a body that fits its kind's schema."""
    validator = _VALIDATORS.get(kind)
    if validator is None:
        return "unknown-kind"
    return None if validator.is_valid(body) else "bad-body"
