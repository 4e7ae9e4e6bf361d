"""On how many days a person is to be tried at least: lists say what is due, the head sees what was missed."""

from typing import Any

import pytest
from django.conf import settings
from django.utils.translation import override

from accounts.actors import Actor
from followups.domain import figures
from followups.domain.lost import demanded_of, least_demanded
from followups.models import FollowUpOrder
from followups.views.rows import for_rows, row_of
from hospital_crm.tenancy.middleware import mounted_at
from patients.models import ContactPoint, Patient
from patients.models.querysets import held_on
from tests.cast import Cast
from tests.followups.calling import AFTERNOON, BETWEEN, DAY, MORNING, call
from tests.followups.factories import AttemptFactory, FollowUpOrderFactory
from tests.followups.scene import order_of, today
from tests.followups.test_pages_working import inside
from tests.patients.factories import ContactPointFactory

__all__ = ["inside"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def demanding(in_north: None, nurse: Actor) -> FollowUpOrder:
    """A step that demands two attempts, held by the nurse."""
    order = FollowUpOrderFactory(step__least_attempts=2, tier="A", assignee=nurse.staff, state="dispatched")
    point = ContactPointFactory(patient=order.patient)
    Patient.objects.filter(pk=order.patient_id).update(phone=point.value)
    return order


def shown(order: FollowUpOrder, reader: Actor) -> tuple[str, str]:
    """What is due, and what comes next."""
    with override("zh-hans"), mounted_at("/north/", settings.HOSPITAL_URLCONF):
        row = row_of(for_rows(FollowUpOrder.objects.filter(pk=order.pk)).get(), actor=reader, now=MORNING)
        return row.tries_due, row.next


def test_lists_say_how_many_tries_are_due(demanding: FollowUpOrder, nurse: Actor) -> None:
    assert shown(demanding, nurse) == ("", "首次拨打")
    call(demanding, nurse, "no_answer")
    call(demanding, nurse, "busy", at=AFTERNOON)
    assert shown(demanding, nurse) == ("还差1次", "18–20时再试（还差1次，上午、下午已试）")
    call(demanding, nurse, "no_answer", at=BETWEEN + DAY)
    assert shown(demanding, nurse) == ("", "18–20时再试（上午、下午、时段之外已试）")


def test_none_is_due_where_a_person_was_reached_or_cannot_be_called(demanding: FollowUpOrder, nurse: Actor) -> None:
    call(demanding, nurse, "no_answer")
    assert shown(demanding, nurse)[0] == "还差1次"
    ContactPoint.objects.update(number_state="dead")
    assert shown(demanding, nurse)[0] == ""
    ContactPointFactory(patient=demanding.patient, owner_relation="女儿")
    assert shown(demanding, nurse)[0] == ""
    ContactPoint.objects.filter(owner_relation="").update(owner_relation="儿子")
    assert shown(demanding, nurse)[0] == "还差1次"
    FollowUpOrder.objects.update(channel="visit")
    assert shown(demanding, nurse)[0] == ""
    FollowUpOrder.objects.update(channel="phone")
    call(demanding, nurse, "partly", at=MORNING + DAY, agreed_at=MORNING + 2 * DAY)
    assert shown(demanding, nurse)[0] == ""


@pytest.mark.parametrize(("role", "page"), [("agent", "followups/calls/"), ("physician", "followups/mine/")])
def test_the_worklists_keep_it_and_say_it(cast: Cast, client_as: Any, inside: None, role: str, page: str) -> None:
    holder = cast.sun if role == "agent" else cast.chen
    order = order_of(
        cast, holder, step__least_attempts=2, state="attempted", attempts_count=1, last_outcome="no_answer"
    )
    AttemptFactory(order=order, patient=order.patient, staff=holder)
    body = client_as(role).get(page).content.decode()
    assert (str(order.public_id) in body, "还差1次" in body) == (True, True)


def test_the_head_reads_what_was_tried_too_little(cast: Cast, client_as: Any, inside: None) -> None:
    fields = {"step__least_attempts": 2, "state": "attempted", "attempts_count": 1, "days": -2}
    short = order_of(cast, cast.chen, **fields)
    enough = order_of(cast, cast.chen, **fields)
    reached = order_of(cast, cast.chen, **fields, reached_at=MORNING)
    still_open = order_of(cast, cast.chen, **{**fields, "days": 1})
    for order in (short, enough, enough, reached, still_open):
        day = MORNING + DAY * order.attempts.count()
        AttemptFactory(order=order, patient=order.patient, staff=cast.chen, at=day, on=day.date())
    assert list(figures.too_few_tries(today())) == [short]
    client = client_as("department_head")
    body = client.get("followups/board/").content.decode()
    assert ("只试1/2次" in body, "其中1步尝试次数不足" in body) == (True, True)
    listed = client.get("followups/behind/?measure=too_few")
    assert [row.order.pk for row in listed.context["rows"]] == [short.pk]
    assert listed.context["count"] == 1


def test_the_late_a_list_says_it_too(cast: Cast, client_as: Any, inside: None) -> None:
    order_of(cast, cast.chen, tier="A", days=-2, step__least_attempts=2)
    assert "只试0/2次" in client_as("medical_affairs").get("followups/quality/").content.decode()


def test_rows_and_figures_demand_the_same(demanding: FollowUpOrder) -> None:
    def both() -> tuple[int, int]:
        order = for_rows(FollowUpOrder.objects.annotate(column=least_demanded())).get()
        return order.column, demanded_of([order], ContactPoint.objects.filter(held_on(today())))[order.pk]

    assert both() == (2, 2)
    own = ContactPoint.objects.get()
    ContactPoint.objects.update(number_state="dead")
    assert both() == (0, 0)
    ContactPointFactory(patient=demanding.patient, owner_relation="女儿")
    assert both() == (0, 0)
    ContactPoint.objects.filter(pk=own.pk).update(owner_relation="儿子")
    assert both() == (2, 2)
    ContactPoint.objects.update(valid_until=today() - DAY)
    assert both() == (0, 0)
    ContactPoint.objects.update(valid_until=None)
    FollowUpOrder.objects.update(channel="visit")
    assert both() == (0, 0)
    FollowUpOrder.objects.update(channel="phone", reached_at=MORNING)
    assert both() == (0, 0)
