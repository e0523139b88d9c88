"""Small line drawings for screen and paper, as SVG: drawn signatures and QR codes."""

from collections.abc import Mapping, Sequence
from typing import Any

import segno
from markupsafe import Markup

_MARGIN = 8


def signature(drawing: Mapping[str, Any], label: str) -> Markup:
    """A drawn signature, cropped to its ink, so that a small name on a large pad can be read."""
    strokes = [stroke for stroke in drawing["strokes"] if len(stroke) >= 2]
    left, top, width, height = _frame(strokes, drawing)
    return Markup(
        '<svg class="ink" xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{}"'
        ' viewBox="{} {} {} {}"'
        ' preserveAspectRatio="xMidYMid meet"><path d="{}" fill="none" stroke="currentColor"'
        ' stroke-width="{}" stroke-linecap="round" stroke-linejoin="round"/></svg>'
    ).format(label, left, top, width, height, _path(strokes), max(2, round(max(width, height * 3) / 90)))


def qr_code(text: str) -> Markup:
    """A QR code that scales with its box; error correction M survives a crease or a stamp."""
    return Markup(segno.make(text, error="m").svg_inline(omitsize=True, svgclass="qr", lineclass=None))  # noqa: S704


def _frame(strokes: Sequence[Sequence[int]], drawing: Mapping[str, Any]) -> tuple[int, int, int, int]:
    across = [x for stroke in strokes for x in stroke[0::2]]
    down = [y for stroke in strokes for y in stroke[1::2]]
    if not across or not down:
        return 0, 0, int(drawing["width"]), int(drawing["height"])
    left, top = min(across) - _MARGIN, min(down) - _MARGIN
    return left, top, max(across) + _MARGIN - left, max(down) + _MARGIN - top


def _path(strokes: Sequence[Sequence[int]]) -> str:
    return "".join(_stroke(stroke) for stroke in strokes)


def _stroke(stroke: Sequence[int]) -> str:
    """One stroke; a single dot becomes a line of no length, which a round cap draws as a dot."""
    points = [f"{int(x)} {int(y)}" for x, y in zip(stroke[0::2], stroke[1::2], strict=False)]
    return f"M{points[0]}L{' '.join(points[1:] or points)}"
