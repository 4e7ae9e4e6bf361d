"""What undoing an import does to people others work with: work in hand keeps them, doubts about them end."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Hospital
from followups.domain.execution import save_draft, start
from followups.domain.planning import plan_hospital
from followups.models import FollowUpOrder, FollowUpRun, TierAssignment
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import importing, undoing
from integrations.models import MatchConflict
from patients.models import Patient
from tests.cast import Cast, actor_of
from tests.integrations.lists import row
from tests.integrations.test_resume import stay_of
from tests.integrations.test_undoing import plan, undo

pytestmark = pytest.mark.django_db
DAY = timezone.now().date()


def test_people_whose_call_is_taken_up_or_drafted_stay(
    bring: Any, north: Hospital, cast: Cast, monkeypatch: Any
) -> None:
    monkeypatch.setattr(importing, "FIRST_CHUNK_ROWS", 3)
    later = stay_of(1, 入院日期="2025-03-05", 出院日期="2025-03-06", 住院次数="2")
    batch = bring([stay_of(1), stay_of(2), stay_of(3), later])
    plan(north)
    chen, now = actor_of(cast.chen), timezone.now()
    with hospital_scope(north):
        FollowUpOrder.objects.update(assignee=cast.chen)
        first, second = (
            FollowUpOrder.objects.working().filter(patient__mrn=mrn).first() for mrn in ("ZY0001", "ZY0002")
        )
        assert first and second
        assert first.run.encounter and first.run.encounter.visit_number == "2", "taken back before its person"
        start(order=first, actor=chen, now=now)
        save_draft(order=second, draft={"note": "明天再打"}, actor=chen, now=now)
        assert undoing.outlook(batch).kept == {"by_hand": 2}
    assert undo(north, batch).undone["people"] == 1
    with hospital_scope(north):
        assert set(Patient.objects.values_list("mrn", flat=True)) == {"ZY0001", "ZY0002"}
        assert FollowUpOrder.objects.get(pk=second.pk).draft["note"] == "明天再打"


def test_nobody_is_perhaps_dead_because_of_a_record_that_is_gone(bring: Any, north: Hospital) -> None:
    bring([row()])
    plan(north)
    wrong = bring([row(住院号="ZY0002", 姓名="汤若水", 离院方式="死亡")])
    with hospital_scope(north):
        assert Patient.objects.get(name="甘书远").death_in_doubt_since is not None
        waiting = FollowUpOrder.objects.filter(state="suspended").count()
    undo(north, wrong)
    with hospital_scope(north):
        assert (Patient.objects.get().death_in_doubt_since, MatchConflict.objects.count()) == (None, 0)
        assert FollowUpOrder.objects.working().count() == waiting > 0


def test_the_follow_up_that_a_wrong_stay_ended_goes_on(bring: Any, north: Hospital) -> None:
    left, back, gone = (str(DAY - dt.timedelta(days)) for days in (6, 3, 1))
    bring([stay_of(1, 入院日期=left, 出院日期=left, 离院方式="医嘱离院")])
    plan_hospital(north, now=timezone.now(), on=DAY, workers=1)
    with hospital_scope(north):
        true = FollowUpRun.objects.get()
        before = sorted(FollowUpOrder.objects.values_list("pk", "state", "state_reason"))
        TierAssignment.objects.update(tier="A")
        Patient.objects.update(care_tier="A")
    wrong = bring([stay_of(1, 入院日期=back, 出院日期=gone, 住院次数="2")])
    plan_hospital(north, now=timezone.now(), on=DAY, workers=1)
    with hospital_scope(north):
        true.refresh_from_db()
        assert (true.closed_reason, Patient.objects.get().care_tier != "A") == ("superseded", True)
    undo(north, wrong)
    with hospital_scope(north):
        true.refresh_from_db()
        assert (true.state, true.closed_reason, true.closed_at) == ("open", "", None)
        assert sorted(true.orders.values_list("pk", "state", "state_reason")) == before
        assert Patient.objects.get().care_tier == "A"
