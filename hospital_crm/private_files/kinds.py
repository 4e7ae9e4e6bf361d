"""What a file is, told by its content alone; its name and what the browser says of it count for nothing."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

MOST_UNPACKED = 200 * 1024 * 1024
MOST_MEMBERS = 10_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Kind:
    """A kind of file that is kept: its MIME type, the endings of its names (the first is given to names without one),
    words for people, and the format in which a picture is drawn anew.
    """

    mime: str
    endings: tuple[str, ...]
    label: Any
    picture_format: str = ""


_OFFICE = "application/vnd.openxmlformats-officedocument."
PDF = Kind("application/pdf", (".pdf",), _("PDF"))
JPEG = Kind("image/jpeg", (".jpg", ".jpeg"), _("JPEG picture"), "JPEG")
PNG = Kind("image/png", (".png",), _("PNG picture"), "PNG")
WEBP = Kind("image/webp", (".webp",), _("WebP picture"), "WEBP")
DOCX = Kind(f"{_OFFICE}wordprocessingml.document", (".docx",), _("Word document"))
XLSX = Kind(f"{_OFFICE}spreadsheetml.sheet", (".xlsx",), _("Excel sheet"))
TEXT = Kind("text/plain", (".txt", ".csv", ".md", ".log"), _("plain text"))

ALL = (PDF, JPEG, PNG, WEBP, DOCX, XLSX, TEXT)
PICTURES = (JPEG, PNG, WEBP)
BY_MIME = {kind.mime: kind for kind in ALL}
ACCEPTED = ",".join(ending for kind in ALL for ending in kind.endings)

_MAIN_PART = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}


def recognised(content: bytes) -> Kind | None:
    """The kind of these bytes; None for what is not kept: programs, archives, web pages with parts, macros, noise."""
    if content.startswith(b"%PDF-"):
        return PDF if b"%%EOF" in content[-4096:] else None
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    return TEXT if _is_text(content) else None


def _office(content: bytes) -> Kind | None:
    """A Word or Excel file without macros, whose parts unpack to a sensible size and are not encrypted."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
                return None
            if any(member.flag_bits & 1 for member in members) or "[Content_Types].xml" not in names:
                return None
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                return None
            archive.read("[Content_Types].xml")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OSError):
        return None
    found = [kind for part, kind in _MAIN_PART.items() if part in names]
    return found[0] if len(found) == 1 else None


def _is_text(content: bytes) -> bool:
    """Readable as UTF-8 or as GB18030, without control characters; only line ends, tabs and page breaks."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return not _CONTROL.search(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    return False
