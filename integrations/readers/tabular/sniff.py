"""What a file really is, told by its first bytes and its inner structure, whatever its name says."""

import mmap
import zipfile
from dataclasses import dataclass
from pathlib import Path

from integrations.readers.tabular.errors import (
    BinaryFile,
    EmptyFile,
    OldXml,
    PasswordProtected,
    TooLarge,
    TruncatedFile,
)

MEGABYTE = 1024 * 1024
MAX_UNPACKED_BYTES = 1500 * MEGABYTE
OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
_BINARY_HEADS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x7fELF",
    b"MZ",
    b"SQLite",
    b"BM6",
)
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class Format:
    """kind: text | xls | xlsx | html."""

    kind: str
    size: int


def refuse_too_large(size: int, max_bytes: int) -> None:
    """Refuses (TooLarge) more bytes than this installation takes."""
    if size > max_bytes:
        raise TooLarge(size=-(-size // MEGABYTE), limit=max_bytes // MEGABYTE)


def recognise(path: Path, max_bytes: int) -> Format:
    """The format of the file. Refuses empty, too large, binary, damaged and password-protected files."""
    size = path.stat().st_size
    if size == 0:
        raise EmptyFile
    refuse_too_large(size, max_bytes)
    with path.open("rb") as file:
        head = file.read(4096)
    return Format(_kind(path, head), size)


def _kind(path: Path, head: bytes) -> str:
    if head.startswith(OLD_OFFICE):
        return _compound_document(path)
    if head.startswith(b"PK"):
        return _archive(path)
    if head.startswith(_BINARY_HEADS):
        raise BinaryFile
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").replace(b"\x00", b"")[:2048].lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<style", b"<head")):
        return "html"
    if start.startswith(b"<?xml"):
        if b"<html" in start or b"xhtml" in start:
            return "html"
        raise OldXml
    return "text"


def _compound_document(path: Path) -> str:
    """The old binary container of Office: a workbook, or the shell around an encrypted one."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find(_ENCRYPTED) >= 0:
            raise PasswordProtected
    return "xls"


def _archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise TruncatedFile from None
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED_BYTES:
        raise TooLarge(size=unpacked // MEGABYTE, limit=MAX_UNPACKED_BYTES // MEGABYTE)
    if not any(entry.filename.startswith(("xl/workbook", "xl/_rels")) for entry in entries):
        raise BinaryFile
    if any(entry.flag_bits & 1 for entry in entries):
        raise PasswordProtected
    return "xlsx"
