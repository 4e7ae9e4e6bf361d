"""A message that is applied late, because it was corrected or decided, never overrules what was said after it."""

import datetime as dt
import json

import pytest

from accounts.models import Hospital
from followups.domain.planning import plan
from followups.models import FollowUpRun
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import queue
from integrations.domain.deciding import decide
from integrations.domain.fhir import as_inbound as as_resource
from integrations.domain.hl7 import as_inbound
from integrations.domain.inbox import apply_due
from integrations.domain.receiving import Inbound, receive
from integrations.models import InboundRecord, MatchConflict
from patients.models import Encounter, Patient
from tests.cast import Cast, actor_of
from tests.integrations.factories import FeedFactory
from tests.integrations.hl7_messages import adt, pv1

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 4, 2, tzinfo=dt.UTC)
TOO_EARLY = pv1(ended="20250603100000")
IN_ORDER = [("applied", "")]


def pid(address: str, number: str = "M1", name: str = "甘书远") -> str:
    return f"PID|1||{number}^^^H^MR||{name}||19600102|M|||{address}"


def bring(north: Hospital, *messages: bytes) -> None:
    """Receive, apply and plan as workers do."""
    came(north, "hl7", *(one for one, _ in as_inbound(messages)))


def came(north: Hospital, kind: str, *messages: Inbound) -> None:
    with hospital_scope(north):
        receive(FeedFactory(kind=kind, name=kind), messages, now=NOW, ask=False)
    applied(north)


def applied(north: Hospital) -> None:
    apply_due(north, NOW)
    with hospital_scope(north):
        plan(encounter_ids=Encounter.objects.values_list("pk", flat=True), now=NOW)


def corrected(north: Hospital, cast: Cast, external_id: str, **values: str) -> None:
    """Corrected in the queue by the information officer, then applied."""
    with hospital_scope(north):
        message = InboundRecord.objects.get(external_id=external_id)
        said = {name.replace("_", "-"): value for name, value in values.items()}
        queue.correct(message, said, actor=actor_of(cast.he), now=NOW)
    applied(north)


def states() -> list[tuple[str, str]]:
    return list(InboundRecord.objects.order_by("id").values_list("state", "reason"))


def test_a_discharge_corrected_after_its_withdrawal_stays_withdrawn(north: Hospital, cast: Cast) -> None:
    bring(north, adt("A01", "1", pid=pid("旧路1号"), pv1=pv1()))
    bring(north, adt("A03", "2", pid=pid("旧路1号"), pv1=TOO_EARLY))
    bring(north, adt("A13", "3", pid=pid("新路2号"), pv1=pv1()))
    with hospital_scope(north):
        assert states() == [("applied", ""), ("set_aside", "discharge_before_admission"), ("applied", "")]
    corrected(north, cast, "2", PV1_45="20260603100000")
    with hospital_scope(north):
        assert states() == IN_ORDER * 3
        assert (Encounter.objects.get().discharged_on, Patient.objects.get().address) == (None, "新路2号")
        assert FollowUpRun.objects.filter(state="open").count() == 0


def test_a_discharge_told_again_after_the_corrected_one_stands(north: Hospital, cast: Cast) -> None:
    bring(north, adt("A01", "1", pv1=pv1()), adt("A03", "2", pv1=TOO_EARLY), adt("A13", "3", pv1=pv1()))
    bring(north, adt("A03", "4", pv1=pv1(ended="20260602100000")))
    corrected(north, cast, "2", PV1_45="20260603100000")
    with hospital_scope(north):
        assert states() == IN_ORDER * 4
        assert Encounter.objects.get().discharged_on == dt.date(2026, 6, 2)
        assert list(FollowUpRun.objects.values_list("state", flat=True)) == ["open"]


def test_an_admission_that_was_cancelled_before_it_could_be_applied_is_no_stay(north: Hospital, cast: Cast) -> None:
    bring(north, adt("A01", "1", pv1=pv1(admitted="20270601090000")), adt("A11", "2", pv1=pv1()))
    bring(north, adt("A11", "3", number="M2", pv1=pv1("V2")))
    with hospital_scope(north):
        assert states() == [("set_aside", "admission_future"), *[("ignored", "visit_not_known")] * 2]
    corrected(north, cast, "1", PV1_44="20260601090000")
    with hospital_scope(north):
        assert states() == [*IN_ORDER * 2, ("ignored", "visit_not_known")]
        assert Encounter.objects.get().is_cancelled is True
        assert list(InboundRecord.objects.order_by("id").values_list("attempts", flat=True)) == [2, 2, 1]


def test_only_what_was_said_later_of_the_same_person_is_applied_again(north: Hospital, cast: Cast) -> None:
    bring(north, adt("A01", "1", pv1=pv1()), adt("A03", "2", pv1=TOO_EARLY))
    bring(north, adt("A28", "3", number="M2", name="乔明"), adt("A08", "4", pid=pid("新路2号")))
    corrected(north, cast, "2", PV1_45="20260603100000")
    with hospital_scope(north):
        assert list(InboundRecord.objects.order_by("id").values_list("attempts", flat=True)) == [1, 2, 1, 2]


