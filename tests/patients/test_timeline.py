"""The one timeline page after page, narrowed, printed."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AccessLog, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients import registry
from patients.domain.timeline import Asked, timeline_of
from patients.models import Patient
from tests.cast import Cast, actor_of, client_of
from tests.groups.factories import GroupMemberFactory
from tests.patients.factories import (
    ConsentFactory,
    EncounterFactory,
    PatientFactory,
    PatientNoteFactory,
    PersonTaskFactory,
)
from tests.patients.list_factories import PersonLabelFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 1, 4, 0, tzinfo=dt.UTC)


@pytest.fixture
def patient(cast: Cast) -> Patient:
    """Forty notes, five of them in the same minute, twenty visits, a task."""
    with hospital_scope(cast.hospital):
        patient = PatientFactory()
        for number in range(40):
            at = NOW - dt.timedelta(days=3 * max(number, 5), minutes=1)
            PatientNoteFactory(patient=patient, audience="care", text=f"备注{number}", noted_at=at)
        for number in range(20):
            day = (NOW - dt.timedelta(days=5 * number)).date()
            EncounterFactory(patient=patient, kind="outpatient", admitted_on=day, discharged_on=day)
        PersonTaskFactory(patient=patient, assignee=cast.sun, given_at=NOW)
    return patient


def told(patient: Patient, cast: Cast, size: int, **asked: object) -> list[tuple]:
    """Every line, page after page."""
    lines, after = [], ""
    for _page in range(100):
        page = timeline_of(patient, actor_of(cast.sun), NOW, asked=Asked(after=after, **asked), shown=size)
        lines += [(line.entry.at, str(line.entry.title), str(line.entry.text)) for line in page.lines]
        assert len(page.lines) <= size
        if not page.next:
            break
        after = page.next
    return lines


@pytest.mark.parametrize("size", [1, 2, 3, 7, 60])
def test_pages_hold_every_line_once_in_one_order(cast: Cast, patient: Patient, size: int) -> None:
    with hospital_scope(cast.hospital):
        whole = told(patient, cast, 1000)
        assert (len(whole), told(patient, cast, size)) == (61, whole)


def test_what_somebody_may_not_read_takes_no_place_of_what_he_may(in_north: Hospital, cast: Cast) -> None:
    patient = PatientFactory()
    for minutes in range(1, 10):
        at = NOW - dt.timedelta(minutes=minutes)
        PatientNoteFactory(patient=patient, audience="clinical", text="内部", noted_at=at)
    PatientNoteFactory(patient=patient, audience="care", text="要读的", noted_at=NOW - dt.timedelta(days=9))
    page = timeline_of(patient, actor_of(cast.qian), NOW, asked=Asked(), shown=2)
    assert [str(line.entry.text) for line in page.lines] == ["要读的"]


def test_one_source_and_a_period_narrow_it(cast: Cast, patient: Patient) -> None:
    with hospital_scope(cast.hospital):
        since, until = dt.date(2026, 4, 1), dt.date(2026, 4, 30)
        lines = told(patient, cast, 4, only="stays", since=since, until=until)
        assert [line[0] for line in lines] == [dt.date(2026, 4, day) for day in (27, 22, 17, 12, 7, 2)]
        assert told(patient, cast, 4, only="tasks", until=until) == []


def test_a_source_that_reads_no_span_is_cut_all_the_same(
    in_north: Hospital, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = [dt.date(2026, 5, day) for day in (20, 10, 1)]
    source = registry.TimelineSource("x", "X", lambda *_: [registry.TimelineEntry(at=day, title="x") for day in days])
    monkeypatch.setattr(registry, "timeline_sources", {"x": source})
    found = told(PatientFactory(), cast, 1, until=dt.date(2026, 5, 10))
    assert [line[0] for line in found] == days[1:]


@pytest.mark.parametrize("after", ["x", "2026-05-01T00:00:00~1", "~", "9999-12-31T23:59:59+00:00~x"])
def test_a_place_that_cannot_be_read_is_the_first_page(cast: Cast, patient: Patient, after: str) -> None:
    client = client_of(cast.sun)
    url = client.url("patients:detail", patient.public_id)
    page = client.get(url, {"show": "", "older": after})
    assert len(page.context["timeline"].lines) == 40


def test_older_lines_come_by_themselves_and_the_print_is_recorded(cast: Cast, patient: Patient) -> None:
    client = client_of(cast.sun)
    url = client.url("patients:detail", patient.public_id)
    first = client.get(url, {"show": ""})
    older = client.get(url, {"show": "", "older": first.context["timeline"].next}, headers={"HX-Request": "true"})
    html = older.content.decode()
    assert (len(first.context["timeline"].lines), html.count("tl-item"), "panel-head" in html) == (40, 21, False)
    printed = client.get(client.url("patients:print", patient.public_id), {"show": "stays", "since": "2026-05-01"})
    assert len(printed.context["timeline"].lines) == 7
    with hospital_scope(cast.hospital):
        assert AccessLog.objects.latest("pk").kind == "print"


def test_consents_and_changes_of_group_stand_on_the_timeline(in_north: Hospital, cast: Cast) -> None:
    patient = PatientFactory()
    ConsentFactory(patient=patient, purpose="education", decision="granted", at=NOW - dt.timedelta(days=9))
    ConsentFactory(
        patient=patient, purpose="education", decision="withdrawn", wording_version="", at=NOW - dt.timedelta(days=2)
    )
    PersonLabelFactory(patient=patient, axis="orientation", value="value", since_at=NOW - dt.timedelta(days=30))
    PersonLabelFactory(
        patient=patient, axis="visit_cycle", value="lapsed", previous="long_term", since_at=NOW - dt.timedelta(days=5)
    )
    page = timeline_of(patient, actor_of(cast.sun), NOW)
    said = [(line.source.key, str(line.entry.title), str(line.entry.text)) for line in page.lines]
    assert said == [
        ("consents", "同意：已撤回", "健康宣教，所有渠道"),
        ("labels", "变更：就诊周期", "长期 → 消亡"),
        ("consents", "同意：已同意", "健康宣教，所有渠道"),
    ]


def test_what_was_decided_asks_the_database_no_more_often(in_north: Hospital, cast: Cast) -> None:
    patient, actor = PatientFactory(), actor_of(cast.sun)
    counts = []
    timeline_of(patient, actor, NOW)
    for _round in range(2):
        with CaptureQueriesContext(connection) as asked:
            timeline_of(Patient.objects.get(pk=patient.pk), actor, NOW)
        counts.append(len(asked.captured_queries))
        ConsentFactory.create_batch(3, patient=patient)
        GroupMemberFactory.create_batch(2, patient=patient)
    assert counts[0] == counts[1]
