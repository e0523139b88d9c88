"""What may be told, in each language. The words are put together when somebody reads them."""

CODES: dict[str, tuple[str, str]] = {}
"""By code: Chinese and English, with `{placeholders}` for the particulars."""


def text(code: str, particulars: dict[str, object], locale: str) -> str:
    """One message in the language of a locale; its particulars are names and numbers, shown as they are."""
    chinese, english = CODES[code]
    return (english if locale.startswith("en") else chinese).format(**particulars)
