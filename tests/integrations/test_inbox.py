"""The inbox: kept first, applied once and in order, set aside with a reason."""

import datetime as dt
import itertools
import json
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import inbox
from integrations.domain.errors import ImportRefused
from integrations.domain.inbox import apply_due
from integrations.domain.receiving import Inbound, apply_again, receive
from integrations.models import Feed, InboundRecord, MatchConflict
from integrations.readers.reading import Reading
from patients.domain.records import PersonRecord
from patients.models import Patient
from tests.integrations.factories import FeedFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 1, 2, tzinfo=dt.UTC)


def _read(raw: bytes, feed: Feed) -> Reading:
    said = json.loads(raw)
    if "reason" in said:
        return Reading(state=InboundRecord.State.IGNORED, reason=said["reason"])
    return Reading([PersonRecord(0, said["name"], record_number=said["number"], address=said.get("address", ""))])


@pytest.fixture(autouse=True)
def plain_reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(inbox.readers, "list", _read)
    yield


@pytest.fixture
def feed(north: Hospital) -> Feed:
    with hospital_scope(north):
        return FeedFactory(kind="list")


def message(number: str, name: str = "甘书远", external_id: str = "", **said: str) -> Inbound:
    return Inbound(json.dumps({"number": number, "name": name, **said}).encode(), external_id or number, "A08")


def came(north: Hospital, feed: Feed, *messages: Inbound) -> list[bool]:
    with hospital_scope(north):
        return receive(feed, messages, now=NOW)


def states(north: Hospital) -> list[tuple[str, str]]:
    with hospital_scope(north):
        return list(InboundRecord.objects.order_by("id").values_list("state", "reason"))


def test_what_came_is_applied_once_and_in_order(north: Hospital, feed: Feed) -> None:
    assert came(north, feed, message("M1", address="一"), message("M1", external_id="2", address="二")) == [True, True]
    assert apply_due(north, NOW) == {"applied": 2}
    assert apply_due(north, NOW) == {}
    with hospital_scope(north):
        assert Patient.objects.get().address == "二"


def test_the_same_message_again_is_counted_and_not_applied(north: Hospital, feed: Feed) -> None:
    came(north, feed, message("M1"))
    assert came(north, feed, message("M1"), message("M1")) == [False, False]
    with hospital_scope(north):
        assert InboundRecord.objects.get().times_received == 3


def test_one_control_id_with_two_contents_is_two_messages(north: Hospital, feed: Feed) -> None:
    assert came(north, feed, message("M1"), message("M1", address="一")) == [True, True]


def test_the_raw_message_is_encrypted_at_rest(north: Hospital, feed: Feed) -> None:
    came(north, feed, message("M1"))
    with hospital_scope(north):
        record = InboundRecord.objects.get()
        assert b"M1" not in bytes(record.raw)
        assert json.loads(record.message)["number"] == "M1"


def test_what_cannot_be_read_is_set_aside_and_the_rest_goes_on(north: Hospital, feed: Feed) -> None:
    came(north, feed, Inbound(b"{", "1", "A08"), message("M1"), message("M2", name=""))
    apply_due(north, NOW)
    assert states(north) == [("set_aside", "unreadable"), ("applied", ""), ("set_aside", "nobody")]


def test_what_one_message_provokes_sets_only_that_one_aside(
    north: Hospital, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = inbox.tell

    def tell(told: list, **how: object) -> dict:
        if any(one.record.name == "坏" for one in told):
            raise ValueError("bad")
        return whole(told, **how)

    monkeypatch.setattr(inbox, "tell", tell)
    came(north, feed, message("M1"), message("M2", name="坏"), message("M3", name="乔明"))
    apply_due(north, NOW)
    assert states(north) == [("applied", ""), ("set_aside", "cannot_apply"), ("applied", "")]


def test_a_contradiction_waits_and_is_applied_again_after_the_decision(north: Hospital, feed: Feed) -> None:
    came(north, feed, message("M1"), message("M1", name="乔明", external_id="2"))
    apply_due(north, NOW)
    assert states(north) == [("applied", ""), ("waiting", "record_conflict")]
    with hospital_scope(north):
        MatchConflict.objects.update(state="separate", decided_at=NOW)
        assert apply_again(InboundRecord.objects.all()) == 1
    apply_due(north, NOW)
    assert states(north) == [("applied", ""), ("applied", "")]


def test_a_worker_that_dies_before_the_commit_leaves_everything_due(
    north: Hospital, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(records: object) -> None:
        raise Killed

    came(north, feed, message("M1"))
    with monkeypatch.context() as patched:
        patched.setattr(inbox, "_mark", die)
        with pytest.raises(Killed):
            apply_due(north, NOW)
    assert states(north) == [("received", "")]
    with hospital_scope(north):
        assert Patient.objects.count() == 0
    assert apply_due(north, NOW) == {"applied": 1}


def test_a_feed_that_is_not_in_use_is_refused(north: Hospital, feed: Feed) -> None:
    feed.is_active = False
    with pytest.raises(ImportRefused):
        came(north, feed, message("M1"))


def test_contradictions_met_again_are_looked_up_and_not_all_that_there_are(north: Hospital, feed: Feed) -> None:
    came(north, feed, message("M1"), message("M1", name="乔明", external_id="2"))
    apply_due(north, NOW)
    came(north, feed, *(message("M1", name="乔明", external_id=f"again{number}", address="二") for number in range(3)))
    with hospital_scope(north):
        chunk = list(InboundRecord.objects.due().select_related("feed"))
        with CaptureQueriesContext(connection) as queries:
            assert inbox.apply_chunk(chunk, now=NOW) == {"waiting": 3}
        assert {row.conflict_id for row in chunk} == {MatchConflict.objects.get().pk}
    asked = [one["sql"] for one in queries if 'FROM "integrations_matchconflict"' in one["sql"]]
    assert (len(asked), all("fingerprint" in sql.partition("WHERE")[2] for sql in asked)) == (2, True)


def test_each_chunk_looks_at_the_clock(north: Hospital, feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was told late in a long drain is not older than its own chunk."""
    moments = itertools.count()
    monkeypatch.setattr(inbox, "CHUNK", 1)
    monkeypatch.setattr(inbox.timezone, "now", lambda: NOW + dt.timedelta(minutes=next(moments)))
    came(north, feed, message("M1"), message("M2"))
    begun = next(moments)
    assert apply_due(north) == {"applied": 2}
    with hospital_scope(north):
        first, second = InboundRecord.objects.order_by("id").values_list("applied_at", flat=True)
    assert NOW + dt.timedelta(minutes=begun) < first < second
