"""An archive that opens with its passphrase and with no other, and tells of nothing inside but names and sizes."""

import re

import pytest

from hospital_crm import sealed_zip
from tests.private_files.opened_zip import WrongPassphrase, opened

FILES = {"资料.html": "你好".encode() * 900, "data.json": b"{}", "empty": b""}


def test_what_is_sealed_opens_with_its_passphrase_alone() -> None:
    passphrase = sealed_zip.new_passphrase()
    archive = sealed_zip.sealed(FILES.items(), passphrase)
    assert opened(archive, passphrase) == FILES
    with pytest.raises(WrongPassphrase):
        opened(archive, sealed_zip.new_passphrase())


def test_nothing_of_the_content_stands_in_the_archive_and_twice_is_never_the_same() -> None:
    first, second = (sealed_zip.sealed([("a", b"secret words" * 9)], "AAAA") for _ in range(2))
    assert (b"secret" in first, first == second) == (False, False)


def test_passphrases_are_drawn_anew_without_letters_that_look_alike() -> None:
    drawn = {sealed_zip.new_passphrase() for _ in range(200)}
    assert (
        len(drawn),
        [one for one in drawn if not re.fullmatch(r"([A-HJ-NP-Z2-9]{4}-){3}[A-HJ-NP-Z2-9]{4}", one)],
    ) == (
        200,
        [],
    )
