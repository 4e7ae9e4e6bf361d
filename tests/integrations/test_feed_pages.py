"""Feeds on one page and the queue of messages: who may see them, what they show, what is settled there."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEvent, Department, Hospital, StaffMember
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.feeds import tell_silence
from integrations.domain.hl7 import as_inbound
from integrations.domain.inbox import apply_due
from integrations.domain.receiving import receive
from integrations.models import DepartmentMapping, Feed, InboundRecord
from messaging.models import Message
from patients.domain.erasing import erase
from patients.models import Encounter, Patient
from tests.cast import Cast, client_of
from tests.integrations.factories import FeedFactory, InboundRecordFactory
from tests.integrations.hl7_messages import adt, pv1

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 2, 2, tzinfo=dt.UTC)
READING = ("imports/feeds/", "imports/feeds/messages/")
FEED = {
    "title": "新系统",
    "is_active": "on",
    "number_domain": "his",
    "silence_minutes": "30",
    "zone": "",
    "charset": "",
}


@pytest.fixture
def officer(cast: Cast) -> Any:
    """A browser of North's information officer."""
    return client_of(cast.he)


@pytest.fixture
def feed(north: Hospital) -> Feed:
    with hospital_scope(north):
        return FeedFactory()


def bring(north: Hospital, feed: Feed, *messages: bytes) -> list[InboundRecord]:
    """Receive and apply messages."""
    with hospital_scope(north):
        receive(feed, [one for one, _ in as_inbound(messages)], now=NOW, ask=False)
    apply_due(north, NOW)
    with hospital_scope(north):
        return list(InboundRecord.objects.order_by("id"))


@pytest.mark.parametrize("path", (*READING, "imports/feeds/new/"))
def test_page_answers_the_officer_and_nobody_without_the_right(client_as: Any, officer: Any, path: str) -> None:
    assert officer.get(path).status_code == 200
    assert client_as("physician").get(path).status_code == 403


@pytest.mark.parametrize("path", READING)
def test_reading_pages_refuse_other_methods(officer: Any, path: str) -> None:
    assert officer.post(path).status_code == 405


def test_rows_of_another_hospital_are_not_there(officer: Any, south: Hospital, zhao: StaffMember) -> None:
    with hospital_scope(south):
        message = InboundRecordFactory()
    for path in (f"feeds/messages/{message.public_id}/", f"feeds/{message.feed.public_id}/"):
        assert officer.get(f"imports/{path}").status_code == 404
    assert officer.post(f"imports/feeds/messages/{message.public_id}/leave/", {"note": "x"}).status_code == 404


@pytest.mark.parametrize("path", READING)
def test_pages_ask_as_often_for_one_row_as_for_three(officer: Any, north: Hospital, path: str) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection, ) as queries:  # fmt: skip
            officer.get(path)
        return len(queries)

    with hospital_scope(north):
        InboundRecordFactory()
    asked()
    one = asked()
    with hospital_scope(north):
        for number in range(2):
            InboundRecordFactory(feed=FeedFactory(name=f"f{number}"))
    assert asked() == one <= 15


def test_health_shows_what_waits_and_who_is_silent(officer: Any, north: Hospital, feed: Feed) -> None:
    bring(north, feed, adt("A01", "1", pv1=pv1()), adt("A23", "2"))
    with hospital_scope(north):
        Feed.objects.update(silence_minutes=5, last_received_at=timezone.now() - dt.timedelta(hours=1))
    (one,) = officer.get("imports/feeds/").context["feeds"]
    assert (one.received, one.waiting, one.set_aside, one.last_seconds, one.is_silent) == (0, 0, 1, 0, True)


def test_silence_rings_once_until_a_message_comes(north: Hospital, feed: Feed, cast: Cast) -> None:
    officer = cast.he
    with hospital_scope(north):
        Feed.objects.update(silence_minutes=5, last_received_at=NOW)
        assert [tell_silence(NOW + dt.timedelta(minutes=minutes)) for minutes in (4, 6, 60)] == [0, 1, 0]
        assert list(Message.objects.values_list("staff_id", "template")) == [(officer.pk, "integrations.silence")]
        receive(feed, [one for one, _ in as_inbound([adt("A28")])], now=NOW + dt.timedelta(hours=2), ask=False)
        assert tell_silence(NOW + dt.timedelta(hours=3)) == 1
        assert Message.objects.count() == 2


