"""Small reads in one statement bring the same rows, in the same order, with values of the same kinds."""

from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from accounts.models import Hospital
from hospital_crm.tenancy.together import Few, ids_together, read_together
from patients.models import Encounter, Patient
from tests.patients.factories import EncounterFactory, PatientFactory


def test_rows_of_several_models_come_in_one_statement_and_in_their_order(in_north: Hospital) -> None:
    columns = ["name", "sort_on", "public_id", "id", "created_at", "last_visit_on", "death_reported_at"]
    people = Patient.objects.filter(pk__in=[PatientFactory(name=name).pk for name in "甲乙丙"]).order_by("-pk")
    with CaptureQueriesContext(connection) as captured:
        read = read_together(people=Few(people[:2], columns), nobody=Few(Patient.objects.none(), ["id"]))
        shown = [[getattr(one, column) for column in columns] for one in read["people"]]
    assert len(captured) == 1
    assert shown == [[getattr(one, column) for column in columns] for one in people[:2]]
    assert [one.name for one in read["people"]] == ["丙", "乙"]
    assert read["nobody"] == []


def test_what_a_row_refers_to_is_read_with_it(in_north: Hospital) -> None:
    stay = EncounterFactory(patient=PatientFactory(name="甲"))
    with CaptureQueriesContext(connection) as captured:
        read = read_together(stays=Few(Encounter.objects.filter(pk=stay.pk), ["patient__name", "department__name"]))
        assert [(one.patient.name, one.department) for one in read["stays"]] == [("甲", None)]
    assert len(captured) == 1


def test_annotations_come_along_and_alone(in_north: Hospital) -> None:
    for sex in "MMF":
        PatientFactory(sex=sex)
    by_sex = Patient.objects.order_by("sex").values("sex").annotate(n=Count("pk"))
    read = read_together(both=Few(by_sex, ["sex", "n"]), alone=Few(by_sex, ["n"]))
    assert [(one.sex, one.n) for one in read["both"]] == [("F", 1), ("M", 2)]
    assert [one.n for one in read["alone"]] == [1, 2]


def test_ids_of_several_lists_come_in_one_statement(in_north: Hospital) -> None:
    people = [PatientFactory().pk for _n in range(3)]
    ids = Patient.objects.values_list("pk", flat=True)
    with CaptureQueriesContext(connection) as captured:
        few, nobody = ids_together(ids.filter(pk__in=people[:2]), Patient.objects.none().values_list("pk", flat=True))
        assert (sorted(few), nobody, ids_together()) == (people[:2], [], [])
    assert len(captured) == 1


def test_nothing_asked_is_nothing_read(in_north: Hospital) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert read_together() == {}
    assert len(captured) == 0
