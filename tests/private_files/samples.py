"""Small files of every kind, made here."""

import io
import zipfile
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n0\n%%EOF\n"
PLACE, DEVICE = 0x8825, "Phone of Gan"


def picture(
    picture_format: str = "JPEG", *, mode: str = "RGB", size: tuple[int, int] = (40, 20), **options: Any
) -> bytes:
    """A picture, its left half dark."""
    drawn = Image.new(mode, size, 255)
    drawn.paste(0, (0, 0, size[0] // 2, size[1]))
    target = io.BytesIO()
    drawn.save(target, picture_format, **options)
    return target.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    """What a telephone writes: device, place, orientation."""
    found = Image.Exif()
    found[0x0110], found[0x0112] = DEVICE, orientation
    found.get_ifd(PLACE)[2] = (39.0, 54.0, 20.0)
    return found


def described() -> PngInfo:
    """Text beside a PNG."""
    words = PngInfo()
    words.add_text("Author", DEVICE)
    return words


def office(part: str = "word/document.xml", **more: bytes) -> bytes:
    """An Office file with this main part."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"[Content_Types].xml": b"<Types/>", part: b"<x/>", **more}.items():
            archive.writestr(name, content)
    return target.getvalue()
