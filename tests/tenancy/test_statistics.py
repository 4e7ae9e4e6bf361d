"""The planner's picture of a hospital that is younger than the statistics."""

import json

import pytest
from django.db import connection

from accounts.models import Hospital, Station
from hospital_crm.tenancy.scope import hospital_scope
from hospital_crm.tenancy.statistics import renew_where_unknown

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


def believed(hospital: Hospital) -> int:
    """How many stations the planner expects of a hospital."""
    with connection.cursor() as cursor:
        cursor.execute("explain (format json) select from accounts_station where hospital_id = %s", [hospital.pk])
        answer = cursor.fetchone()[0]
    plan = json.loads(answer) if isinstance(answer, str) else answer
    return plan[0]["Plan"]["Plan Rows"]


def stations(hospital: Hospital, n: int) -> None:
    with hospital_scope(hospital):
        Station.objects.bulk_create(Station(name=f"站{i}") for i in range(n))


def test_a_hospital_the_planner_knows_nothing_of_is_looked_at(north, south):
    stations(north, 600)
    with connection.cursor() as cursor:
        cursor.execute("analyze accounts_station")
    stations(south, 600)
    assert believed(south) < 100
    with hospital_scope(south):
        renew_where_unknown(Station)
    assert believed(south) == 600


def test_a_hospital_with_few_rows_is_left_alone(north, south):
    stations(north, 600)
    with connection.cursor() as cursor:
        cursor.execute("analyze accounts_station")
    stations(south, 500)
    with hospital_scope(south):
        renew_where_unknown(Station)
    assert believed(south) < 100
