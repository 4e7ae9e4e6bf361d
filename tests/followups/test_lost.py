"""Before somebody is reported lost: days, parts of the day, the number of family, and in tier A a visit or a letter."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from accounts.actors import Actor
from accounts.models import HospitalSettings
from followups.domain import lost, refusals
from followups.models import Attempt, FollowUpOrder
from hospital_crm.tenancy.together import read_together
from patients.domain import reach
from patients.models import ContactPoint, Relation
from tests.followups.calling import AFTERNOON, BETWEEN, DAY, EVENING, MORNING, call, call_in_vain
from tests.patients.factories import ContactPointFactory, RelationFactory

LATER = MORNING + 3 * DAY


def missing(order: FollowUpOrder, nurse: Actor, at: dt.datetime = LATER) -> str:
    """What a report as lost is told to be missing."""
    with override("zh-hans"), pytest.raises(refusals.LostTooEarly) as early:
        call(order, nurse, "lost", at=at, note="未接通")
    return str(early.value.detail["missing"])


def states(order: FollowUpOrder, at: dt.datetime = LATER) -> dict[str, str]:
    """The rungs by code."""
    order.refresh_from_db()
    read = read_together(**lost.lost_lists(order, at.date()))
    return {str(rung.code): str(rung.state) for rung in lost.rungs_from(order, read)}


def told(order: FollowUpOrder, **fields: Any) -> Relation:
    """A daughter who may be told."""
    return RelationFactory(patient=order.patient, **{"may_be_told": "condition", "phone": "13911112222", **fields})


def number_of(order: FollowUpOrder, **fields: Any) -> ContactPoint:
    """A number of the daughter among those of the person."""
    return ContactPointFactory(
        patient=order.patient, **{"rank": 2, "owner_relation": "女儿", "value": "13911112222", **fields}
    )


def test_three_days_and_every_part_of_the_day_come_first(order: FollowUpOrder, nurse: Actor) -> None:
    assert missing(order, nurse, MORNING) == (
        "再在3个不同的日子拨打；09–12时拨打一次；14–18时拨打一次；18–20时拨打一次"
    )
    call(order, nurse, "no_answer")
    assert missing(order, nurse) == "再在2个不同的日子拨打；14–18时拨打一次；18–20时拨打一次"
    call(order, nurse, "no_answer", at=AFTERNOON + DAY)
    assert missing(order, nurse) == "再在1个不同的日子拨打；18–20时拨打一次"
    call(order, nurse, "no_answer", at=EVENING + 2 * DAY)
    with pytest.raises(refusals.EvidenceMissing):
        call(order, nurse, "lost", at=LATER)
    done = call(order, nurse, "lost", at=LATER, note="三天未接").order
    assert (done.state, done.closed_at) == ("lost", LATER)


def test_the_refusal_says_in_words_what_is_missing(order: FollowUpOrder, nurse: Actor) -> None:
    FollowUpOrder.objects.update(tier="A")
    call_in_vain(order, nurse)
    told(order)
    with override("zh-hans"), pytest.raises(refusals.LostTooEarly) as early:
        call(order, nurse, "lost", at=LATER, note="未接通")
    with override("zh-hans"):
        assert str(early.value) == "还不能登记失访，还缺：拨打家属号码一次；登门访问或信函一次。"


def test_a_call_between_the_parts_of_the_day_is_one_of_the_three(order: FollowUpOrder, nurse: Actor) -> None:
    for n, at in enumerate((MORNING, BETWEEN, EVENING)):
        call(order, nurse, "no_answer", at=at + n * DAY)
    with pytest.raises(refusals.TooManyAttempts):
        call(order, nurse, "no_answer", at=AFTERNOON + 3 * DAY)
    assert (states(order)["morning"], states(order)["afternoon"]) == ("done", "absent")
    assert call(order, nurse, "lost", at=LATER, note="三天未接").order.state == "lost"


def test_a_part_of_the_day_outside_the_hours_of_calls_is_not_there(order: FollowUpOrder, nurse: Actor) -> None:
    HospitalSettings.objects.update(care_from_hour=8, care_until_hour=18)
    for n, at in enumerate((MORNING, AFTERNOON, MORNING)):
        call(order, nurse, "no_answer", at=at + n * DAY)
    assert states(order) == {
        "days": "done",
        "morning": "done",
        "afternoon": "done",
        "evening": "absent",
        "family": "absent",
    }
    assert call(order, nurse, "lost", at=LATER, note="三天未接").order.state == "lost"


def test_the_number_of_family_that_may_be_told_is_called(order: FollowUpOrder, nurse: Actor) -> None:
    number = number_of(order)
    call_in_vain(order, nurse)
    assert states(order)["family"] == "absent"
    told(order)
    assert missing(order, nurse) == "拨打家属号码一次"
    call(order, nurse, "no_answer", at=LATER, contact_point=number)
    attempt = Attempt.objects.latest("pk")
    assert (attempt.to_family, attempt.is_call) == (True, True)
    assert call(order, nurse, "lost", at=LATER + DAY, note="家属亦未接").order.state == "lost"


@pytest.mark.parametrize(
    "fields",
    [
        {"owner_relation": "女儿", "value": "13911113333"},
        {"owner_relation": "家人"},
    ],
)
def test_whose_a_number_is_is_known_by_relation_or_by_the_number(
    order: FollowUpOrder, nurse: Actor, fields: dict
) -> None:
    number = number_of(order, **fields)
    told(order)
    call_in_vain(order, nurse)
    call(order, nurse, "busy", at=LATER, contact_point=number)
    assert states(order)["family"] == "done"


def test_a_number_beside_a_relation_only_becomes_a_number_of_theirs(order: FollowUpOrder, nurse: Actor) -> None:
    daughter = told(order)
    call_in_vain(order, nurse)
    call(order, nurse, "no_such_number", at=LATER, relation=daughter)
    known = ContactPoint.objects.get(value="13911112222")
    assert (known.owner_relation, known.number_state) == ("女儿", "dead")
    assert Attempt.objects.latest("pk").contact_point == known
    assert ContactPoint.objects.exclude(pk=known.pk).get().number_state == "unchecked"
    assert call(order, nurse, "lost", at=LATER + DAY, note="家属号码空号").order.state == "lost"


def test_nobody_is_called_at_a_number_of_who_may_be_told_nothing(order: FollowUpOrder, nurse: Actor) -> None:
    silent = told(order, may_be_told="nothing")
    ended = told(order, name="谢小安", kind="儿子", phone="13911114444", valid_until=dt.date(2026, 3, 1))
    call_in_vain(order, nurse)
    assert states(order)["family"] == "absent"
    unreadable = told(order, name="谢小宁", kind="妹妹", phone="无")
    for relation in (silent, ended, unreadable):
        with pytest.raises(refusals.NoSuchNumber), transaction.atomic():
            call(order, nurse, "no_answer", at=LATER, relation=relation)
    assert ContactPoint.objects.count() == 1


def test_a_dead_number_of_family_that_nobody_called_is_not_there(order: FollowUpOrder, nurse: Actor) -> None:
    number_of(order, number_state="dead")
    told(order)
    call_in_vain(order, nurse)
    assert states(order)["family"] == "absent"


def test_a_call_to_family_is_no_try_of_the_person(order: FollowUpOrder, nurse: Actor) -> None:
    number = number_of(order)
    told(order)
    for n in range(3):  # whoever calls family is not bound to a part of the day
        call(order, nurse, "no_answer", at=MORNING + n * DAY, contact_point=number)
    assert (states(order)["family"], states(order)["days"]) == ("done", "missing")
    call(order, nurse, "no_answer", at=LATER)
    assert Attempt.objects.filter(to_family=True).count() == 3


def test_where_only_numbers_of_family_are_known_the_calls_go_there(order: FollowUpOrder, nurse: Actor) -> None:
    ContactPoint.objects.update(owner_relation="女儿")
    told(order, phone="")
    call_in_vain(order, nurse)
    assert set(states(order).values()) == {"done"}
    assert Attempt.objects.filter(to_family=True).count() == 0


@pytest.mark.parametrize(("outcome", "number_state"), [("no_such_number", "dead"), ("wrong_person", "wrong")])
def test_a_number_that_may_not_be_dialled_is_not_called_three_times(
    order: FollowUpOrder, nurse: Actor, outcome: str, number_state: str
) -> None:
    call(order, nurse, outcome)
    assert ContactPoint.objects.get().number_state == number_state
    assert states(order)["days"] == "absent"
    assert call(order, nurse, "lost", at=MORNING + DAY, note="号码无法拨打，无其他号码").order.state == "lost"


def test_a_suspended_number_may_come_back_and_is_called_on(order: FollowUpOrder, nurse: Actor) -> None:
    call(order, nurse, "suspended")
    assert states(order)["days"] == "missing"


@pytest.mark.parametrize(("outcome", "channel"), [("nobody_home", "visit"), ("letter_sent", "letter")])
def test_tier_a_is_visited_or_written_to(order: FollowUpOrder, nurse: Actor, outcome: str, channel: str) -> None:
    FollowUpOrder.objects.update(tier="A")
    call_in_vain(order, nurse)
    assert missing(order, nurse) == "登门访问或信函一次"
    HospitalSettings.objects.update(care_from_hour=8, care_until_hour=20)
    call(order, nurse, outcome, at=LATER - dt.timedelta(hours=3))
    attempt = Attempt.objects.latest("pk")
    assert (attempt.channel, attempt.is_call, attempt.is_reached) == (channel, False, False)
    assert call(order, nurse, "lost", at=LATER, note="未接通，上门未遇").order.state == "lost"
    evidence = lost.evidence_from(order, list(Attempt.objects.all()))
    assert [str(rung.code) for rung in evidence] == ["days", "morning", "afternoon", "evening", "in_person"]


def test_a_home_visit_is_tried_by_going_there(order: FollowUpOrder, nurse: Actor) -> None:
    FollowUpOrder.objects.update(tier="A", channel="visit")
    for n, at in enumerate((MORNING, AFTERNOON, EVENING)):
        call(order, nurse, "nobody_home", at=at + n * DAY)
    assert set(states(order).values()) == {"done", "absent"}
    assert call(order, nurse, "lost", at=LATER, note="三次上门未遇").order.state == "lost"


def test_the_database_knows_calls_to_family_as_calls(order: FollowUpOrder, nurse: Actor) -> None:
    number = number_of(order)
    reach.set_number_state(number, "ok", actor=nurse)
    attempt = call(order, nurse, "no_answer", contact_point=number).attempt
    with pytest.raises(IntegrityError, match="attempt_to_family_is_a_call"), transaction.atomic():
        Attempt.objects.create(
            **{
                field.attname: getattr(attempt, field.attname)
                for field in Attempt._meta.concrete_fields
                if field.attname not in ("id", "key", "is_call")
            },
            key="7a1b6d5e-0c0f-4a53-9f1c-0d5b8a1f9c11",
            is_call=False,
        )
