"""A prepared statement answers what the same querysets would, for every value, and refuses what it cannot follow."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest import mock

import pytest
from django.db.models import Q

from accounts.models import Hospital
from hospital_crm.tenancy import prepared, together
from hospital_crm.tenancy.prepared import Prepared, in_steps
from hospital_crm.tenancy.scope import hospital_scope
from hospital_crm.tenancy.together import Few, PreparedReads, read_together
from patients.models import Patient
from tests.patients.factories import PatientFactory

DAY = dt.date(2026, 3, 4)
COLUMNS = ["id", "name", "last_visit_on"]


def seen(*, day: dt.date, least: int, sex: str = "F", referrer_id: int | None = None) -> dict[str, Few]:
    """People seen in the thirty days before a day, and those one person referred, or nobody."""
    month = Patient.objects.filter(sex=sex, pk__gte=least, last_visit_on__gt=day - dt.timedelta(30))
    return {
        "month": Few(month.filter(last_visit_on__lte=day).order_by("pk"), COLUMNS),
        "referred": Few(month.filter(referrer=referrer_id).order_by("pk"), COLUMNS),
    }


def names(read: dict[str, list[Any]]) -> dict[str, list[str]]:
    return {key: [one.name for one in found] for key, found in read.items()}


@pytest.fixture
def people(in_north: Hospital) -> list[Patient]:
    visits = {"甲": DAY, "乙": DAY - dt.timedelta(29), "丙": DAY - dt.timedelta(30), "丁": DAY + dt.timedelta(1)}
    return [PatientFactory(name=name, sex="F", last_visit_on=visit) for name, visit in visits.items()]


def test_prepared_lists_answer_as_the_lists_themselves_for_every_value(people: list[Patient]) -> None:
    reads = PreparedReads(seen)
    with mock.patch.object(together, "_written", wraps=together._written) as written:
        for day in (DAY, DAY + dt.timedelta(1), DAY - dt.timedelta(40), DAY + dt.timedelta(400)):
            for first in people:
                values = {"day": day, "least": first.pk, "referrer_id": None}
                assert names(reads.read(**values)) == names(read_together(**seen(**values))), values
    assert names(reads.read(day=DAY, least=people[0].pk, referrer_id=None))["month"] == ["甲", "乙"]
    assert written.call_count == 1 + 16


def test_what_is_none_and_what_decides_the_shape_are_statements_of_their_own(people: list[Patient]) -> None:
    reads = PreparedReads(lambda sex, **values: seen(sex=sex, **values))
    assert names(reads.read("F", day=DAY, least=1, referrer_id=None))["referred"] == ["甲", "乙", "丁"]
    assert names(reads.read("F", day=DAY, least=1, referrer_id=7))["referred"] == []
    assert names(reads.read("M", day=DAY, least=1, referrer_id=None))["month"] == []


def test_a_hospital_reads_its_own_rows_with_a_statement_another_has_written(
    people: list[Patient], south: Hospital
) -> None:
    reads = PreparedReads(seen)
    assert names(reads.read(day=DAY, least=1, referrer_id=None))["month"] == ["甲", "乙"]
    with hospital_scope(south):
        PatientFactory(name="南", sex="F", last_visit_on=DAY)
        assert names(reads.read(day=DAY, least=1, referrer_id=None))["month"] == ["南"]
    assert names(reads.read(day=DAY, least=1, referrer_id=None))["month"] == ["甲", "乙"]


@pytest.mark.parametrize(
    "made",
    [
        lambda day, least: Q(last_visit_on=day.replace(year=1900)),
        lambda day, least: Q(created_at__gte=dt.datetime.combine(day, dt.time(), dt.UTC)),
        lambda day, least: Q(pk=least + 500),
    ],
)
def test_what_cannot_be_followed_is_an_error(made: Any, in_north: Hospital) -> None:
    reads = PreparedReads(lambda **values: {"found": Few(Patient.objects.filter(made(**values)), COLUMNS)})
    with pytest.raises(ValueError, match="made of none of the values"):
        reads.read(day=DAY, least=1)


def test_statements_beyond_the_most_that_are_kept_are_written_again_by_many_at_once(in_north: Hospital) -> None:
    with mock.patch.object(prepared, "_KEPT", 1):
        statement = Prepared(lambda shape, *, day: (shape, [day], None))
        asked = [(shape, DAY + dt.timedelta(n)) for n in range(500) for shape in "abc"]
        with (
            mock.patch.object(prepared, "required_hospital", return_value=in_north),
            ThreadPoolExecutor(8) as pool,
        ):
            answers = pool.map(lambda one: statement(one[0], day=one[1]), asked)
            assert [(sql, params) for sql, params, _known in answers] == [(shape, [day]) for shape, day in asked]
        assert len(statement._written) == 1


def test_ids_come_in_few_lengths() -> None:
    assert in_steps([]) == ()
    assert in_steps([5, 7], step=4) == (5, 7, 7, 7)
    assert in_steps(range(4), step=4) == (0, 1, 2, 3)


def test_texts_are_filled_in_whole_whatever_stands_in_them(people: list[Patient]) -> None:
    def called(*, texts: tuple[str, ...], name: str) -> dict[str, Few]:
        either = Q(name__prefix=texts[0]) | Q(name__in=texts[1:])
        return {"found": Few(Patient.objects.filter(either).exclude(name=name).order_by("pk"), COLUMNS)}

    reads = PreparedReads(called)
    PatientFactory(name="戊%_'\\")
    with mock.patch.object(together, "_written", wraps=together._written) as written:
        assert names(reads.read(texts=("甲", "乙"), name=""))["found"] == ["甲", "乙"]
        assert names(reads.read(texts=("戊%_'", "丙"), name="丙"))["found"] == ["戊%_'\\"]
        assert names(reads.read(texts=("%", "\ue0002000000000\ue000"), name="甲"))["found"] == []
        assert names(reads.read(texts=("丁", "乙", "丙"), name="甲"))["found"] == ["乙", "丙", "丁"]
    assert written.call_count == 2


@pytest.mark.parametrize("made", [lambda text: text[::-1][1:], lambda text: f"{text}%", str.upper])
def test_a_text_that_something_is_made_of_is_an_error(made: Any, in_north: Hospital) -> None:
    reads = PreparedReads(lambda text: {"found": Few(Patient.objects.filter(name=made(text) + "x"), COLUMNS)})
    with pytest.raises(ValueError, match="made of none of the values"):
        reads.read(text="甲")
