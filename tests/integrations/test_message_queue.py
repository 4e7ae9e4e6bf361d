"""The queue of messages: found by reason and by number, settled many at once, gone through one after the other."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from accounts.domain import bulk
from accounts.models import AuditEvent, BulkEdit, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import inbox
from integrations.domain.fhir import as_inbound
from integrations.domain.receiving import receive
from integrations.models import Feed, InboundRecord
from patients.models import Encounter
from tests.cast import Cast, client_of
from tests.integrations.factories import FeedFactory, InboundRecordFactory
from tests.integrations.fhir_resources import alone, encounter, patient

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 2, 2, tzinfo=dt.UTC)
QUEUE = "imports/feeds/messages/"


@pytest.fixture
def officer(cast: Cast) -> Any:
    """A browser of North's information officer."""
    return client_of(cast.he)


@pytest.fixture
def orphans(north: Hospital) -> Feed:
    """A feed whose three visits came before their person, and something that nobody can read."""
    with hospital_scope(north):
        feed = FeedFactory(kind="fhir", name="fhir")
        bring(feed, *(alone(encounter(f"v{number}")) for number in range(3)), b"{}")
        assert shown() == [("set_aside", "person_not_known")] * 3 + [("set_aside", "no_resource")]
    return feed


def bring(feed: Feed, *messages: bytes) -> None:
    """Receive and apply."""
    receive(feed, [as_inbound(raw) for raw in messages], now=NOW, ask=False)
    apply_all()


def apply_all() -> None:
    while due := list(InboundRecord.objects.due().select_related("feed")):
        inbox.apply_chunk(due, now=NOW)


def shown() -> list[tuple[str, str]]:
    return list(InboundRecord.objects.order_by("id").values_list("state", "reason"))


def settle(officer: Any, act: str, query: str, **said: str) -> BulkEdit:
    """All that the list shows, through its pages, as its worker does it."""
    officer.post("lists/messages/edit/", {"act": act, "all_matching": "1", "query": query})
    edit = BulkEdit.objects.latest("pk")
    preview = officer.post(f"edits/{edit.public_id}/", said)
    assert preview.context["is_preview"]
    officer.post(f"edits/{edit.public_id}/", {**said, "confirmed": "1"})
    bulk.run(edit.hospital, edit.pk, now=timezone.now())
    edit.refresh_from_db()
    return edit


def test_reasons_are_counted_and_narrow_the_list(officer: Any, orphans: Feed, north: Hospital) -> None:
    page = officer.get(QUEUE)
    assert (page.context["count"], page.context["list"].reasons) == (4, [("person_not_known", 3), ("no_resource", 1)])
    counts = {str(chip["label"]): chip["count"] for chip in page.context["chips"]}
    assert (counts["已搁置"], counts["已入库"]) == (4, 0)
    page = officer.get(f"{QUEUE}?state=set_aside&feed=fhir&reason=no_resource")
    assert ([row.reason for row in page.context["rows"]], page.context["count"]) == (["no_resource"], 1)
    assert len(officer.get(f"{QUEUE}?state=applied&reason=no_resource").context["rows"]) == 0


def test_a_number_of_the_source_finds_its_messages_in_any_state(officer: Any, north: Hospital, south: Hospital) -> None:
    with hospital_scope(south):
        InboundRecordFactory(external_id="4711")
    with hospital_scope(north):
        InboundRecordFactory(external_id="4711", state="applied", reason="", applied_at=NOW)
        InboundRecordFactory(external_id="4711", event="ADT^A03")
        InboundRecordFactory(external_id="47110")
    page = officer.get(f"{QUEUE}?number=4711")
    assert [(row.external_id, row.state) for row in page.context["rows"]] == [
        ("4711", "set_aside"),
        ("4711", "applied"),
    ]
    assert officer.get(f"{QUEUE}?number=4711&feed=nowhere").context["count"] is None


def test_all_of_one_reason_are_applied_once_what_they_lacked_is_there(
    officer: Any, orphans: Feed, in_north: Hospital
) -> None:
    bring(orphans, alone(patient()))
    edit = settle(officer, "messages.again", "state=set_aside&reason=person_not_known")
    assert bulk.counts(edit)["changed"] == 3
    apply_all()
    assert [state for state, _ in shown()] == ["applied"] * 3 + ["set_aside", "applied"]
    assert Encounter.objects.count() == 3
    assert AuditEvent.objects.filter(verb="integrations.message.again").count() == 3
    officer.post(f"edits/{edit.public_id}/undo/")
    bulk.run(in_north, edit.pk, now=timezone.now())
    assert (Encounter.objects.count(), dict(bulk.reasons(edit))) == (3, {"changed_since": 3})


def test_many_are_left_aside_with_one_reason_and_come_back(officer: Any, orphans: Feed, in_north: Hospital) -> None:
    before = shown()
    edit = settle(officer, "messages.leave", "state=set_aside&reason=person_not_known", note="测试环境误发")
    assert shown() == [("ignored", "by_hand")] * 3 + before[3:]
    assert set(InboundRecord.objects.filter(state="ignored").values_list("note", flat=True)) == {"测试环境误发"}
    officer.post(f"edits/{edit.public_id}/undo/")
    bulk.run(in_north, edit.pk, now=timezone.now())
    assert shown() == before


def test_what_waits_for_nobody_is_left_as_it_is(officer: Any, in_north: Hospital) -> None:
    applied = InboundRecordFactory(external_id="9", state="applied", reason="", applied_at=NOW)
    edit = settle(officer, "messages.leave", "number=9", note="x")
    applied.refresh_from_db()
    assert (applied.state, dict(bulk.reasons(edit))) == ("applied", {"settled": 1})


def test_who_may_not_see_the_queue_settles_nothing(client_as: Any, orphans: Feed, in_north: Hospital) -> None:
    said = {"act": "messages.leave", "all_matching": "1", "query": ""}
    assert client_as("centre_manager").post("lists/messages/edit/", said).status_code in (403, 404)
    assert not BulkEdit.objects.exists()


def test_one_goes_from_message_to_message_within_the_list(officer: Any, orphans: Feed, in_north: Hospital) -> None:
    third, second, first = InboundRecord.objects.filter(reason="person_not_known").order_by("-id")
    query = "?state=set_aside&reason=person_not_known"

    def beside(one: InboundRecord) -> dict[str, str]:
        return dict(officer.get(f"{QUEUE}{one.public_id}/{query}").context["beside"])

    assert [str(third.public_id) in beside(second)["newer"], str(first.public_id) in beside(second)["older"]] == [
        True,
        True,
    ]
    assert (beside(third)["newer"], beside(first)["older"]) == ("", "")
    answer = officer.post(f"{QUEUE}{second.public_id}/leave/{query}", {"note": "重复"})
    assert answer.url.endswith(query)
    assert str(first.public_id) in beside(second)["older"]