def test_a_feed_is_entered_and_changed(officer: Any, north: Hospital) -> None:
    said = {**FEED, "kind": "hl7", "name": "his2", "department_from": "location"}
    assert officer.post("imports/feeds/new/", said).status_code == 302
    assert officer.post("imports/feeds/new/", said).status_code == 422
    with hospital_scope(north):
        feed = Feed.objects.get()
    answer = officer.post(f"imports/feeds/{feed.public_id}/", {**FEED, "title": "改名", "charset": "GBK"})
    assert answer.status_code == 302
    with hospital_scope(north):
        feed.refresh_from_db()
        assert (feed.title, feed.name, feed.silence_minutes, feed.settings["charset"]) == ("改名", "his2", 30, "GBK")
    assert officer.post(f"imports/feeds/{feed.public_id}/", {**FEED, "zone": "Nowhere"}).status_code == 422


def test_a_department_of_a_feed_is_remembered_for_it(officer: Any, north: Hospital, feed: Feed) -> None:
    with hospital_scope(north):
        known = Department.objects.create(name="心血管内科")
    officer.post(f"imports/feeds/{feed.public_id}/departments/", {"name": "心内科", "department": known.pk})
    bring(north, feed, adt("A01", pv1=pv1()))
    with hospital_scope(north):
        assert DepartmentMapping.objects.get().feed == feed
        assert Encounter.objects.get().department == known


def test_a_message_shows_masked_fields_and_nothing_clinical(officer: Any, north: Hospital, feed: Feed) -> None:
    (record,) = bring(north, feed, adt("A29", pv1=pv1(), more="DG1|1||I10^高血压"))
    page = officer.get(f"imports/feeds/messages/{record.public_id}/").content.decode()
    assert "甘*远" in page
    for hidden in ("甘书远", "高血压", "13800000001", "19600102"):
        assert hidden not in page


def test_correcting_is_logged_and_applies_the_message(
    officer: Any, north: Hospital, feed: Feed, django_capture_on_commit_callbacks: Any
) -> None:
    (record,) = bring(
        north,
        feed,
        adt("A01", pv1=pv1(admitted="20260601", ended="20260501").replace("|I|", "|I|"), pid="PID|1||||甘书远"),
    )
    assert (record.state, record.reason) == ("set_aside", "nobody")
    page = officer.get(f"imports/feeds/messages/{record.public_id}/correct/").content.decode()
    assert 'placeholder="甘*远"' in page
    assert "甘书远" not in page
    with django_capture_on_commit_callbacks(execute=True):
        officer.post(f"imports/feeds/messages/{record.public_id}/correct/", {"PID-3": "M77^^^H^MR", "PID-5": ""})
    with hospital_scope(north):
        record.refresh_from_db()
        assert (record.state, Patient.objects.get().mrn) == ("applied", "M77")
        assert Patient.objects.get().name == "甘书远"
        assert b"M77" not in bytes(record.raw)
        verbs = set(AuditEvent.objects.values_list("verb", flat=True))
        assert {"integrations.message.look", "integrations.message.correct"} <= verbs


def test_only_what_waits_for_somebody_is_corrected(officer: Any, north: Hospital, feed: Feed) -> None:
    (record,) = bring(north, feed, adt("A01", pv1=pv1()))
    assert record.state == "applied"
    page = officer.get(f"imports/feeds/messages/{record.public_id}/correct/")
    assert (page.status_code, page.url.endswith(f"/imports/feeds/messages/{record.public_id}/")) == (302, True)


def test_a_look_at_a_message_of_nobody_known_is_in_the_trail(officer: Any, north: Hospital, feed: Feed) -> None:
    (record,) = bring(north, feed, adt("A29"))
    officer.get(f"imports/feeds/messages/{record.public_id}/")
    with hospital_scope(north):
        assert AuditEvent.objects.filter(verb="integrations.message.look").count() == 1


