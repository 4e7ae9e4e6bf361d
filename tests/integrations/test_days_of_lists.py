"""Days as further systems write them: with a month's name, a year of two digits, the year last; never guessed."""

import datetime as dt
from pathlib import Path

import pytest

from integrations.readers import days
from integrations.readers.discharge_fields import DISCHARGE_FIELDS
from integrations.readers.stays import StayReader, StayRow
from integrations.readers.tabular.columns import match_columns
from integrations.readers.tabular.table import open_table
from tests.integrations.lists import csv_bytes, row

TODAY = dt.date(2025, 3, 9)
FIRST = dt.date(2025, 3, 1)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("Mar  1 2025 12:00AM", FIRST), ("Mar 1, 2025", FIRST), ("March 1 2025", FIRST), ("1-Mar-25", FIRST),
        ("01/MAR/25 10:30", FIRST), ("25/3/1", FIRST), ("25-3-1", FIRST), ("31.03.25", dt.date(2025, 3, 31)),
        ("25.03.2025", dt.date(2025, 3, 25)), ("24-12-31", dt.date(2024, 12, 31)), ("2025-03-01", FIRST), ("", None),
    ],
)  # fmt: skip
def test_day_of_a_stay(written: str, day: dt.date | None) -> None:
    assert days.day_of_stay(written, "", 2026) == day


@pytest.mark.parametrize("written", ["25-03-01", "01.03.2025", "4/3/2025", "01-02-03"])
def test_what_can_be_two_days_is_none(written: str) -> None:
    with pytest.raises(days.Ambiguous):
        days.day_of_stay(written, "", 2026)


@pytest.mark.parametrize("written", ["31-Mar-61", "45-45-45", "Foo 1 2025", "99-13-40", "250301x"])
def test_what_is_no_day_at_all(written: str) -> None:
    with pytest.raises(days.Impossible) as refusal:
        days.day_of_stay(written, "", 2026)
    assert not isinstance(refusal.value, days.Ambiguous)


@pytest.mark.parametrize("written", ["60-03-01", "1-Mar-60", "25/3/1"])
def test_birth_dates_are_never_read_with_two_digits(written: str) -> None:
    with pytest.raises(days.Impossible):
        days.day(written)


def read(path: Path, *said: tuple[str, str]) -> list[StayRow]:
    """Stays with these days of admission and discharge, as the list says them."""
    rows = [row(住院号=f"ZY{n}", 入院日期=came, 出院日期=left) for n, (came, left) in enumerate(said)]
    path.write_bytes(csv_bytes(rows))
    table = open_table(path, DISCHARGE_FIELDS, 10**7)
    reader = StayReader(match_columns(table.info.columns, DISCHARGE_FIELDS), TODAY)
    reader.learn(list(table.rows())[:2], table.rows)
    return [reader.read(one) for one in table.rows()]


@pytest.mark.parametrize(
    ("unsure", "sure"),
    [
        (("25-03-01", "25-03-05"), ("25-02-28", "25-02-28")),
        (("01.03.2025", "05.03.2025"), ("25.02.2025", "28.02.2025")),
        (("3/1/2025", "3/5/2025"), ("2/25/2025", "2/28/2025")),
        (("01-03-25", "05-03-25"), ("31-01-25", "31-01-25")),
    ],
)
def test_whole_column_tells_what_one_cell_leaves_open(
    tmp_path: Path, unsure: tuple[str, str], sure: tuple[str, str]
) -> None:
    found = read(tmp_path / "list.csv", unsure, unsure, sure)[0].record
    assert found is not None
    assert (found.admitted_on, found.discharged_on) == (FIRST, dt.date(2025, 3, 5))


def test_column_that_leaves_it_open_is_refused_with_the_reason(tmp_path: Path) -> None:
    found = read(tmp_path / "list.csv", ("04/03/2025", "05/03/2025"))[0]
    assert found.record is None
    assert [(one.code, one.field) for one in found.problems] == [
        ("day_ambiguous", "admitted_on"),
        ("day_ambiguous", "discharged_on"),
    ]
