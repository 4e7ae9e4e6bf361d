"""A real .xls, written byte by byte: one sheet of text and formulas in a compound document, as Excel 97 saved it."""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_GLOBALS, _SHEET = 0x0005, 0x0010
_ASKS_FOR_PASSWORD = 0x002F


@dataclass(frozen=True)
class Formula:
    """A cell that computes 1 + 1 and holds the text it last came to."""

    shown: str


def old_workbook(
    rows: Iterable[Sequence[str | float | Formula]],
    *,
    far: tuple[int, int] | None = None,
    is_locked: bool = False,
    merged: Sequence[tuple[int, int, int, int]] = (),
) -> bytes:
    """The rows as .xls; `far`: row and column, from 0, of a lone cell; `is_locked`: Excel asks for a password first;
    `merged`: first and last row, first and last column of cells that are one, from 0.
    """
    cells = [(line, column, value) for line, row in enumerate(rows) for column, value in enumerate(row)]
    if far:
        cells.append((*far, " "))
    sheet = _begin(_SHEET) + b"".join(_cell(*cell) for cell in cells)
    if merged:
        ranges = b"".join(struct.pack("<HHHH", *one) for one in merged)
        sheet += _record(0x00E5, struct.pack("<H", len(merged)) + ranges)
    sheet += _record(0x000A)
    return _compound_document(_workbook(sheet, is_locked=is_locked))


def _workbook(sheet: bytes, *, is_locked: bool) -> bytes:
    lock = _record(_ASKS_FOR_PASSWORD, struct.pack("<HHH", 1, 1, 1) + bytes(range(48))) if is_locked else b""
    before = _begin(_GLOBALS) + lock + _record(0x0042, struct.pack("<H", 1200))
    name = struct.pack("<BB", 2, 1) + "出院".encode("utf-16-le")
    place = len(before) + 4 + 6 + len(name) + len(_record(0x000A))
    return before + _record(0x0085, struct.pack("<IBB", place, 0, 0) + name) + _record(0x000A) + sheet


def _record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _begin(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def _cell(line: int, column: int, value: str | float | Formula) -> bytes:
    at = struct.pack("<HHH", line, column, 0)
    if isinstance(value, Formula):
        one_and_one = bytes.fromhex("1e0100 1e0100 03")
        result = struct.pack("<B5xH", 0, 0xFFFF)
        computed = at + result + struct.pack("<HIH", 0, 0, len(one_and_one)) + one_and_one
        return _record(0x0006, computed) + _record(0x0207, _text(value.shown))
    if isinstance(value, str):
        return _record(0x0204, at + _text(value))
    return _record(0x0203, at + struct.pack("<d", value))


def _text(value: str) -> bytes:
    return struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")


def _compound_document(stream: bytes) -> bytes:
    """The container: header, the table of sectors, the directory, then the one stream."""
    stream = stream.ljust(4096, b"\0")
    sectors = -(-len(stream) // _SECTOR)
    chain = [_FAT, _END, *range(3, 2 + sectors), _END]
    assert len(chain) <= _SECTOR // 4, "one sector of the table holds a small workbook only"
    table = struct.pack(f"<{_SECTOR // 4}I", *chain, *[_FREE] * (_SECTOR // 4 - len(chain)))
    directory = _entry("Root Entry", 5, child=1, start=_END, size=0) + _entry("Workbook", 2, start=2, size=len(stream))
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0, 0)
    head += struct.pack("<108I", *[_FREE] * 108)
    return head + table + directory.ljust(_SECTOR, b"\0") + stream.ljust(sectors * _SECTOR, b"\0")


def _entry(name: str, kind: int, *, start: int, size: int, child: int = _FREE) -> bytes:
    said = (name + "\0").encode("utf-16-le")
    links = struct.pack("<III", _FREE, _FREE, child)
    return (
        said.ljust(64, b"\0")
        + struct.pack("<HBB", len(said), kind, 1)
        + links
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
