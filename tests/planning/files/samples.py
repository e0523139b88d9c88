"""Files of each kind that may be attached, made small."""

import io
import zipfile

from PIL import Image
from werkzeug.datastructures import FileStorage

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def image(form, size=(40, 30)):
    """An image that is no flat colour, so that a cut one lacks something."""
    found = io.BytesIO()
    Image.effect_noise(size, 50).save(found, form)
    return found.getvalue()


def package(*members, packing=zipfile.ZIP_DEFLATED):
    """A zip with these members."""
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", packing) as archive:
        for name in members:
            archive.writestr(name, "".join(f"<x{number}/>" for number in range(200)))
    return found.getvalue()


def changed(content, at):
    """The same bytes, but for one."""
    return content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :]


DOCX = package("[Content_Types].xml", "word/document.xml")
XLSX = package("[Content_Types].xml", "xl/workbook.xml")
OFD = package("OFD.xml", "Doc_0/Document.xml")


def upload(content=PDF, name="文件.pdf"):
    """A file as a form brings it."""
    return FileStorage(io.BytesIO(content), filename=name)
