"""Text files: encoding, separator and quoting found out by trying, then read row by row without holding the file.

Encodings in the order they are tried: a byte order mark decides; then UTF-16 by its zero bytes; then UTF-8, GB18030 and
Big5, of which the first that decodes the whole file wins (UTF-8 never decodes a GB18030 list by accident). Where Big5
and GB18030 both decode, the one with more words of the header known wins.
"""

import codecs
import csv
import io
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from integrations.readers.tabular.errors import BinaryFile, TruncatedFile, UnbalancedQuotes, WrongEncoding
from integrations.readers.tabular.quotes import Quotes
from integrations.readers.tabular.totals import is_total

SEPARATORS = (",", "\t", ";", "|", "，", "^")
SAMPLE_ROWS = 40
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LABELS = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "gb18030": "GB18030", "cp950": "Big5", "utf-16": "UTF-16"}
csv.field_size_limit(16 * 1024 * 1024)

Score = Callable[[list[list[str]]], int]


@dataclass(frozen=True, slots=True)
class TextShape:
    """How to open the file."""

    encoding: str
    separator: str

    @property
    def dialect(self) -> dict[str, Any]:
        """Options of csv.reader; a tab file quotes nothing that a spreadsheet would not quote."""
        return {"delimiter": self.separator, "skipinitialspace": self.separator != "\t"}


def find_shape(path: Path, score: Score) -> TextShape:
    """Encoding and separator of the file; `score` says how well rows begin with a known header.

    Refuses binary files, undecodable bytes (naming the row) and files whose last character is cut in two.
    """
    encodings = _possible_encodings(path)
    tried = [_best_separator(path, encoding, score) for encoding in encodings]
    best = max(tried, key=lambda found: found[0])
    return best[1]


def records(path: Path, shape: TextShape) -> Iterator[list[str]]:
    """All records of the file in order, blank ones as empty lists."""
    return _read(path, shape, Quotes(shape.separator, shape.dialect))


def check_to_the_end(path: Path, shape: TextShape, width: int, needed: Sequence[Sequence[int]]) -> None:
    """Read the file once to its end; refuses one whose quotation marks fit no reading, and one that stops inside a
    quoted cell or in a last row that lacks what it needs: none of the columns in one of `needed`, of `width` in all.
    """
    quotes = Quotes(shape.separator, shape.dialect)
    last: list[str] = []
    for last in _read(path, shape, quotes):  # noqa: B007
        pass
    if quotes.unbalanced:
        raise UnbalancedQuotes(row=quotes.unbalanced[0])
    if quotes.cut_off:
        raise TruncatedFile
    if is_total(last[0] if last else "", last, width) or _ends_with_newline(path, shape.encoding):
        return
    whole = len(last) - 1
    if 0 < whole < width - 1 and any(all(column >= whole for column in columns) for columns in needed):
        raise TruncatedFile


def _read(path: Path, shape: TextShape, quotes: Quotes) -> Iterator[list[str]]:
    with path.open(encoding=shape.encoding, newline="") as file:
        yield from csv.reader(quotes.mended(_without_nul(file)), **shape.dialect)


def _possible_encodings(path: Path) -> list[str]:
    with path.open("rb") as file:
        head = file.read(65536)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            _decode_all(path, encoding)
            return [encoding]
    zeros = head.count(0)
    if zeros:
        return [_utf16_without_mark(path, head, zeros)]
    if _control_characters(head) > len(head) // 50:
        raise BinaryFile
    return _trial(path)


def _trial(path: Path) -> list[str]:
    failures: list[tuple[int, str]] = []
    for encoding in ("utf-8", "gb18030", "cp950"):
        failed_at = _first_failure(path, encoding)
        if failed_at < 0:
            if encoding == "utf-8":
                return [encoding]
            both = encoding == "gb18030" and _first_failure(path, "cp950") < 0
            return [encoding, "cp950"] if both else [encoding]
        failures.append((failed_at, encoding))
    offset, encoding = max(failures)
    if path.stat().st_size - offset <= 4:
        raise TruncatedFile
    raise WrongEncoding(row=_row_of(path, offset), encoding=_LABELS[encoding])


def _utf16_without_mark(path: Path, head: bytes, zeros: int) -> str:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    if zeros < len(head) // 20 or min(even, odd) * 4 > max(even, odd) or _first_failure(path, encoding) >= 0:
        raise BinaryFile
    return encoding


def _decode_all(path: Path, encoding: str) -> None:
    failed_at = _first_failure(path, encoding)
    if failed_at >= 0:
        if path.stat().st_size - failed_at <= 4:
            raise TruncatedFile
        raise WrongEncoding(row=_row_of(path, failed_at), encoding=_LABELS.get(encoding, encoding))


def _first_failure(path: Path, encoding: str) -> int:
    """Byte offset of the first thing that is no text in this encoding, -1 where all of it is."""
    decoder = codecs.getincrementaldecoder(encoding)()
    done = 0
    with path.open("rb") as file:
        while True:
            piece = file.read(1 << 20)
            kept = len(decoder.getstate()[0])
            try:
                decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                return max(0, done - kept + error.start)
            if not piece:
                return -1
            done += len(piece)


def _row_of(path: Path, offset: int) -> int:
    with path.open("rb") as file:
        return 1 + sum(piece.count(b"\n") for piece in _pieces(file, offset))


def _pieces(file: io.BufferedReader, length: int) -> Iterator[bytes]:
    while length > 0 and (piece := file.read(min(length, 1 << 20))):
        length -= len(piece)
        yield piece


def _best_separator(path: Path, encoding: str, score: Score) -> tuple[tuple[int, int], TextShape]:
    shapes = [TextShape(encoding, separator) for separator in SEPARATORS]
    found = []
    for order, shape in enumerate(shapes):
        rows = list(itertools.islice(records(path, shape), SAMPLE_ROWS))
        found.append(((score(rows), _steadiness(rows), -order), shape))
    best, shape = max(found, key=lambda item: item[0])
    return best[:2], shape


def _steadiness(rows: list[list[str]]) -> int:
    """How many sample rows share the most frequent width of more than one cell."""
    widths = [len(row) for row in rows if len(row) > 1]
    return max((widths.count(width) for width in set(widths)), default=0)


def _without_nul(lines: Iterator[str]) -> Iterator[str]:
    return (line.replace("\0", "") if "\0" in line else line for line in lines)


def _control_characters(head: bytes) -> int:
    return sum(head.count(code) for code in range(32) if code not in (9, 10, 12, 13, 26))


def _ends_with_newline(path: Path, encoding: str) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4))
        return file.read().rstrip(b"\x00\x1a").endswith((b"\n", b"\r", b"\n\x00", b"\x00\n"))
