"""A stay that was taken back and comes again is a new one: nothing the wrong list said of it counts."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import importing, undoing
from integrations.models import ImportBatch
from patients.models import Encounter, Patient
from tests.cast import Cast, client_of
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


def test_stays_that_a_later_list_repeats_are_named_before(bring: Any, north: Hospital, cast: Cast) -> None:
    first = bring([stay_of(n) for n in range(1, 5)])
    bring([stay_of(1), stay_of(2), stay_of(9)])
    with hospital_scope(north):
        found = undoing.outlook(first)
    assert (found.stays, found.people, found.repeated) == (4, 4, 2)
    page = client_of(cast.he).get(f"imports/{first.public_id}/undo/").content.decode()
    assert "之后导入的名单有2行与已有住院相同，其中属于本次导入的住院一并取消" in page


def test_paused_list_is_undone_within_a_day_of_its_last_work(bring: Any, north: Hospital) -> None:
    batch = bring([stay_of(1)])
    with hospital_scope(north):
        ImportBatch.objects.filter(pk=batch.pk).update(state="paused", finished_at=None)
        batch.refresh_from_db()
        now = timezone.now()
        assert [undoing.may_undo(batch, now + dt.timedelta(hours=hours)) for hours in (23, 25)] == [True, False]


def test_what_undoing_would_do_is_asked_of_all_chunks_at_once(
    bring: Any, north: Hospital, monkeypatch: Any, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(importing, "FIRST_CHUNK_ROWS", 3)
    batch = bring([stay_of(n) for n in range(1, 31)])
    with hospital_scope(north), django_assert_max_num_queries(50):
        found = undoing.outlook(batch)
    assert (found.people, found.stays) == (30, 30)
