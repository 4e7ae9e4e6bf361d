"""Reading a sealed archive by the words of the format alone, so that the writer is not tested by itself."""

import hashlib
import hmac
import io
import struct
import zipfile
import zlib

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


class WrongPassphrase(Exception):
    """The archive does not open with it."""


def opened(archive: bytes, passphrase: str) -> dict[str, bytes]:
    """Every file of the archive, by name."""
    with zipfile.ZipFile(io.BytesIO(archive)) as found:
        return {entry.filename: _content(archive, entry, passphrase) for entry in found.infolist()}


def _content(archive: bytes, entry: zipfile.ZipInfo, passphrase: str) -> bytes:
    assert (entry.compress_type, entry.flag_bits & 1, entry.CRC) == (99, 1, 0)
    name, extra = struct.unpack("<HH", archive[entry.header_offset + 26 : entry.header_offset + 30])
    begin = entry.header_offset + 30 + name + extra
    held = archive[begin : begin + entry.compress_size]
    salt, check, packed, mark = held[:16], held[16:18], held[18:-10], held[-10:]
    keys = hashlib.pbkdf2_hmac("sha1", passphrase.encode(), salt, 1000, 66)
    if keys[64:] != check:
        raise WrongPassphrase
    assert hmac.digest(keys[32:64], packed, "sha1")[:10] == mark
    plain = b"".join(
        bytes(a ^ b for a, b in zip(packed[at : at + 16], _block(keys[:32], at // 16 + 1), strict=False))
        for at in range(0, len(packed), 16)
    )
    content = zlib.decompress(plain, -15)
    assert len(content) == entry.file_size
    return content


def _block(key: bytes, number: int) -> bytes:
    return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(struct.pack("<QQ", number, 0))
