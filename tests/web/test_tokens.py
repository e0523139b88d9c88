"""The colours can be read: 7:1 (WCAG 2.2, success criterion 1.4.6), in light and in dark."""

import re

import pytest

from server.web.field import PWA, STATIC

TOKENS = (STATIC / "tokens.css").read_text()
LIGHT, DARK = TOKENS.split("@media (prefers-color-scheme: dark)")
PAIRS = [
    *[(text, ground) for text in ("text", "text-quiet") for ground in ("bg", "surface", "sunken")],
    *[(meaning, "surface") for meaning in ("act", "pass", "fail", "na", "warn", "conflict", "info")],
    *[(meaning, f"{meaning}-soft") for meaning in ("pass", "fail", "na", "warn", "conflict", "info")],
    ("on-act", "act"),
    ("act-strong", "act-soft"),
]


def colours(sheet: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", sheet))


def luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("text", "ground"), PAIRS)
@pytest.mark.parametrize("sheet", [LIGHT, LIGHT + DARK], ids=["light", "dark"])
def test_words_stand_out_from_their_ground(sheet: str, text: str, ground: str) -> None:
    named = colours(sheet)
    assert contrast(named[text], named[ground]) >= 7


def test_every_colour_has_its_dark_twin() -> None:
    assert colours(LIGHT).keys() == colours(DARK).keys()


def test_sheets_use_tokens_and_no_colours_of_their_own() -> None:
    sheets = [
        path for path in [*STATIC.glob("*.css"), *PWA.rglob("*.css")] if path.name != "tokens.css"
    ]
    unknown = {
        (sheet.name, name)
        for sheet in sheets
        for name in re.findall(r"var\((--[a-z0-9-]+)", sheet.read_text())
        if f"{name}:" not in TOKENS + sheet.read_text()
    }
    assert unknown == set()
