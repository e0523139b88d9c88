"""A list as a table: the same columns for a published version and for drafts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext

from server.catalogue import words
from server.catalogue.comparing import MEMBERS

Json = dict[str, Any]


def table(
    items: Iterable[Json], names: Mapping[str, str]
) -> tuple[Sequence[tuple[str, str]], Iterator[Json]]:
    """The columns of a list and its rows, each member in words."""
    plain = [member for member in MEMBERS if member != "help"]
    columns = [("id", gettext("Number"))]
    columns += [(member, words.word(words.MEMBERS, member)) for member in plain]
    columns += [(f"help_{name}", str(label)) for name, label in words.HELP.items()]
    return columns, (_row(item, plain, names) for item in items)


def _row(item: Json, members: Sequence[str], names: Mapping[str, str]) -> Json:
    guidance = item.get("help", {})
    told = {member: _cell(member, item.get(member), names) for member in members}
    return {"id": item["id"]} | told | {f"help_{name}": guidance.get(name, "") for name in words.HELP}


def _cell(member: str, value: Any, names: Mapping[str, str]) -> str:
    text = words.told(member, value, names)
    return "" if text == "–" else text
