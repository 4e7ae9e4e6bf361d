"""An order that somebody had open while its person was united with another, or removed."""

import uuid
from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.actors import Actor
from followups.domain import execution, following, refusals, reviews
from followups.models import FollowUpOrder
from tests.cast import Cast
from tests.followups.calling import MORNING
from tests.followups.scene import submitted_of
from tests.patients.factories import PatientFactory


def united(order: FollowUpOrder) -> FollowUpOrder:
    """The order as it was read before its person became another."""
    read = FollowUpOrder.objects.get(pk=order.pk)
    FollowUpOrder.objects.filter(pk=order.pk).update(patient=PatientFactory())
    return read


def removed(order: FollowUpOrder) -> FollowUpOrder:
    """The order as it was read before its person was removed."""
    read = FollowUpOrder.objects.get(pk=order.pk)
    read.patient_id = 0
    return read


def gone(order: FollowUpOrder) -> FollowUpOrder:
    """The order as it was read before it went with its person."""
    read = FollowUpOrder.objects.get(pk=order.pk)
    read.pk = 0
    return read


@pytest.mark.parametrize("change", [united, removed, gone])
def test_what_was_read_before_is_refused_as_changed(
    order: FollowUpOrder, nurse: Actor, change: Callable[[FollowUpOrder], FollowUpOrder]
) -> None:
    read = change(order)
    with pytest.raises(refusals.OrderChanged):
        following.hold(read)
    with pytest.raises(refusals.OrderChanged):
        execution.start(order=read, actor=nurse, now=MORNING)
    with pytest.raises(refusals.OrderChanged):
        execution.save_draft(order=read, draft={}, actor=nurse, now=MORNING)
    with pytest.raises(refusals.OrderChanged):
        done = execution.Result(outcome="completed")
        execution.record_attempt(order=read, result=done, actor=nurse, key=uuid.uuid4(), version=0, now=MORNING)


def test_many_are_returned_without_the_one_that_changed(
    in_north: object, cast: Cast, actor: Callable[[str], Actor]
) -> None:
    first, second = submitted_of(cast, cast.chen), submitted_of(cast, cast.chen)
    orders = [united(first), second]
    by = actor("centre_manager")
    assert reviews.return_many(orders=orders, reason="备注补全", actor=by, now=timezone.now()) == 1
