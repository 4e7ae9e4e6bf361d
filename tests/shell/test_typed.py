"""Numbers from addresses and forms: however long and odd, none is an error of ours."""

from typing import Any

import pytest

from accounts.models import Hospital
from hospital_crm.typed import whole_number, whole_numbers
from tests.cast import Cast, client_of

LONG = "9" * 5000


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("42", 42), ("9" * 18, 10**18 - 1), ("9" * 19, None), (LONG, None), ("", None), (None, None),
     ("-1", None), ("1.5", None), ("²", None), ("４２", None), (" 1", None)],
)  # fmt: skip
def test_whole_number_is_short_and_plain(text: str | None, number: int | None) -> None:
    assert whole_number(text) == number


def test_of_several_those_that_are_numbers_are_taken() -> None:
    assert whole_numbers(["1", "x", LONG, "2"]) == [1, 2]


READ = [
    ("qian", "patients/classification/stages/?days={}"),
    ("qian", "patients/classification/people/?department={}"),
    ("qian", "patients/?department={}"),
    ("qian", "patients/?after=2026-01-01~{}"),
    ("qian", "followups/behind/?department={}&attending={}"),
    ("qian", "messages/?before={}"),
    ("tang", "groups/?owner={}"),
    ("tang", "groups/hand-over/?owner={}"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "address"), READ)
@pytest.mark.parametrize("number", [LONG, "²", "9" * 25])
def test_address_with_an_odd_number_opens(north: Hospital, cast: Cast, who: str, address: str, number: str) -> None:
    answer = client_of(getattr(cast, who)).get(f"/north/{address.format(number, number)}", follow=True)
    assert answer.status_code < 500


SENT: list[dict[str, Any]] = [
    {"r-size": LONG}, {"r-size": "²"}, {"r-size": "1", "do": f"drop:r-{LONG}"}, {"r-size": "1", "do": f"line:r-{LONG}"},
    {"r-size": "1", "do": "group:r-²"},
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("said", SENT)
def test_rule_builder_takes_an_odd_place_for_none(north: Hospital, cast: Cast, said: dict[str, Any]) -> None:
    assert client_of(cast.qian).post("/north/segments/new/", said).status_code in (200, 422)
