"""Identity numbers, telephone numbers and surnames of the outside world's test data."""

import csv
import os
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from patients.domain.identity_numbers import read_identity_number
from patients.domain.names import name_keys
from patients.domain.phones import read_phones

DATA = Path(os.environ.get("CRM_TEST_DATA", Path(__file__).parents[3] / "shared" / "data")) / "cn"
pytestmark = [
    pytest.mark.conformance,
    pytest.mark.unit,
    pytest.mark.skipif(not DATA.is_dir(), reason="the outside world's files are not here"),
]
SEX = {"M": "男", "F": "女", "": ""}


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of one of the files."""
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_identity_numbers_get_the_expected_verdict_birth_date_and_sex() -> None:
    wrong = []
    for row in rows("id_numbers/id_numbers_expected.csv"):
        read = read_identity_number(row["id_number_as_typed"])
        found = (read.verdict, str(read.birth_date or ""), SEX[read.sex])
        if found != (row["verdict"], row["birth_date"], row["sex"]):
            wrong.append((row, found))
    assert wrong == []


def test_telephone_numbers_get_their_canonical_form() -> None:
    typed = rows("phone/mobile_as_typed_expected.csv")
    assert [[one.value for one in read_phones(row["as_typed"]).numbers] for row in typed] == [
        [row["canonical"]] for row in typed
    ]


def test_surnames_are_read_as_names_and_not_as_words() -> None:
    lines = (DATA / "pinyin" / "overtrue_surnames_A.txt").read_text(encoding="utf-8").splitlines()
    wrong = []
    for line in filter(None, lines):
        surname, reading = line.split(": ")
        plain = "".join(char for char in unicodedata.normalize("NFD", reading) if not unicodedata.combining(char))
        keys = name_keys(surname + "明")
        if plain.replace(" ", "") + "ming" not in (keys.py_full, keys.py_full_alt):
            wrong.append((surname, plain, keys))
    assert wrong == []
