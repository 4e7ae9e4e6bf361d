"""Follow-up as facts of segments."""

import datetime as dt

import pytest

from accounts.models import Hospital
from followups.models import FollowUpOrder
from patients.domain.segments import compiling
from patients.domain.segments.rules import Group, Line, Rule
from tests.cast import Cast
from tests.followups.scene import order_of

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 6, 1)


def found(fact: str, op: str, *values: str) -> set[int]:
    rule = Rule(Group("all", (Line(fact, op, values),)))
    return set(compiling.people_of(rule, day=DAY).values_list("pk", flat=True))


def test_open_lost_and_reached_orders(in_north: Hospital, cast: Cast) -> None:
    waits, lost, reached = (order_of(cast, cast.chen) for _ in range(3))
    moment = dt.datetime(2026, 5, 30, 2, 0, tzinfo=dt.UTC)
    FollowUpOrder.objects.filter(pk=lost.pk).update(state="lost", closed_at=moment)
    FollowUpOrder.objects.filter(pk=reached.pk).update(reached_at=moment)
    assert found("open_order", "yes") == {waits.patient_id, reached.patient_id}
    assert found("lost", "within", "2") == {lost.patient_id}
    assert found("lost", "within", "1") == set()
    assert found("reached", "longer", "1") == {reached.patient_id}
    assert found("reached", "never") == {waits.patient_id, lost.patient_id}
    assert found("dissatisfied", "never") == {waits.patient_id, lost.patient_id, reached.patient_id}
