"""What lies in a rescue file: a first look through it that remembers places, not contents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from server.kernel.ids import is_uuid
from server.kernel.problems import Problem
from server.rescue.parcel import Damage, Frame, Parcel, Vault
from server.rescue.rules import MOST_FRAMES, Link, link_of

Json = dict[str, Any]

LONGEST_ENTRY = 80 * 1024
"""The canonical text of an entry has at most 64 KB."""


@dataclass
class Piece:
    """A file of evidence, or (`segment`) seconds that were never made one: where its parts lie, by number."""

    id: str
    visit: str
    type: str
    sha256: str | None = None
    parts: dict[int, int] = field(default_factory=dict)
    count: int | None = None

    @property
    def segment(self) -> bool:
        """Whether it was cut off while it was being recorded."""
        return self.sha256 is None


@dataclass
class Contents:
    """All that was found, by visit, and what is damaged, each with its kind and name."""

    links: dict[str, list[Link]] = field(default_factory=dict)
    pieces: dict[str, Piece] = field(default_factory=dict)
    damaged: list[Json] = field(default_factory=list)

    @property
    def visits(self) -> list[str]:
        """Every visit something belongs to."""
        return sorted({*self.links, *(piece.visit for piece in self.pieces.values())})

    def damage(self, what: str, name: str) -> None:
        """Name something that cannot be read."""
        self.damaged.append({"what": what, "name": name})


def look_through(parcel: Parcel, vault: Vault) -> Contents:
    """Find everything once, from the first frame to the last."""
    found = Contents()
    for number, frame in enumerate(parcel.frames()):
        if number > MOST_FRAMES:
            raise Problem("rescue-unreadable")
        if isinstance(frame, Damage):
            found.damage("place", str(frame.at))
        else:
            _note(found, vault, frame)
    return found


def _note(found: Contents, vault: Vault, frame: Frame) -> None:
    record = frame.record
    if isinstance(record.get("entry"), str):
        _note_entry(found, vault, frame)
    elif isinstance(record.get("file"), str):
        _note_file(found, vault, frame)
    elif isinstance(record.get("take"), str):
        _note_segment(found, vault, frame)
    elif type(record.get("n")) is int:
        piece = found.pieces.get(str(record.get("chunk") or record.get("piece")))
        if piece is not None:
            piece.parts[record["n"]] = frame.at


def _note_entry(found: Contents, vault: Vault, frame: Frame) -> None:
    name = frame.record["entry"]
    fits = len(frame.content) <= LONGEST_ENTRY
    entry = vault.value(f"entries/{name}", frame.content) if fits else None
    link = link_of(entry, frame.at) if entry else None
    if entry is None or link is None or link.hash != name:
        found.damage("entry", name[:64])
    else:
        found.links.setdefault(str(entry.get("visit")), []).append(link)


def _note_file(found: Contents, vault: Vault, frame: Frame) -> None:
    record = frame.record
    visit, sha256 = str(record.get("visit")), str(record.get("sha256"))
    about = vault.value(f"evidence/{visit},{sha256}", frame.content)
    if about is None or not is_uuid(visit):
        found.damage("file", sha256[:64])
        return
    chunks = record.get("chunks")
    found.pieces[record["file"]] = Piece(
        record["file"], visit, str(about.get("type")), sha256, count=chunks if type(chunks) is int else 0
    )


def _note_segment(found: Contents, vault: Vault, frame: Frame) -> None:
    name = frame.record["take"]
    about = vault.value(f"takes/{name}", frame.content)
    if about is None or not is_uuid(about.get("visit")):
        found.damage("segment", name[:64])
    else:
        found.pieces[name] = Piece(name, str(about.get("visit")), str(about.get("type")))


def bytes_of(piece: Piece, parcel: Parcel, vault: Vault) -> Iterator[bytes]:
    """The bytes of a piece in order, as far as they follow each other."""
    store = "pieces" if piece.segment else "chunks"
    for number in range(len(piece.parts) if piece.count is None else piece.count):
        at = piece.parts.get(number)
        plain = None if at is None else vault.open(f"{store}/{piece.id}/{number}", parcel.content(at))
        if plain is None:
            return
        yield plain
