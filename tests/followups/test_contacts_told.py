"""Attempts in the ledger of contacts: the first of a step is an approach, unless tier A or safety; calls are calls."""

import pytest

from messaging.models import Touch
from tests.cast import actor_of
from tests.followups.calling import AFTERNOON, DAY, MORNING, call
from tests.followups.scene import order_of

pytestmark = pytest.mark.django_db


def told() -> list[tuple[bool, bool, str]]:
    return list(Touch.objects.order_by("at").values_list("is_approach", "is_call", "channel"))


@pytest.fixture
def order(in_north, cast):
    return order_of(cast, cast.chen, tier="B", days=30)


def test_only_the_first_attempt_of_a_step_is_an_approach(order, cast):
    call(order, actor_of(cast.chen), "no_answer", at=MORNING)
    call(order, actor_of(cast.chen), "no_answer", at=AFTERNOON + DAY)
    assert told() == [(True, True, "phone"), (False, True, "phone")]
    assert Touch.objects.first().person_id == order.patient_id


def test_tier_a_is_no_approach_and_still_a_call(in_north, cast):
    call(order_of(cast, cast.chen, tier="A", days=30), actor_of(cast.chen), "no_answer", at=MORNING)
    assert told() == [(False, True, "phone")]


def test_safety_is_no_approach(in_north, cast):
    call(order_of(cast, cast.chen, tier="B", days=30, has_finding=True), actor_of(cast.chen), "no_answer", at=MORNING)
    assert told() == [(False, True, "phone")]
