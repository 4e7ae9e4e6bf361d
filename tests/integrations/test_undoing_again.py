"""A stay that was taken back and comes again is a new one: nothing the wrong list said of it counts."""

import datetime as dt
from typing import Any

import pytest

from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import Encounter, Patient
from tests.integrations.test_resume import stay_of
from tests.integrations.test_undoing import undo

pytestmark = pytest.mark.django_db
LATER = {"入院日期": "2025-04-01", "出院日期": "2025-04-06", "住院次数": "2"}


def test_what_the_wrong_list_said_is_gone_and_so_is_its_death(bring: Any, north: Hospital) -> None:
    bring([stay_of(1)])
    undo(north, bring([stay_of(1, **LATER, 离院方式="死亡", 主管医生="陈医师")]))
    with hospital_scope(north):
        assert Patient.objects.get().contact_state == "deceased", "a second person decides, or the right list"
    right = bring([stay_of(1, **LATER, 离院方式="", 主管医生="")])
    with hospital_scope(north):
        stay = Encounter.objects.get(visit_number="2")
        assert (stay.disposition, stay.attending_name, stay.attending_id) == ("unknown", "", None)
        person = Patient.objects.get()
        assert (person.contact_state, person.deceased_on, person.deceased_source) == ("open", None, "")
    assert (right.counts["stays_created"], right.counts["stays_updated"]) == (1, 0)
    assert undo(north, right).undone["stays"] == 1
    with hospital_scope(north):
        standing = Encounter.objects.filter(is_cancelled=False)
        assert list(standing.values_list("discharged_on", flat=True)) == [dt.date(2025, 3, 5)]


def test_a_death_that_another_stay_says_stands(bring: Any, north: Hospital) -> None:
    bring([stay_of(1)])
    wrong = bring([stay_of(1, **LATER, 离院方式="死亡")])
    bring([stay_of(1, 离院方式="死亡")])
    undo(north, wrong)
    bring([stay_of(1, **LATER, 离院方式="")])
    with hospital_scope(north):
        assert Patient.objects.get().contact_state == "deceased"
