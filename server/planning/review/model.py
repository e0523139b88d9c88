"""What a draw fell among, counted when it was settled, so that the year's report need not read all frames."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Instant, Model
from server.planning.draw.model import Draw


class DrawCensus(Model):
    """How many candidates lay in each part of each stratum, and how many of them were drawn.

    `towns` and `ages` are `{stratum: {part: [candidates, drawn]}}`; the parts of `ages` are tenths of the
    register, the oldest entries first.
    """

    draw_id: Mapped[str] = mapped_column(ForeignKey(Draw.id), primary_key=True)
    towns: Mapped[dict[str, Any]] = mapped_column(JSON)
    ages: Mapped[dict[str, Any]] = mapped_column(JSON)
    taken_at: Mapped[datetime] = mapped_column(Instant)
