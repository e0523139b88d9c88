"""What a visit has to know from rooms above it. They set these functions at start; visits never imports them
(DESIGN §2).

Call them through the module (`ports.evidence_of(visit_id)`), so that the one set last is the one asked.
"""

from __future__ import annotations

from collections.abc import Callable

EvidenceOf = Callable[[str], dict[str, str]]
BadBlobs = Callable[[str], list[str]]
PreviewOf = Callable[[str, str], bytes | None]
SubstitutesAt = Callable[[str], str | None]


def _no_evidence(visit_id: str) -> dict[str, str]:
    return {}


def _no_bad_blobs(visit_id: str) -> list[str]:
    return []


def _no_preview(visit_id: str, sha256: str) -> bytes | None:
    return None


def _not_drawn(visit_id: str) -> str | None:
    return None


evidence_of: EvidenceOf = _no_evidence
"""visit id -> {sha256: "stored" | "backed-up"} of the blobs this visit holds; set by evidence."""

bad_blobs: BadBlobs = _no_bad_blobs
"""visit id -> SHA-256 names of stored blobs whose bytes are gone or do not hash to their name; set by
evidence."""

preview_of: PreviewOf = _no_preview
"""visit id, sha256 -> the small JPEG that stands for a blob on paper, or None while there is none; set by
evidence."""

substitutes_at: SubstitutesAt = _not_drawn
"""visit id -> the page where who comes instead is drawn, where a draw said who goes, so that nobody is picked
or taken off by hand (R-410); None where none did; set by dispatch."""
