"""A zip file that opens with a passphrase only: WinZip AE-2 with AES-256, which 7-Zip, WinRAR, Bandizip and the file
applications of telephones open.

The format fixes a weak derivation of the key (PBKDF2, a thousand rounds), so the passphrase is never chosen by a
person: `new_passphrase` draws eighty bits. Source: AES Encryption Information, WinZip Computing, version 1.04.
"""

import hmac
import os
import secrets
import struct
import zlib
from collections.abc import Iterable

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_GROUPS, _GROUP = 4, 4
_SALT, _KEY, _BLOCK, _MARK = 16, 32, 16, 10
_ENCRYPTED_UTF8 = 0x0801
_AES = 99
_EXTRA = struct.pack("<HHH2sBH", 0x9901, 7, 2, b"AE", 3, 8)
_VERSION = 51
_FIRST_DAY = 0x0021


def new_passphrase() -> str:
    """Four groups of four letters and digits that nobody confuses."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def sealed(files: Iterable[tuple[str, bytes]], passphrase: str) -> bytes:
    """The archive with these files, by name."""
    body, directory, count = bytearray(), bytearray(), 0
    for name, content in files:
        held, path = _sealed_content(content, passphrase), name.encode()
        sizes = (0, len(held), len(content), len(path), len(_EXTRA))
        fixed = (_VERSION, _ENCRYPTED_UTF8, _AES, 0, _FIRST_DAY, *sizes)
        directory += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, _VERSION, *fixed, 0, 0, 0, 0, len(body))
        directory += path + _EXTRA
        body += struct.pack("<IHHHHHIIIHH", 0x04034B50, *fixed) + path + _EXTRA + held
        count += 1
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + end)


def _sealed_content(content: bytes, passphrase: str) -> bytes:
    """Salt, check of the passphrase, encrypted deflated bytes, and the mark that tells a change."""
    salt = os.urandom(_SALT)
    keys = PBKDF2HMAC(SHA1(), 2 * _KEY + 2, salt, 1000).derive(passphrase.encode())  # noqa: S303 - the format
    packer = zlib.compressobj(wbits=-15)
    packed = _encrypted(packer.compress(content) + packer.flush(), keys[:_KEY])
    mark = hmac.digest(keys[_KEY : 2 * _KEY], packed, "sha1")[:_MARK]
    return salt + keys[2 * _KEY :] + packed + mark


def _encrypted(plain: bytes, key: bytes) -> bytes:
    """AES in counter mode; the counter begins with one and its least byte stands first."""
    blocks = -(-len(plain) // _BLOCK)
    counters = b"".join(number.to_bytes(_BLOCK, "little") for number in range(1, blocks + 1))
    cipher = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - each block is a counter, met once
    stream = (cipher.update(counters) + cipher.finalize())[: len(plain)]
    return (int.from_bytes(plain, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(plain), "big")