def test_what_messages_said_of_somebody_erased_is_gone(officer: Any, north: Hospital, feed: Feed) -> None:
    about, waiting, other = bring(
        north, feed, adt("A28", "1"), adt("A08", "2", name="乔明"), adt("A28", "3", number="M3", name="谢平")
    )
    assert (about.state, waiting.state, other.state) == ("applied", "waiting", "applied")
    with hospital_scope(north):
        for patient in Patient.objects.filter(pk__in=[about.patient_id, waiting.patient_id]):
            erase(patient, reason="本人要求", actor=None, now=NOW)
        rows = {row.pk: row for row in InboundRecord.objects.all()}
        said = [(bytes(rows[one.pk].raw), rows[one.pk].state, rows[one.pk].reason) for one in (about, waiting)]
        assert said == [(b"", "applied", "erased"), (b"", "ignored", "erased")]
        assert rows[other.pk].raw == other.raw
    path = f"imports/feeds/messages/{waiting.public_id}/"
    assert officer.get(path).context["fields"] == []
    assert officer.get(f"{path}correct/").status_code == 302
    for act in ("correct", "again"):
        officer.post(f"{path}{act}/", {"PID-5": "乔明"})
    apply_due(north, NOW)
    with hospital_scope(north):
        waiting.refresh_from_db()
        assert waiting.state == "ignored"


def test_with_somebody_erased_go_the_messages_about_records_united_before(north: Hospital, feed: Feed) -> None:
    bring(north, feed, adt("A28", "1"), adt("A28", "2", number="M2"), adt("A40", "3", more="MRG|M2^^^H^MR"))
    with hospital_scope(north):
        erase(Patient.objects.get(), reason="本人要求", actor=None, now=NOW)
        rows = InboundRecord.objects.order_by("id")
        assert [(bytes(row.raw), row.state, row.reason) for row in rows] == [(b"", "applied", "erased")] * 3


def test_what_is_applied_again_is_told_as_queued_until_the_outcome_is_there(
    officer: Any, north: Hospital, feed: Feed
) -> None:
    (record,) = bring(north, feed, adt("A23"))
    path = f"imports/feeds/messages/{record.public_id}/"
    assert f"{path}turn/" not in officer.get(path).content.decode()
    officer.post(f"{path}again/")
    page = officer.get(path).content.decode()
    assert ("已排队入库；之后的来文仍以后到者为准。" in page, "已完成" in page, f"{path}turn/" in page) == (
        True,
        False,
        True,
    )
    asked = officer.get(f"{path}turn/")
    assert ("HX-Refresh" in asked, "尚未入库" in asked.content.decode()) == (False, True)
    apply_due(north, NOW)
    assert officer.get(f"{path}turn/")["HX-Refresh"] == "true"
    page = officer.get(path).content.decode()
    assert ("已搁置" in page, f"{path}turn/" in page) == (True, False)


def test_leaving_aside_needs_a_reason_and_is_final(officer: Any, north: Hospital, feed: Feed) -> None:
    (record,) = bring(north, feed, adt("A23"))
    officer.post(f"imports/feeds/messages/{record.public_id}/leave/", {"note": " "})
    officer.post(f"imports/feeds/messages/{record.public_id}/leave/", {"note": "重复登记"})
    officer.post(f"imports/feeds/messages/{record.public_id}/again/")
    with hospital_scope(north):
        record.refresh_from_db()
        assert (record.state, record.reason, record.note) == ("ignored", "by_hand", "重复登记")


def test_messages_with_remarks_are_a_list_of_their_own(officer: Any, north: Hospital, feed: Feed) -> None:
    gbk = adt("A28", "2").decode().replace("UNICODE UTF-8", "").encode("gb18030")
    remarked, plain = bring(north, feed, gbk, adt("A28", "3", name="乔明", pid="PID|1||M3^^^H^MR||乔明||19700101|M"))
    assert (remarked.findings, plain.findings, remarked.state) == (["charset_guessed"], [], "applied")
    page = officer.get("imports/feeds/messages/?state=remarks")
    assert [row.pk for row in page.context["rows"]] == [remarked.pk]
    chips = [(chip["label"], chip["is_on"]) for chip in page.context["chips"]]
    assert chips[-1] == ("有提示的", True)
    with hospital_scope(north):
        other = FeedFactory(name="quiet")
    assert officer.get(f"imports/feeds/messages/?state=remarks&feed={other.name}").context["rows"] == []
