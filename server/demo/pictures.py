"""Drawn stand-ins for photographs: plain shapes marked DEMO, so that nobody takes them for evidence.

Deterministic: the same subject and number draw the same picture.
"""

import io
import random
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageDraw, ImageFont

SIZE = (1280, 960)
SKY, GROUND, INK, PAPER = (196, 214, 228), (140, 142, 138), (52, 58, 64), (246, 244, 238)
RED, GREEN, BLUE, AMBER = (186, 52, 44), (70, 126, 88), (58, 98, 160), (214, 158, 58)


def photo(subject: str, number: int) -> bytes:
    """A JPEG of 1280 × 960 showing the subject: gate, certificate, extinguisher, shelf, meter or shutter."""
    chance = random.Random(f"{subject} {number}")  # noqa: S311 - a drawing, not a secret
    image = Image.new("RGB", SIZE, SKY)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 640, *SIZE), fill=GROUND)
    SUBJECTS[subject](draw, chance)
    draw.text((40, 880), f"DEMO  {subject} {number:02d}", fill=PAPER, font=ImageFont.load_default(44))
    stored = io.BytesIO()
    image.save(stored, "JPEG", quality=80)
    return stored.getvalue()


def signature(name: str) -> dict[str, Any]:
    """A drawn signature: some strokes of whole pixels, the way the pad of the field app writes them."""
    chance = random.Random(name)  # noqa: S311 - a drawing, not a secret
    strokes = []
    for turn in range(chance.randint(3, 5)):
        x, y = 60 + turn * 110, chance.randint(70, 150)
        stroke = []
        for _ in range(chance.randint(9, 16)):
            stroke += [x, y]
            x, y = x + chance.randint(4, 14), min(210, max(20, y + chance.randint(-26, 26)))
        strokes.append(stroke)
    return {"width": 640, "height": 240, "strokes": strokes}


def _gate(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    left = chance.randint(180, 260)
    draw.rectangle((left, 240, left + 820, 660), fill=PAPER, outline=INK, width=6)
    draw.rectangle((left, 200, left + 820, 300), fill=RED)
    for door in range(3):
        draw.rectangle(
            (left + 80 + door * 240, 380, left + 260 + door * 240, 660), fill=BLUE, outline=INK, width=5
        )


def _certificate(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    draw.rectangle((260, 130, 1020, 700), fill=PAPER, outline=RED, width=18)
    for line in range(7):
        draw.line((340, 300 + line * 48, chance.randint(640, 940), 300 + line * 48), fill=INK, width=7)
    draw.ellipse((800, 520, 940, 660), outline=RED, width=10)


def _extinguisher(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    for stand in range(2):
        left = 360 + stand * 320 + chance.randint(-20, 20)
        draw.rounded_rectangle((left, 330, left + 170, 760), radius=60, fill=RED, outline=INK, width=6)
        draw.rectangle((left + 60, 250, left + 110, 335), fill=INK)
        draw.ellipse((left + 52, 410, left + 118, 476), fill=PAPER, outline=INK, width=5)
        draw.line((left + 85, 443, left + 85 - 26, 462), fill=RED, width=6)


def _shelf(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    for board in range(3):
        y = 250 + board * 190
        draw.rectangle((160, y + 150, 1120, y + 166), fill=INK)
        for box in range(7):
            height = chance.randint(60, 145)
            colour = chance.choice((RED, GREEN, BLUE, AMBER, PAPER))
            draw.rectangle(
                (180 + box * 134, y + 150 - height, 290 + box * 134, y + 150),
                fill=colour,
                outline=INK,
                width=4,
            )


def _meter(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    draw.rounded_rectangle((380, 200, 900, 760), radius=40, fill=AMBER, outline=INK, width=8)
    draw.rectangle((450, 280, 830, 450), fill=(188, 204, 176), outline=INK, width=6)
    reading = f"{chance.randint(5, 180) / 10:.1f}"
    draw.text((520, 305), reading, fill=INK, font=ImageFont.load_default(110))
    draw.ellipse((560, 520, 720, 680), fill=INK)


def _shutter(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    draw.rectangle((220, 180, 1060, 700), fill=(170, 176, 180), outline=INK, width=8)
    for slat in range(12):
        draw.line((220, 220 + slat * 40, 1060, 220 + slat * 40), fill=INK, width=3)
    left = chance.randint(420, 620)
    draw.rectangle((left, 330, left + 240, 480), fill=PAPER, outline=INK, width=4)


SUBJECTS: dict[str, Callable[[ImageDraw.ImageDraw, random.Random], None]] = {
    "gate": _gate,
    "certificate": _certificate,
    "extinguisher": _extinguisher,
    "shelf": _shelf,
    "meter": _meter,
    "shutter": _shutter,
}
