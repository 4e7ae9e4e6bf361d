"""Messages are kept as long as the hospital says, then emptied; what is not settled stays, and nothing comes twice."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEvent, Hospital, HospitalSettings
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import emptying
from integrations.domain.emptying import empty_old
from integrations.models import Feed, InboundRecord
from integrations.tasks import empty_messages
from patients.models import Patient
from tests.integrations.factories import FeedFactory
from tests.integrations.hl7_messages import adt, pv1
from tests.integrations.outside import apply_all

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2027, 1, 15, 4, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=181)
MESSAGES = [
    adt("A28", "1"),
    adt("A28", "2", processing="T"),
    adt("A01", "3", pid="PID|1||||甘书远||19600102|M", pv1=pv1()),
    adt("A28", "4", name="乔明"),
    adt("S12", "5").replace(b"ADT^S12", b"SIU^S12"),
]


def came(hospital: Hospital, now: dt.datetime = NOW) -> Feed:
    """A feed that has told one thing of each fate."""
    with hospital_scope(hospital):
        feed = Feed.objects.first() or FeedFactory()
        apply_all(feed, MESSAGES, now)
    return feed


def full(hospital: Hospital) -> dict[str, bool]:
    """Whether the content is there, by what became of the message."""
    with hospital_scope(hospital):
        return {row.state: not row.is_emptied for row in InboundRecord.objects.all()}


def test_only_what_is_settled_is_emptied_and_the_row_stays(north: Hospital) -> None:
    came(north)
    with hospital_scope(north):
        before = list(InboundRecord.objects.order_by("id").values("external_id", "event", "content_hash", "applied_at"))
    assert empty_old(north, NOW + dt.timedelta(days=179)) == 0
    assert empty_old(north, LATER) == 2
    assert full(north) == {"applied": False, "ignored": False, "set_aside": True, "waiting": True, "kept": True}
    with hospital_scope(north):
        rows = InboundRecord.objects.order_by("id")
        assert list(rows.values("external_id", "event", "content_hash", "applied_at")) == before
        assert set(rows.filter(state="applied").values_list("emptied_at", flat=True)) == {LATER}
        assert Feed.objects.get().emptied_count == 2
        (event,) = AuditEvent.objects.filter(verb="integrations.message.empty")
        assert event.detail == {"messages": 2, "days": 180}
    assert empty_old(north, LATER) == 0


def test_a_message_that_was_emptied_is_known_when_it_comes_again(north: Hospital) -> None:
    came(north)
    empty_old(north, LATER)
    with hospital_scope(north):
        Patient.objects.filter(name="甘书远").update(address="别处")
    came(north, LATER)
    with hospital_scope(north):
        record = InboundRecord.objects.get(external_id="1")
        assert (record.times_received, record.attempts, record.is_emptied) == (2, 1, True)
        assert (Patient.objects.get(name="甘书远").address, InboundRecord.objects.count()) == ("别处", len(MESSAGES))


@pytest.mark.parametrize(
    ("external_id", "settled"),
    [
        ("1", {"applied_at": LATER}),
        ("1", {"settled_at": LATER}),
        ("2", {"settled_at": LATER}),
    ],
)
def test_what_was_settled_lately_is_kept_however_long_ago_it_came(
    north: Hospital, external_id: str, settled: dict
) -> None:
    """Set aside for half a year, then corrected and applied, or left for a reason."""
    came(north)
    with hospital_scope(north):
        InboundRecord.objects.filter(external_id=external_id).update(**settled)
    assert empty_old(north, LATER) == 1
    with hospital_scope(north):
        assert not InboundRecord.objects.get(external_id=external_id).is_emptied
    assert empty_old(north, LATER + dt.timedelta(days=180)) == 0
    assert empty_old(north, LATER + dt.timedelta(days=181)) == 1


def test_each_hospital_keeps_its_own_for_as_long_as_it_says(north: Hospital, south: Hospital) -> None:
    long_ago = timezone.now() - dt.timedelta(days=181)
    came(north, long_ago)
    came(south, long_ago)
    with hospital_scope(south):
        HospitalSettings.objects.update(messages_kept_days=365)
    assert (empty_messages(north.pk), full(north)["applied"], full(south)["applied"]) == (2, False, True)


def test_the_days_are_between_a_month_and_three_years(in_north: Hospital) -> None:
    for days in (29, 1096):
        with pytest.raises(IntegrityError), transaction.atomic():
            HospitalSettings.objects.update(messages_kept_days=days)


def test_many_are_emptied_part_by_part(north: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emptying, "AT_ONCE", 1)
    came(north)
    assert empty_old(north, LATER) == 2


def test_the_pages_say_how_many_and_when(north: Hospital, client_as: Any) -> None:
    came(north)
    empty_old(north, LATER)
    with hospital_scope(north):
        record = InboundRecord.objects.get(state="applied")
    officer = client_as("information_officer")
    assert "内容已清空" in officer.get("imports/feeds/").content.decode()
    assert "2027-07-15" in officer.get(f"imports/feeds/messages/{record.public_id}/").content.decode()