def test_what_comes_meanwhile_is_the_last_word(north: Hospital, cast: Cast) -> None:
    """A message that came and is not applied yet follows those that were applied before it came."""
    bring(north, adt("A01", "1", pid=pid("一路1号"), pv1=pv1()), adt("A03", "2", pid=pid("二路2号"), pv1=TOO_EARLY))
    bring(north, adt("A08", "3", pid=pid("三路3号")))
    with hospital_scope(north):
        receive(FeedFactory(name="hl7"), [one for one, _ in as_inbound([adt("A08", "4", pid=pid("四路4号"))])], now=NOW)
    corrected(north, cast, "2", PV1_45="20260603100000")
    with hospital_scope(north):
        assert Patient.objects.get().address == "四路4号"
        assert Encounter.objects.get().discharged_on == dt.date(2026, 6, 3)


def test_what_was_said_later_under_a_number_that_was_united_counts(north: Hospital, cast: Cast) -> None:
    bring(north, adt("A01", "1", pid=pid("一路1号"), pv1=pv1()), adt("A03", "2", pid=pid("二路2号"), pv1=TOO_EARLY))
    bring(north, adt("A08", "3", pid=pid("三路3号")), adt("A28", "4", pid=pid("", "M2")))
    bring(north, adt("A40", "5", pid=pid("", "M2"), more="MRG|M1^^^H^MR"))
    corrected(north, cast, "2", PV1_45="20260603100000")
    with hospital_scope(north):
        assert (states(), Patient.objects.get().address) == (IN_ORDER * 5, "三路3号")


def test_a_contradiction_decided_late_does_not_overrule_either(north: Hospital, cast: Cast) -> None:
    bring(north, adt("A01", "1", pid=pid("一路1号"), pv1=pv1()))
    bring(north, adt("A08", "2", pid=pid("二路2号", name="甘书源"), pv1=pv1().replace("^12|", "^7|")))
    bring(north, adt("A08", "3", pid=pid("三路3号"), pv1=pv1().replace("^12|", "^9|")))
    with hospital_scope(north):
        assert states() == [("applied", ""), ("waiting", "record_conflict"), ("applied", "")]
        decide(MatchConflict.objects.get(), same=True, actor=actor_of(cast.he), now=NOW)
    applied(north)
    with hospital_scope(north):
        assert states() == IN_ORDER * 3
        assert (Patient.objects.get().address, Encounter.objects.get().bed) == ("三路3号", "9")


def test_a_resource_corrected_late_does_not_overrule_either(north: Hospital, cast: Cast) -> None:
    def bundle(number: str, address: str, *more: dict) -> Inbound:
        person = {"resourceType": "Patient", "id": "p1", "name": [{"text": "甘书远"}], "address": [{"text": address}]}
        person["identifier"] = [{"type": {"coding": [{"code": "MR"}]}, "value": "M1"}]
        entries = [{"resource": one, "fullUrl": f"{one['resourceType']}/{one['id']}"} for one in (person, *more)]
        said = {"resourceType": "Bundle", "id": number, "type": "collection", "entry": entries}
        return as_resource(json.dumps(said).encode())

    def stay(status: str, **period: str) -> dict:
        said = {"resourceType": "Encounter", "id": "e1", "status": status, "class": {"code": "IMP"}, "period": period}
        return {**said, "subject": {"reference": "Patient/p1"}}

    came(north, "fhir", bundle("1", "一路1号", stay("in-progress", start="2026-06-01")))
    came(north, "fhir", bundle("2", "二路2号", stay("finished", start="2026-06-01", end="2025-06-03")))
    came(north, "fhir", bundle("3", "三路3号", stay("in-progress", start="2026-06-01")))
    with hospital_scope(north):
        assert states() == [("applied", ""), ("set_aside", "discharge_before_admission"), ("applied", "")]
        assert Patient.objects.get().address == "三路3号"
        message = InboundRecord.objects.get(external_id="2")
        (name,) = [one.name for one in queue.open_message(message, actor=actor_of(cast.he)) if "2025" in one.value]
        queue.correct(message, {name: "2026-06-03"}, actor=actor_of(cast.he), now=NOW)
    applied(north)
    with hospital_scope(north):
        assert (states(), Patient.objects.get().address) == (IN_ORDER * 3, "三路3号")


def test_where_what_was_said_later_is_kept_no_more_nothing_is_applied(north: Hospital, cast: Cast) -> None:
    bring(north, adt("A01", "1", pid=pid("一路1号"), pv1=pv1()), adt("A03", "2", pid=pid("二路2号"), pv1=TOO_EARLY))
    bring(north, adt("A08", "3", pid=pid("三路3号")))
    with hospital_scope(north):
        InboundRecord.objects.filter(external_id="3").update(raw=b"", emptied_at=NOW)
    corrected(north, cast, "2", PV1_45="20260603100000")
    with hospital_scope(north):
        assert states() == [("applied", ""), ("set_aside", "later_emptied"), ("applied", "")]
        assert (Encounter.objects.get().discharged_on, Patient.objects.get().address) == (None, "三路3号")


def test_the_lag_of_what_is_applied_again_stays_as_it_was(north: Hospital, cast: Cast) -> None:
    bring(north, adt("A01", "1", pv1=pv1()), adt("A03", "2", pv1=TOO_EARLY), adt("A08", "3"))
    with hospital_scope(north):
        message = InboundRecord.objects.get(external_id="2")
        queue.correct(message, {"PV1-45": "20260603100000"}, actor=actor_of(cast.he), now=NOW)
    apply_due(north, NOW + dt.timedelta(days=3))
    with hospital_scope(north):
        lags = [row.lag for row in InboundRecord.objects.order_by("id")]
    assert lags == [dt.timedelta(), dt.timedelta(days=3), dt.timedelta()]
