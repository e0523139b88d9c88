"""The law of attached papers: what a file is by its content, whatever its name says."""

from __future__ import annotations

import io
import zipfile
import zlib
from enum import StrEnum

from server.kernel.problems import Problem

MOST_BYTES = 10 * 1024**2
MOST_MEMBERS = 10_000
MOST_UNPACKED = 200 * 1024**2
NAME_LENGTH = 200
TAIL = 2048  # where a file says that it ends: some programs write a little behind it

BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError)
"""What unpacking raises where a package is damaged, encrypted, or no package at all."""


class Kind(StrEnum):
    """What may be attached, by the endings of names."""

    PDF = "pdf"
    JPEG = "jpg"
    PNG = "png"
    DOCX = "docx"
    XLSX = "xlsx"
    OFD = "ofd"

    @property
    def media_type(self) -> str:
        """As it is handed out again."""
        return MEDIA_TYPES[self]

    @property
    def is_image(self) -> bool:
        """Whether somebody who can decode images has to look at it as well."""
        return self in (Kind.JPEG, Kind.PNG)


MEDIA_TYPES = {
    Kind.PDF: "application/pdf",
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.OFD: "application/ofd",
}

OTHER_ENDINGS = {Kind.JPEG: ("jpeg",)}

PARTS = {  # what each kind of package holds at its heart
    Kind.DOCX: "word/document.xml",
    Kind.XLSX: "xl/workbook.xml",
    Kind.OFD: "OFD.xml",
}


def kind_of(content: bytes) -> Kind:
    """What a file is; `attachment-kind` for anything that may not be attached, or is cut or damaged."""
    if not content:
        raise Problem("attachment-empty", field="attachment")
    if len(content) > MOST_BYTES:
        raise Problem("attachment-too-large", field="attachment", most=MOST_BYTES // 1024**2)
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-TAIL:]:
        return Kind.PDF
    # decoders are lenient with cut images once WeasyPrint has been loaded, so their ends are looked for here
    if content.startswith(b"\xff\xd8\xff") and content.rfind(b"\xff\xd9") > content.rfind(b"\xff\xda"):
        return Kind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n") and b"IEND" in content[-TAIL:]:
        return Kind.PNG
    if content.startswith(b"PK\x03\x04"):
        return _package(content)
    raise Problem("attachment-kind", field="attachment")


def named(name: str, kind: Kind) -> str:
    """The name without folders, and with the ending that belongs to what it is."""
    base = name.replace("\\", "/").rpartition("/")[2].strip(". ")
    stem, _dot, ending = base.rpartition(".")
    if stem and ending.lower() in (kind.value, *OTHER_ENDINGS.get(kind, ())):
        return f"{stem[: NAME_LENGTH - len(ending) - 1]}.{ending}"
    return f"{base[: NAME_LENGTH - len(kind.value) - 1]}.{kind.value}" if base else f"file.{kind.value}"


def _package(content: bytes) -> Kind:
    """An office document, by what is in it: its directory is read, and no more than its heart unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            members = {one.filename: one for one in package.infolist()}
            if len(members) > MOST_MEMBERS or sum(one.file_size for one in members.values()) > MOST_UNPACKED:
                raise Problem("attachment-kind", field="attachment")
            kind = next((one for one, part in PARTS.items() if part in members), None)
            if kind is None or any(name.endswith("vbaProject.bin") for name in members):
                raise Problem("attachment-kind", field="attachment")
            with package.open(PARTS[kind]) as heart:
                while heart.read(2**16):  # to its end: a wrong checksum is found there
                    pass
    except BROKEN as error:
        raise Problem("attachment-kind", field="attachment") from error
    return kind
