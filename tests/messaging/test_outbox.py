"""Queueing: once per key, nothing confidential, only what somebody registered."""

import pytest
from django.db import transaction

from hospital_crm.tenancy.scope import hospital_scope
from messaging.domain.outbox import NotForMessages, Notice, enqueue, enqueue_all
from messaging.models import Message, State
from messaging.recipients import ToStaff
from tests.messaging.conftest import states_of
from tests.messaging.factories import NOW

pytestmark = pytest.mark.django_db


def test_queued_message_is_planned_and_written_down(queue, look):
    message = look(queue(link=("messaging:notices",), urgency="interactive"))
    assert (message.state, message.urgency, message.not_before, message.link) == (
        "planned",
        0,
        NOW,
        ["messaging:notices"],
    )
    assert states_of(message) == [("planned", "")]


def test_same_key_makes_one_message(queue, north):
    first, second = queue(), queue(template="digest")
    assert (second.pk, second.template) == (first.pk, "test")
    assert states_of(first) == [("planned", "")]
    with hospital_scope(north):
        assert Message.objects.count() == 1


def test_many_are_queued_at_once_each_key_once(queue, north, cast):
    known = queue(key="k1")

    def notice(key, **fields):
        return Notice("test.at_once", ToStaff(cast.li), "bell", "test", key, **fields)

    with hospital_scope(north):
        assert enqueue_all([notice("k1"), notice("k2"), notice("k2"), notice("k3")], now=NOW) == 2
        assert enqueue_all([], now=NOW) == 0
        with pytest.raises(NotForMessages):
            enqueue_all([notice("k4"), notice("k5", context={"value": 13800001111})], now=NOW)
        rows = Message.objects.order_by("key")
        assert [(row.key, row.state, row.changes.count()) for row in rows] == [
            (key, "planned", 1) for key in ("k1", "k2", "k3")
        ]
        assert rows[0].pk == known.pk


def test_two_hospitals_may_use_the_same_key(queue, zhao):
    assert queue().pk != queue(staff=zhao).pk


def test_unknown_purpose_and_text_are_refused(queue):
    with pytest.raises(LookupError, match="no purpose is called nonsense"):
        queue(purpose="nonsense")
    with pytest.raises(LookupError, match="no text is called nonsense"):
        queue(template="nonsense")


@pytest.mark.parametrize("value", ["13800001111", 990101199001011234, "尾号 1380000 1111"])
def test_long_numbers_are_refused(queue, value):
    with pytest.raises(NotForMessages):
        queue(context={"value": value})


def test_rolled_back_work_leaves_no_message(north, cast):
    li = cast.li
    with hospital_scope(north):
        with pytest.raises(RuntimeError), transaction.atomic():
            enqueue(purpose="test.at_once", recipient=ToStaff(li), channel="bell", template="test", key="k1")
            raise RuntimeError
        assert Message.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_commit_sends_at_once(queue, look, cast):
    message = queue(staff=cast.li, urgency="interactive", now=None)
    assert look(message).state == State.DELIVERED


def test_bulk_message_waits_for_its_turn(queue, look, django_capture_on_commit_callbacks, cast):
    nurse = cast.li
    with django_capture_on_commit_callbacks(execute=True):
        message = queue(staff=nurse, urgency="bulk", now=None)
    assert look(message).state == State.PLANNED


def test_people_of_another_hospital_are_out_of_reach(queue, north, zhao):
    """South's staff is no recipient at North: the composite key refuses it."""
    from django.db import IntegrityError

    with pytest.raises(IntegrityError), hospital_scope(north):
        enqueue(purpose="test.at_once", recipient=ToStaff(zhao), channel="bell", template="test", key="k9")
