"""Rows read by ids through a prepared statement are the objects that the queryset itself would make of them."""

import datetime as dt
from typing import Any
from unittest import mock

import pytest
from django.db.models import Case, CharField, F, QuerySet, Value, When

from accounts.models import Hospital
from hospital_crm.tenancy.prepared_rows import PreparedRows
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import Identifier, Patient
from tests.accounts.factories import DepartmentFactory
from tests.patients.factories import IdentifierFactory, PatientFactory

DAY = dt.date(2026, 3, 4)


def shown(*, day: dt.date | None = None) -> QuerySet[Patient]:
    """A few columns, a reference that may be empty, and who was seen since a month before a day."""
    people = Patient.objects.select_related("last_department").only(
        "name", "birth_date", "last_visit_on", "last_department__name"
    )
    if day is None:
        return people
    month = When(last_visit_on__gt=day - dt.timedelta(30), then=Value("seen"))
    return people.annotate(
        place=F("last_department__name"), seen=Case(month, default=Value(""), output_field=CharField())
    )


def told(found: dict[Any, Patient]) -> dict[Any, tuple[Any, ...]]:
    """Everything that was read, and what was not."""
    return {
        pk: (
            *(one.pk, one.name, one.birth_date, one.last_visit_on, sorted(one.get_deferred_fields())),
            one.last_department and (one.last_department.name, sorted(one.last_department.get_deferred_fields())),
            getattr(one, "place", "-"),
            getattr(one, "seen", "-"),
        )
        for pk, one in found.items()
    }


@pytest.fixture
def people(in_north: Hospital) -> list[int]:
    surgery = DepartmentFactory(name="普外科")
    visits = {"甲": DAY, "乙": DAY - dt.timedelta(30), "丙": None}
    made = [PatientFactory(name=name, last_visit_on=visit, birth_date=DAY) for name, visit in visits.items()]
    Patient.objects.filter(pk=made[1].pk).update(last_department=surgery)
    return [one.pk for one in made]


def test_the_rows_are_those_of_the_queryset_for_every_value_and_written_once(people: list[int]) -> None:
    with mock.patch.object(PreparedRows, "_write", autospec=True, side_effect=PreparedRows._write) as written:
        rows = PreparedRows(shown)
        for day in (DAY, DAY - dt.timedelta(1), DAY + dt.timedelta(40)):
            for ids in (people, people[:1], people[::-1], [*people, 0]):
                assert told(rows(day=day).in_bulk(ids)) == told(shown(day=day).in_bulk(ids)), (day, ids)
    assert {told(rows(day=DAY).in_bulk(people))[pk][-1] for pk in people[1:]} == {""}
    assert told(rows(day=DAY).in_bulk(people))[people[0]][-1] == "seen"
    assert written.call_count == 1


def test_rows_without_values_are_read_as_from_a_queryset(people: list[int]) -> None:
    rows = PreparedRows(shown)
    assert told(rows.in_bulk(people)) == told(shown().in_bulk(people))
    departments = [rows.in_bulk(people)[pk].last_department for pk in people]
    assert [one and one.name for one in departments] == [None, "普外科", None]
    assert rows.in_bulk([]) == {}


def test_values_are_read_as_their_fields_read_them(in_north: Hospital) -> None:
    number = IdentifierFactory(patient=PatientFactory())
    (read,) = PreparedRows(Identifier.objects.all).in_bulk([number.pk]).values()
    again = Identifier.objects.get(pk=number.pk)
    assert {f.attname: getattr(read, f.attname) for f in Identifier._meta.concrete_fields} == {
        f.attname: getattr(again, f.attname) for f in Identifier._meta.concrete_fields
    }
    assert not read._state.adding


def test_rows_are_found_and_read_in_one_statement(people: list[int], django_assert_num_queries: Any) -> None:
    rows = PreparedRows(shown)
    found = Patient.objects.filter(name__in=["甲", "丙"])
    rows(day=DAY).among(found)
    with django_assert_num_queries(1):
        read = rows(day=DAY).among(found.order_by("name"))
    assert told({one.pk: one for one in read}) == told(shown(day=DAY).in_bulk([people[0], people[2]]))
    assert [one.name for one in PreparedRows(shown).among(Patient.objects.filter(name="乙"))] == ["乙"]
    assert rows(day=DAY).among(Patient.objects.none()) == []


def test_another_hospital_reads_nothing_by_these_ids(people: list[int], south: Hospital) -> None:
    rows = PreparedRows(shown)
    assert sorted(rows.in_bulk(people)) == people
    with hospital_scope(south):
        assert rows.in_bulk(people) == {}
    assert sorted(rows.in_bulk(people)) == people
