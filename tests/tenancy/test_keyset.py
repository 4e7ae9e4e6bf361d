"""A list asked for in parts is the same list: the same pages, the same counts."""

import datetime as dt
import itertools
from typing import Any

import pytest
from django.db.models import Q

from accounts.models import Hospital
from hospital_crm.tenancy import keyset
from hospital_crm.tenancy.counts import PreparedCapped, Within, capped_counts, counts_within
from patients.models import Patient
from tests.patients.factories import PatientFactory


@pytest.fixture
def seven(in_north: Hospital) -> list[int]:
    """Seven people, every other one of tier A, two on one day."""
    days = [dt.date(2026, 5, day) for day in (9, 8, 7, 7, 5, 4, 3)]
    people = [PatientFactory(care_tier="AB"[n % 2], last_visit_on=day) for n, day in enumerate(days)]
    return [person.pk for person in sorted(people, key=lambda person: (person.last_visit_on, person.pk), reverse=True)]


def pages(rows, **place):
    page = keyset.page_of(rows, keyset.BY_DAY, fetch=Patient.objects.all(), size=3, **place)
    return [row.pk for row in page.rows], page


def parts():
    return Patient.objects.filter(care_tier="A"), Patient.objects.filter(care_tier="B")


def test_parts_are_paged_in_their_common_order(seven: list[int]) -> None:
    first, page = pages(parts())
    second, page = pages(parts(), after=page.older)
    third, page = pages(parts(), after=page.older)
    assert [first, second, third, page.older] == [seven[:3], seven[3:6], seven[6:], ""]
    back, page = pages(parts(), before=page.newer)
    assert back == seven[3:6]


def test_a_list_and_its_parts_have_the_same_pages(seven: list[int]) -> None:
    whole, page = pages(Patient.objects.all())
    assert pages(parts()) == (whole, page)


def test_parts_are_counted_together_and_beside_whole_lists(seven: list[int]) -> None:
    nobody = (Patient.objects.none(), Patient.objects.filter(care_tier="C"))
    assert capped_counts(parts(), Patient.objects.filter(care_tier="A"), nobody) == [7, 4, 0]


def test_lists_counted_by_one_statement_are_as_many_as_the_lists_themselves(seven: list[int]) -> None:
    def lists(*, day: dt.date, tier: str) -> dict[str, Any]:
        early = Patient.objects.filter(last_visit_on__lt=day)
        return {"early": early, "of_tier": tuple(part.filter(care_tier=tier) for part in parts()), "none": early.none()}

    counts = PreparedCapped(lists)
    for day, tier in itertools.product((dt.date(2026, 5, 6), dt.date(2026, 5, 8)), "AC"):
        named = lists(day=day, tier=tier)
        assert counts.of(day=day, tier=tier) == dict(zip(named, capped_counts(*named.values()), strict=True))
    assert counts.of(day=dt.date(2026, 5, 8), tier="A") == {"early": 5, "of_tier": 4, "none": 0}


def test_lists_that_overlap_are_counted_in_one_statement(seven: list[int], django_assert_num_queries) -> None:
    by_tier = Within(parts(), {"all": Q(), "a": Q(care_tier="A"), "early": Q(last_visit_on__lte=dt.date(2026, 5, 5))})
    nobody = Within((Patient.objects.none(), Patient.objects.filter(pk=0)), {"all": Q()})
    with django_assert_num_queries(1):
        counted = counts_within(by_tier, nobody)
    assert counted == [{"all": 7, "a": 4, "early": 3}, {"all": 0}]


def test_the_first_rows_of_several_lists_come_in_one_query(seven: list[int], django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        found = keyset.first_ids(
            {"all": parts(), "a": parts()[:1], "none": (Patient.objects.filter(pk=0),)}, keyset.BY_DAY, 3
        )
    assert found == {
        "all": seven[:3],
        "a": [pk for pk in seven if pk in set(parts()[0].values_list("pk", flat=True))][:3],
        "none": [],
    }
    assert keyset.first_ids({}, keyset.BY_DAY, 3) == {}
