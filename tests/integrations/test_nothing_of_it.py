"""A message that is set aside, or is not applied, leaves nothing behind; the others of its chunk go in whole."""

import datetime as dt

import pytest

from accounts.models import Hospital
from integrations.domain.hl7 import as_inbound
from integrations.domain.inbox import apply_due
from integrations.domain.receiving import receive
from integrations.models import InboundRecord
from patients.models import ContactPoint, Encounter, Identifier, Patient
from tests.integrations.factories import FeedFactory
from tests.integrations.hl7_messages import adt, pv1

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 4, 2, tzinfo=dt.UTC)
TOO_EARLY = pv1(ended="20250603100000")


def bring(north: Hospital, *messages: bytes) -> list[tuple[str, str]]:
    """Receive and apply; what became of each."""
    receive(FeedFactory(), [one for one, _ in as_inbound(messages)], now=NOW, ask=False)
    apply_due(north, NOW)
    return list(InboundRecord.objects.order_by("id").values_list("state", "reason"))


def test_a_message_that_is_set_aside_makes_nobody_and_changes_nobody(in_north: Hospital) -> None:
    bring(in_north, adt("A28", "1"))
    moved = "PID|1||M1^^^H^MR~C9^^^H^就诊卡||甘书远||19600102|M|||新路2号||13900000009"
    found = bring(
        in_north, adt("A03", "2", pid=moved, pv1=TOO_EARLY), adt("A03", "3", number="M2", name="乔明", pv1=TOO_EARLY)
    )
    assert found[1:] == [("set_aside", "discharge_before_admission")] * 2
    assert Patient.objects.get().address == "山东省青岛市市南区一路1号"
    assert list(Identifier.objects.values_list("value", flat=True)) == ["M1"]
    assert list(ContactPoint.objects.values_list("value", flat=True)) == ["13800000001"]
    known = InboundRecord.objects.order_by("id").values_list("patient_id", flat=True)
    assert list(known) == [Patient.objects.get().pk, Patient.objects.get().pk, None]


@pytest.mark.parametrize("event", ["A11", "A13"])
def test_a_cancelled_visit_that_is_not_known_makes_nobody(in_north: Hospital, event: str) -> None:
    assert bring(in_north, adt(event, "1", pv1=pv1())) == [("ignored", "visit_not_known")]
    assert (Patient.objects.count(), Encounter.objects.count()) == (0, 0)


def test_the_others_of_the_chunk_go_in_whole_and_in_order(in_north: Hospital) -> None:
    found = bring(
        in_north,
        adt("A01", "1", pv1=pv1()),
        adt("A03", "2", number="M2", name="乔明", pv1=pv1("V2", ended="20250603100000")),
        adt("A08", "3", pid="PID|1||M1^^^H^MR||甘书远||19600102|M|||新路2号"),
        adt("A13", "4", number="M3", pv1=pv1("V3")),
        adt("A28", "5", number="M2", name="乔明"),
        adt("A03", "6", pv1=pv1(ended="20260603100000")),
    )
    assert found == [
        ("applied", ""),
        ("set_aside", "discharge_before_admission"),
        ("applied", ""),
        ("ignored", "visit_not_known"),
        *[("applied", "")] * 2,
    ]
    assert list(InboundRecord.objects.order_by("id").values_list("attempts", flat=True)) == [1] * 6
    assert list(Patient.objects.order_by("id").values_list("mrn", flat=True)) == ["M1", "M2"]
    assert Encounter.objects.get().discharged_on == dt.date(2026, 6, 3)


def test_what_follows_a_message_that_is_set_aside_is_not_judged_by_it(in_north: Hospital) -> None:
    """Somebody whom only a message that is set aside names contradicts nobody."""
    found = bring(in_north, adt("A03", "1", name="乔明", pv1=TOO_EARLY), adt("A28", "2"), adt("A03", "3", pv1=pv1()))
    assert [state for state, _ in found] == ["set_aside", "applied", "applied"]
    assert Patient.objects.get().name == "甘书远"
