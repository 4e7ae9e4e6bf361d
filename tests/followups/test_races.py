"""Two at once: planners, callers, a death in the middle. Each on a connection of its own."""

import datetime as dt
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from accounts.models import AuditEvent, Hospital
from followups.domain import execution, life, refusals
from followups.domain.execution import Result, record_attempt
from followups.domain.planning import plan, plan_hospital
from followups.models import Attempt, FollowUpOrder, FollowUpRun, TierAssignment
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.life import report_death
from patients.models import Patient
from tests.followups.test_planning import MONDAY, NOW, a_stay

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def together(*works: Callable[[], Any]) -> list[Any]:
    """Runs these at the same moment, each over its own connection; answers what each returned or raised."""
    barrier = threading.Barrier(len(works))
    answers: list[Any] = [None] * len(works)

    def run(place: int) -> None:
        try:
            barrier.wait(20)
            answers[place] = works[place]()
        except Exception as error:  # what it raised is the answer
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def in_scope(hospital: Hospital, work: Callable[[], Any]) -> Callable[[], Any]:
    """The work as one unit of work of the hospital."""

    def run() -> Any:
        with hospital_scope(hospital):
            return work()

    return run


def test_two_planners_at_once_create_nothing_twice(north: Hospital) -> None:
    with hospital_scope(north):
        ids = [a_stay(surgery_level=level % 4).pk for level in range(12)]
    day = dt.date(2026, 3, 3)
    answers = together(
        in_scope(north, lambda: plan(encounter_ids=ids, now=NOW, on=day)),
        in_scope(north, lambda: plan(encounter_ids=list(reversed(ids)), now=NOW, on=day)),
        lambda: plan_hospital(north, now=NOW, on=day),
    )
    assert [type(answer).__name__ for answer in answers] == ["PlanResult"] * 3
    assert sum(answer.runs_opened for answer in answers) == 12
    with hospital_scope(north):
        assert (TierAssignment.objects.count(), FollowUpRun.objects.count()) == (12, 12)
        assert sum(answer.orders_created for answer in answers) == FollowUpOrder.objects.count() == 3 * (1 + 3 + 3 + 4)


def test_several_workers_plan_what_one_would(north: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("followups.domain.planning.CHUNK", 3)
    with hospital_scope(north):
        for level in range(10):
            a_stay(surgery_level=level % 4)
    result = plan_hospital(north, now=NOW, on=dt.date(2026, 3, 3), workers=3)
    assert (result.stays, result.runs_opened) == (10, 10)
    again = plan_hospital(north, now=NOW, on=dt.date(2026, 3, 3), workers=3)
    assert (again.stays, again.orders_created) == (0, 0)


def test_a_death_during_planning_leaves_no_order(north: Hospital) -> None:
    with hospital_scope(north):
        stays = [a_stay(surgery_level=3) for _ in range(6)]
        ids, patient = [stay.pk for stay in stays], stays[3].patient
    together(
        in_scope(north, lambda: plan(encounter_ids=ids, now=NOW, on=dt.date(2026, 3, 3))),
        in_scope(north, lambda: report_death(patient, source="family", deceased_on=MONDAY, actor=None, now=NOW)),
    )
    with hospital_scope(north):
        assert Patient.objects.get(pk=patient.pk).is_deceased
        assert FollowUpOrder.objects.working().filter(patient=patient).count() == 0
        assert FollowUpOrder.objects.working().exclude(patient=patient).count() == 5 * 4


def _an_order(hospital: Hospital, actor: Any) -> FollowUpOrder:
    stay = a_stay()
    plan(encounter_ids=[stay.pk], now=NOW, on=dt.date(2026, 3, 3))
    FollowUpOrder.objects.update(assignee=actor.staff, state="dispatched")
    return FollowUpOrder.objects.get()


def test_two_people_completing_one_order_are_one_result_and_one_refusal(north: Hospital, actor: Any) -> None:
    nurse = actor("nurse")
    with hospital_scope(north):
        order = _an_order(north, nurse)

    def complete(note: str) -> Callable[[], Any]:
        return in_scope(
            north,
            lambda: record_attempt(
                order=order,
                result=Result(outcome="completed", note=note),
                actor=nurse,
                key=uuid.uuid4(),
                version=0,
                now=NOW,
            ),
        )

    answers = together(complete("甲"), complete("乙"))
    assert sorted(type(answer).__name__ for answer in answers) == ["OrderChanged", "Recorded"]
    with hospital_scope(north):
        assert Attempt.objects.count() == 1
        assert FollowUpOrder.objects.get().state == "submitted"


def test_one_result_sent_three_times_at_once_is_one_attempt(north: Hospital, actor: Any) -> None:
    nurse, key = actor("nurse"), uuid.uuid4()
    with hospital_scope(north):
        order = _an_order(north, nurse)
    send = in_scope(
        north,
        lambda: record_attempt(
            order=order, result=Result(outcome="no_answer"), actor=nurse, key=key, version=0, now=NOW
        ),
    )
    answers = together(send, send, send)
    assert sorted(answer.is_repeat for answer in answers) == [False, True, True]
    with hospital_scope(north):
        assert (Attempt.objects.count(), FollowUpOrder.objects.get().attempts_count) == (1, 1)


def test_a_call_and_a_death_at_once_never_leave_the_dead_to_be_called(north: Hospital, actor: Any) -> None:
    nurse = actor("nurse")
    with hospital_scope(north):
        order = _an_order(north, nurse)
    answers = together(
        in_scope(
            north,
            lambda: record_attempt(
                order=order, result=Result(outcome="no_answer"), actor=nurse, key=uuid.uuid4(), version=0, now=NOW
            ),
        ),
        in_scope(
            north,
            lambda: report_death(order.patient, source="family", deceased_on=MONDAY, actor=None, now=NOW),
        ),
    )
    assert isinstance(answers[1], Patient)
    assert isinstance(answers[0], (execution.Recorded, refusals.PersonIsDead))
    with hospital_scope(north):
        assert FollowUpOrder.objects.get().state == "died"
        life.end_by_death(patients=[order.patient], now=NOW)
        ended = AuditEvent.objects.filter(verb="followups.orders.end_by_death").order_by("-pk")
        assert ended.values_list("detail", flat=True)[0] == {"orders": 0}
