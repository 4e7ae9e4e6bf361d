"""Surnames and minority names of the outside world's test data: read, cut, masked and found as they are used."""

import csv
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from accounts.actors import Actor
from accounts.models import Hospital
from hospital_crm.pinyin import surname_length
from patients.domain.masking import mask_name
from patients.domain.names import MAX_LENGTH, clean_name, name_keys
from patients.domain.search import find_people
from patients.models import Patient
from tests.patients.factories import PatientFactory

DATA = Path(os.environ.get("CRM_TEST_DATA", Path(__file__).parents[3] / "shared" / "data")) / "cn" / "names"
pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not DATA.is_dir(), reason="the outside world's files are not here"),
]
# The file gives the letter of the character by itself; as a surname it is read mo qi.
READ_OTHERWISE = {"万俟"}
# The file reads it bie, which no dictionary knows for a name.
SELDOM_READ = {"苾"}


def rows(name: str) -> list[dict[str, Any]]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def long_names() -> list[str]:
    return [clean_name(row["name"]) for row in rows("long_and_minority_names.csv")]


@pytest.mark.unit
def test_surnames_begin_with_the_expected_letter_in_one_of_their_readings() -> None:
    surnames = rows("familyname.csv")
    wrong = set()
    for row in surnames:
        keys = name_keys(row["surname"] + "明")
        if row["initial"] not in (keys.py_initials[:1], keys.py_initials_alt[:1]):
            wrong.add(row["surname"])
    assert (len(surnames), wrong) == (1806, READ_OTHERWISE)


@pytest.mark.unit
def test_given_names_are_found_by_the_expected_reading() -> None:
    given = rows("givenname.csv")
    lost = set()
    for row in given:
        keys = name_keys("王" + row["character"])
        if "wang" + row["pinyin"].rstrip("0123456789") not in (keys.py_full, keys.py_full_alt):
            lost.add(row["character"])
    assert (len(given), lost) == (2614, SELDOM_READ)


@pytest.mark.unit
def test_frequent_given_names_have_an_initial_for_each_character() -> None:
    names = {name for row in rows("top100name.year.csv") for column, name in row.items() if column.startswith("name")}
    keys = {name: name_keys("王" + name).py_initials for name in names}
    assert (len(names), {name for name in names if len(keys[name]) != 1 + len(name)}) == (535, set())


@pytest.mark.unit
def test_compound_surnames_are_kept_whole_where_a_name_is_cut_or_masked() -> None:
    compound = [row["surname"] for row in rows("familyname.csv") if row["compound"] == "1"]
    cut = {one: (surname_length(f"{one}小明"), name_keys(f"{one}小明").given_name) for one in compound}
    assert (len(compound), {one for one in compound if cut[one] != (len(one), "小明")}) == (63, set())
    assert [mask_name(f"{one}小明") for one in compound] == [f"{one}*明" for one in compound]


@pytest.mark.unit
def test_long_names_fit_their_column_and_no_mask_tells_them() -> None:
    names = long_names()
    column = Patient._meta.get_field("name")
    keys = {name: Patient._meta.get_field(name).max_length for name in ("py_full", "py_initials", "given_name")}
    assert (len(names), column.max_length) == (11, MAX_LENGTH)
    assert [name for name in names if len(name) > MAX_LENGTH or mask_name(name) == name] == []
    assert [
        (name, key)
        for name in names
        for key, width in keys.items()
        if not 0 < len(getattr(name_keys(name), key)) < width
    ] == []
    dotted = [name for name in names if "·" in name]
    assert [mask_name(name) for name in dotted] == [f"{name[0]}*·*{name[-1]}" for name in dotted]


@pytest.mark.django_db
def test_long_names_are_found_with_and_without_their_dots(in_north: Hospital, actor: Callable[[str], Actor]) -> None:
    names = long_names()
    for name in names:
        PatientFactory(name=name)
    reader = actor("centre_manager")
    ways = {
        (name, way)
        for name in names
        for way in (name, name.replace("·", ""), name.replace("·", "."), name.replace("·", "•"), name.split("·")[-1])
    } | {(name, name_keys(name).py_initials) for name in names}
    lost = {(name, way) for name, way in ways if name not in [one.name for one in find_people(reader, way)]}
    assert lost == set()
