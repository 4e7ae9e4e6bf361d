"""A discharge that a feed tells starts follow-up; taken back, it ends it; told again, it goes on."""

import datetime as dt

import pytest

from accounts.models import Hospital
from followups.domain.planning import plan
from followups.models import FollowUpOrder, FollowUpRun
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.deciding import decide
from integrations.domain.hl7 import as_inbound
from integrations.domain.inbox import apply_due
from integrations.domain.receiving import receive
from integrations.models import InboundRecord, MatchConflict
from patients.models import Encounter, Patient
from tests.cast import Cast, actor_of
from tests.integrations.factories import FeedFactory
from tests.integrations.hl7_messages import adt, pv1

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 4, 2, tzinfo=dt.UTC)
LEFT = pv1(ended="20260603100000", left="1")


def bring(north: Hospital, *messages: bytes) -> None:
    """Receive, apply and plan as workers do."""
    with hospital_scope(north):
        receive(FeedFactory(), [one for one, _ in as_inbound(messages)], now=NOW, ask=False)
    apply_due(north, NOW)
    with hospital_scope(north):
        plan(encounter_ids=Encounter.objects.values_list("pk", flat=True), now=NOW)


def runs(north: Hospital) -> list[tuple[str, str]]:
    with hospital_scope(north):
        return list(FollowUpRun.objects.values_list("state", "closed_reason"))


def test_a_discharge_starts_follow_up_and_its_withdrawal_ends_it(north: Hospital) -> None:
    bring(north, adt("A01", "1", pv1=pv1()))
    assert runs(north) == []
    bring(north, adt("A03", "2", pv1=LEFT))
    assert runs(north) == [("open", "")]
    bring(north, adt("A13", "3", pv1=pv1()))
    assert runs(north) == [("closed", "cancelled")]
    bring(north, adt("A03", "4", pv1=LEFT))
    assert runs(north) == [("open", "")]


def test_a_cancelled_admission_ends_it_too(north: Hospital) -> None:
    bring(north, adt("A01", "1", pv1=pv1()), adt("A03", "2", pv1=LEFT))
    bring(north, adt("A11", "3", pv1=pv1()))
    assert runs(north) == [("closed", "cancelled")]


def test_a_cancelled_readmission_lets_the_follow_up_go_on(north: Hospital) -> None:
    bring(north, adt("A01", "1", pv1=pv1()), adt("A03", "2", pv1=LEFT))
    again = pv1("V2", admitted="20260603220000")
    bring(north, adt("A01", "3", pv1=again))
    assert runs(north) == [("suspended", "")]
    bring(north, adt("A11", "4", pv1=again))
    assert runs(north) == [("open", "")]
    with hospital_scope(north):
        assert not FollowUpOrder.objects.filter(state="suspended").exists()


def test_replaying_the_feed_from_the_start_changes_nothing(north: Hospital) -> None:
    story = (
        adt("A01", "1", pv1=pv1()),
        adt("A03", "2", pv1=LEFT),
        adt("A13", "3", pv1=pv1()),
        adt("A03", "4", pv1=LEFT),
    )
    bring(north, *story)
    with hospital_scope(north):
        before = (Encounter.objects.values().get(), Patient.objects.values().get(), FollowUpRun.objects.values().get())
    bring(north, *story)
    with hospital_scope(north):
        after = (Encounter.objects.values().get(), Patient.objects.values().get(), FollowUpRun.objects.values().get())
        assert InboundRecord.objects.count() == 4
    assert after == before


def test_a_merge_with_an_open_order_leaves_one_run(north: Hospital) -> None:
    bring(north, adt("A01", "1", pv1=pv1()), adt("A03", "2", pv1=LEFT))
    bring(north, adt("A28", "3", number="M2"))
    bring(north, adt("A40", "4", number="M2", more="MRG|M1^^^H^MR"))
    with hospital_scope(north):
        assert list(FollowUpRun.objects.values_list("patient__mrn", "state")) == [("M2", "open")]


def test_a_merge_of_two_with_open_orders_leaves_the_younger_ones(north: Hospital) -> None:
    """Of one protocol one run stays open, by the last discharge; what was to be done for the other is void."""
    bring(north, adt("A01", "1", pv1=pv1()), adt("A03", "2", pv1=LEFT))
    other = "PID|1||M2^^^H^MR||甘书远||19600102|M|||||13800000002"
    later = pv1("V2", ended="20260604080000", left="1")
    bring(north, adt("A01", "3", pid=other, pv1=pv1("V2")), adt("A03", "4", pid=other, pv1=later))
    with hospital_scope(north):
        assert FollowUpOrder.objects.open().values("run__patient").distinct().count() == 2
    merge = adt("A40", "5", pid=other, more="MRG|M1^^^H^MR")
    for _twice in range(2):
        bring(north, merge)
        with hospital_scope(north):
            found = FollowUpRun.objects.order_by("id").values_list("encounter__source_key", "state")
            assert list(found) == [("his|V1", "closed"), ("his|V2", "open")]
            assert set(FollowUpRun.objects.values_list("patient__mrn", flat=True)) == {"M2"}
            assert set(FollowUpOrder.objects.open().values_list("run__encounter__source_key", flat=True)) == {"his|V2"}


def test_a_visit_that_moves_ends_its_follow_up_there_and_begins_it_at_the_right_person(north: Hospital) -> None:
    bring(north, adt("A01", "1", pv1=pv1()), adt("A03", "2", pv1=LEFT))
    other = "PID|1||M2^^^H^MR||乔明||19700304|F"
    bring(north, adt("A45", "3", pid=other, pv1=pv1(), more="MRG|M1^^^H^MR||||V1"))
    with hospital_scope(north):
        found = FollowUpRun.objects.order_by("id").values_list("patient__mrn", "state", "closed_reason")
        assert list(found) == [("M1", "closed", "cancelled"), ("M2", "open", "")]


def test_a_decided_contradiction_lets_its_message_go_on(north: Hospital, cast: Cast) -> None:
    bring(north, adt("A01", "1", pv1=pv1()), adt("A08", "2", pv1=pv1(ended="").replace("^12|", "^7|"), name="甘书源"))
    with hospital_scope(north):
        assert list(InboundRecord.objects.order_by("id").values_list("state", flat=True)) == ["applied", "waiting"]
        decide(MatchConflict.objects.get(), same=True, actor=actor_of(cast.he), now=NOW)
    apply_due(north, NOW)
    with hospital_scope(north):
        assert InboundRecord.objects.order_by("id").last().state == "applied"  # type: ignore[union-attr]
        assert (Patient.objects.count(), Encounter.objects.get().bed) == (1, "7")
