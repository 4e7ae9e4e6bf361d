"""Encryption by the application, with keys outside the database.

Identity numbers, raw messages and uploaded lists are sealed with AES-256-GCM. `FIELD_ENCRYPTION_KEYS` lists the keys,
newest first: the first seals, all of them open, so a key is changed by putting a new one in front. A number is found
again by a keyed hash (HMAC-SHA256 with `FIELD_HASH_KEY`) of the whole and of its last six characters; that key cannot
be changed without hashing everything anew.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Iterator
from functools import cache
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

TAIL = 6
_NONCE = 12
_KEY_NAME = 8
_PIECE = 1024 * 1024
_FILE_MARK = b"CRMFILE1"


class CannotDecrypt(Exception):
    """The text was sealed with a key that is not listed any more, or was tampered with."""


def encrypt(text: str) -> str:
    """Seal a text; sealing it twice gives two different results."""
    name, cipher = _ciphers()[0]
    nonce = os.urandom(_NONCE)
    sealed = nonce + cipher.encrypt(nonce, text.encode(), None)
    return f"{name}:{base64.urlsafe_b64encode(sealed).decode()}"


def decrypt(sealed: str) -> str:
    """Open a sealed text. Refuses (CannotDecrypt) unknown keys and changed texts."""
    name, _, body = sealed.partition(":")
    raw = base64.urlsafe_b64decode(body)
    try:
        return _cipher(name).decrypt(raw[:_NONCE], raw[_NONCE:], None).decode()
    except InvalidTag:
        raise CannotDecrypt from None


def encrypt_bytes(raw: bytes) -> bytes:
    """Seal bytes, such as a message as it came over the wire."""
    name, cipher = _ciphers()[0]
    nonce = os.urandom(_NONCE)
    return name.encode() + nonce + cipher.encrypt(nonce, raw, None)


def decrypt_bytes(sealed: bytes) -> bytes:
    """Open sealed bytes. Refuses (CannotDecrypt) unknown keys and what was changed."""
    name, rest = sealed[:_KEY_NAME].decode("ascii", "replace"), sealed[_KEY_NAME:]
    try:
        return _cipher(name).decrypt(rest[:_NONCE], rest[_NONCE:], None)
    except (InvalidTag, ValueError):
        raise CannotDecrypt from None


def whole_hash(text: str) -> str:
    """The keyed hash under which a whole number is found; blanks and case make no difference."""
    return _keyed(b"whole:" + _canonical(text))


def tail_hash(text: str) -> str:
    """The keyed hash of the last six characters."""
    return _keyed(b"tail:" + _canonical(text)[-TAIL:])


def exact_hash(text: str) -> str:
    """The keyed hash of a text as it stands, letter by letter."""
    return _keyed(b"exact:" + text.encode())


def link_token(row: str) -> str:
    """The 22 characters of an address without log-in, derived from what says which row is meant: the same each time."""
    digest = hmac.digest(b"crm link token:" + settings.FIELD_HASH_KEY.encode(), row.encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()


def encrypt_stream(source: Iterator[bytes], target: BinaryIO) -> None:
    """Seal a file of any size piece by piece; pieces cannot be reordered, and the last one is marked as such."""
    name, cipher = _ciphers()[0]
    target.write(_FILE_MARK + name.encode())
    number, held = 0, next(source, b"")
    for piece in source:
        _write_piece(target, cipher, held, number, last=False)
        number, held = number + 1, piece
    _write_piece(target, cipher, held, number, last=True)


def decrypt_stream(source: BinaryIO) -> Iterator[bytes]:
    """Open a sealed file piece by piece. Refuses (CannotDecrypt) what was changed or breaks off."""
    if source.read(len(_FILE_MARK)) != _FILE_MARK:
        raise CannotDecrypt
    cipher = _cipher(source.read(_KEY_NAME).decode("ascii", "replace"))
    number, is_last = 0, False
    while not is_last:
        head = source.read(5)
        if len(head) < 5:
            raise CannotDecrypt
        is_last = head[4] == 1
        sealed = source.read(int.from_bytes(head[:4], "big"))
        try:
            yield cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _label(number, is_last))
        except (InvalidTag, ValueError):
            raise CannotDecrypt from None
        number += 1


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """A file in pieces of one megabyte."""
    while piece := file.read(_PIECE):
        yield piece


def _write_piece(target: BinaryIO, cipher: AESGCM, piece: bytes, number: int, *, last: bool) -> None:
    nonce = os.urandom(_NONCE)
    sealed = nonce + cipher.encrypt(nonce, piece, _label(number, last))
    target.write(len(sealed).to_bytes(4, "big") + (b"\x01" if last else b"\x00") + sealed)


def _label(number: int, last: bool) -> bytes:
    return b"%d:%d" % (number, last)


def _canonical(text: str) -> bytes:
    return "".join(text.split()).upper().encode()


def _keyed(message: bytes) -> str:
    return hmac.digest(_hash_key(), message, "sha256").hex()


def _cipher(name: str) -> AESGCM:
    for known, cipher in _ciphers():
        if known == name:
            return cipher
    raise CannotDecrypt


def _ciphers() -> tuple[tuple[str, AESGCM], ...]:
    return _ciphers_of(tuple(settings.FIELD_ENCRYPTION_KEYS))


@cache
def _ciphers_of(secrets: tuple[str, ...]) -> tuple[tuple[str, AESGCM], ...]:
    """Name and cipher of every key; the name is the start of the key's own hash, so that it tells nothing."""
    keys = [hashlib.sha256(b"crm field encryption:" + secret.encode()).digest() for secret in secrets]
    return tuple((hashlib.sha256(key).hexdigest()[:_KEY_NAME], AESGCM(key)) for key in keys)


def _hash_key() -> bytes:
    return b"crm field hash:" + settings.FIELD_HASH_KEY.encode()
