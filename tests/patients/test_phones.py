"""Several telephone numbers in one cell."""

import pytest

from patients.domain.phones import read_phones

pytestmark = pytest.mark.unit

MOBILE, LANDLINE = "13800005678", "057187654321"


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("13800005678 0571-87654321", [(MOBILE, ""), (LANDLINE, "")]),
        ("0571-87654321 13800005678", [(LANDLINE, ""), (MOBILE, "")]),
        ("13800005678 本人 87654321 家", [(MOBILE, "本人"), ("87654321", "家")]),
        ("本人 13800005678 家 87654321", [(MOBILE, "本人"), ("87654321", "家")]),
        ("13800005678　(女儿)　0571-87654321", [(MOBILE, "女儿"), (LANDLINE, "")]),
        ("8765432 7654321", [("8765432", ""), ("7654321", "")]),
        ("13800005678 13900005678", [(MOBILE, ""), ("13900005678", "")]),
        ("138 0000 5678", [(MOBILE, "")]),
        ("0571 87654321", [(LANDLINE, "")]),
    ],
)
def test_numbers_with_a_blank_between_them_are_each_read(written: str, numbers: list[tuple[str, str]]) -> None:
    reading = read_phones(written)
    assert ([(one.value, one.note) for one in reading.numbers], reading.problems) == (numbers, ())


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("13800005678 12", "phone_too_long"),
        ("1380000 本人", "phone_too_short"),
        ("0571-8765 4321 138", "phone_too_long"),
    ],
)
def test_pieces_that_are_no_numbers_stay_a_problem(written: str, problem: str) -> None:
    reading = read_phones(written)
    assert (reading.numbers, reading.problems) == ((), ((written, problem),))
