"""Lists of consents by the wizard: only with a source, of people on record, over no refusal of the own; taken back."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import batches, importing, undoing
from integrations.domain.preview import preview_of
from integrations.models import ImportBatch, ImportIssue, WebhookDelivery
from patients.domain.consents import is_allowed, withdraw
from patients.models import Consent, Patient
from tests.cast import Cast, client_of
from tests.integrations.factories import WebhookEndpointFactory
from tests.integrations.test_code_tables import NOW, brought, taken_in, undone
from tests.patients.factories import IdentifierFactory, PatientFactory

pytestmark = pytest.mark.django_db
HEAD = "姓名,病案号,用途,渠道,是否同意,同意日期,来源,文本版本,邮件确认日期\n"


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.PRIVATE_FILES_DIR = tmp_path / "private"


@pytest.fixture
def people(north: Hospital) -> list[Patient]:
    """Three people of one surname with their record numbers ZY1 to ZY3."""
    with hospital_scope(north):
        found = [PatientFactory(name=name) for name in ("谢一", "谢二", "谢三")]
        for place, person in enumerate(found, 1):
            IdentifierFactory(patient=person, value=f"ZY100{place}")
        return found


def listed(north: Hospital, *rows: str) -> ImportBatch:
    return brought(north, HEAD + "\n".join(rows) + "\n", "consents")


def problems(north: Hospital, batch: ImportBatch) -> list[tuple[int, str]]:
    with hospital_scope(north):
        rows = ImportIssue.objects.filter(batch=batch, kind="rejected").order_by("row", "code")
        return list(rows.values_list("row", "code"))


def test_decisions_come_in_with_their_source(north: Hospital, people: list[Patient]) -> None:
    batch = listed(
        north,
        "谢一,ZY1001,健康教育,短信,同意,2026-05-01,2026年入院告知书第12页,G1,",
        "谢二,ZY1002,营销短信,,否,2026-05-02,来电登记簿,,",
        "谢三,ZY1003,推广邮件,邮件,是,2026-05-03,官网订阅,W1,2026-05-04",
    )
    assert (batch.counts["consents_created"], problems(north, batch)) == (3, [])
    with hospital_scope(north):
        row = Consent.objects.get(patient=people[0])
        assert (row.purpose, row.channel, row.decision, row.source) == ("education", "sms", "granted", "list")
        assert (row.note, row.wording_version, row.at.astimezone(north.tz).date()) == (
            "2026年入院告知书第12页",
            "G1",
            dt.date(2026, 5, 1),
        )
        assert is_allowed(people[2], "marketing_mail", "email")
        assert Patient.objects.count() == 3


def test_what_proves_nothing_is_left_out(north: Hospital, people: list[Patient]) -> None:
    with hospital_scope(north):
        withdraw(person=people[1], purpose="education", source="phone", now=NOW - dt.timedelta(days=90))
    batch = listed(
        north,
        "谢一,ZY1001,健康教育,短信,同意,2026-05-01,,G1,",
        "谢一,ZY1001,健康教育,短信,同意,2026-05-01,告知书,,",
        "谢一,ZY1001,喝茶,短信,同意,2026-05-01,告知书,G1,",
        "谢一,ZY1001,健康教育,鸽子,同意,2026-05-01,告知书,G1,",
        "谢一,ZY1001,健康教育,短信,也许,2026-05-01,告知书,G1,",
        "谢一,ZY1001,健康教育,短信,同意,2026-13-01,告知书,G1,",
        "谢一,ZY1001,健康教育,短信,同意,2099-01-01,告知书,G1,",
        "谢一,ZY1001,推广邮件,邮件,同意,2026-05-01,官网,W1,",
        "谢二,ZY1002,健康教育,短信,同意,2026-05-01,告知书,G1,",
        "谢四,ZY1009,健康教育,短信,同意,2026-05-01,告知书,G1,",
        "谢一,ZY1001,,短信,,2026-05-01,告知书,G1,",
    )
    assert problems(north, batch) == [
        (1, "no_source"),
        (2, "consent_without_wording"),
        (3, "purpose_unknown"),
        (4, "channel_unknown"),
        (5, "decision_unknown"),
        (6, "decided_impossible"),
        (7, "decided_future"),
        (8, "consent_not_confirmed"),
        (9, "consent_own_no"),
        (10, "person_not_on_record"),
        (11, "decision_missing"),
        (11, "purpose_missing"),
    ]
    with hospital_scope(north):
        assert (Consent.objects.count(), Patient.objects.count()) == (1, 3)


def test_same_list_again_changes_nothing_and_undoing_takes_all_of_it_back(
    north: Hospital, people: list[Patient]
) -> None:
    rows = ("谢一,ZY1001,健康教育,短信,同意,2026-05-01,告知书,G1,", "谢二,ZY1002,个性化推荐,,拒绝,,来电登记簿,,")
    first = listed(north, *rows)
    again = listed(north, *rows)
    assert [one.counts.get("consents_created", 0) for one in (first, again)] == [2, 0]
    with hospital_scope(north):
        later = withdraw(person=people[0], purpose="education", channel="sms", source="phone", now=NOW)
        assert undoing.outlook(first).consents == 2
    assert undone(north, first)["consents"] == 2
    with hospital_scope(north):
        assert (Consent.objects.get(), is_allowed(people[1], "profiling", "any")) == (later, True)


def test_undoing_tells_other_systems_what_holds_again(north: Hospital, people: list[Patient]) -> None:
    with hospital_scope(north):
        withdraw(person=people[1], purpose="education", source="phone", now=NOW - dt.timedelta(days=90))
    batch = listed(
        north,
        "谢一,ZY1001,健康教育,短信,同意,2026-05-01,告知书,G1,",
        "谢二,ZY1002,健康教育,短信,拒绝,2026-05-01,告知书,,",
    )
    with hospital_scope(north):
        assert Consent.objects.filter(source="list").count() == 2
        WebhookEndpointFactory(facts=["people.consent_decided"])
    undone(north, batch)
    with hospital_scope(north):
        (told,) = WebhookDelivery.objects.all()
    about = {"purpose": "education", "channel": "sms"}
    assert told.items == [
        {"person": str(people[0].public_id), **about, "decision": "none"},
        {"person": str(people[1].public_id), **about, "decision": "refused"},
    ]


def test_preview_tells_what_was_understood(north: Hospital, people: list[Patient], cast: Cast) -> None:
    batch = taken_in(north, HEAD + "谢一,ZY1001,科普,微信,y,2026-05-01,告知书,G1,\n", "consents")
    with hospital_scope(north):
        batches.check_columns(batch, batch.mapping)
        batch.state = "checking"
        batch.save()
    importing.run(north, batch.pk, clock=lambda: NOW)
    with hospital_scope(north):
        batch.refresh_from_db()
        preview = preview_of(batch, NOW.date(), clinical=False)
        assert (batch.dry_counts["consents_created"], Consent.objects.count()) == (1, 0)
        assert [row.action for row in preview.rows] != []
    he, sun = client_of(cast.he), client_of(cast.sun)
    assert he.get(he.url("integrations:consents")).status_code == 200
    assert sun.get(sun.url("integrations:consents")).status_code == 403


def test_page_before_undoing_says_how_many_go(north: Hospital, people: list[Patient], cast: Cast) -> None:
    batch = brought(
        north, HEAD + "谢一,ZY1001,健康教育,短信,同意,2026-05-01,告知书,G1,\n", "consents", now=timezone.now()
    )
    he = client_of(cast.he)
    text = he.get(he.url("integrations:undo", batch.public_id)).content.decode()
    assert _("Decisions deleted: %(consents)s.") % {"consents": "1"} in text
    for page in ("integrations:list", "integrations:batch"):
        where = he.url(page, *([batch.public_id] if page.endswith("batch") else []))
        assert he.get(where).status_code == 200
    with hospital_scope(north):
        undoing.undo(batch, actor=None, now=timezone.now())
    importing.run(north, batch.pk)
    text = he.get(he.url("integrations:batch", batch.public_id)).content.decode()
    assert _("Decisions deleted: %(consents)s. What held before holds again.") % {"consents": "1"} in text
