"""Erasing a record ends its follow-up; of calls only when and how stays."""

import datetime as dt

from accounts.models import Hospital
from followups.models import Attempt, FollowUpOrder
from patients.domain.erasing import erase
from tests.followups.factories import AttemptFactory
from tests.followups.test_planning import NOW, a_stay, planned, run_of
from tests.patients.factories import ContactPointFactory


def test_follow_up_ends_and_calls_lose_their_words(in_north: Hospital) -> None:
    stay = a_stay(surgery_level=3)
    planned(stay, on=dt.date(2026, 3, 4))
    order = FollowUpOrder.objects.filter(run__encounter=stay).earliest("pk")
    number = ContactPointFactory(patient=stay.patient)
    AttemptFactory(order=order, patient=stay.patient, contact_point=number, note="谢小平说伤口疼")
    FollowUpOrder.objects.filter(pk=order.pk).update(note="谢小平", draft={"note": "谢小平"})
    erase(stay.patient, reason="本人要求", actor=None, now=NOW)
    order.refresh_from_db()
    assert (run_of(stay).state, order.state, order.note, order.draft) == ("closed", "refused", "", None)
    call = Attempt.objects.get()
    assert (call.note, call.contact_point_id, call.order_id) == ("", None, order.pk)
