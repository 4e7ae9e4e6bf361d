"""The person's own page: opened it changes nothing; each button is one entry with its proof; three languages."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.domain.public_links import ensure
from accounts.models import AuditEvent, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import granting
from patients.domain.consents import is_allowed
from patients.domain.life import report_death
from patients.domain.preferences import WORDS
from patients.domain.uniting import unite
from patients.models import AwaitedConsent, Consent, Patient
from patients.shipped.wordings import TEXTS
from tests.patients.factories import ConsentFactory, ContactPointFactory, PatientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(north: Hospital) -> Patient:
    with hospital_scope(north):
        return PatientFactory(name="谢小窗", birth_date=dt.date(1948, 1, 1))


def address(person: Patient, extra: str = "") -> str:
    with hospital_scope(person.hospital):
        return f"/l/{ensure('preferences', [person.pk], extra=extra, now=timezone.now())[person.pk]}/"


def press(person: Patient, act: str, extra: str = "", **more: str) -> Any:
    return Client().post(address(person, extra), {"act": act, "version-education": "S1", **more})


def entries(person: Patient) -> list[tuple]:
    with hospital_scope(person.hospital):
        rows = Consent.objects.filter(patient=person).order_by("id")
        return list(rows.values_list("purpose", "channel", "decision", "source", "said_by", "wording_version"))


def test_every_kind_is_told_in_peoples_words(person: Patient) -> None:
    assert set(WORDS) == set(TEXTS) == set(Consent.Purpose.values)
    page = Client().get(address(person)).content.decode()
    assert all(str(title) in page for title, _hint in WORDS.values())
    assert ("谢*窗" in page, "谢小窗" in page, "checked" in page, "selected" in page) == (True, False, False, False)
    assert entries(person) == []


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_page_speaks_the_persons_language_unless_another_was_chosen_here(person: Patient, language: str) -> None:
    with hospital_scope(person.hospital):
        Patient.objects.update(
            preferred_language={"zh-hans": "zh-hans", "zh-hant": "繁體中文", "en": "English"}[language]
        )
    page = Client().get(address(person)).content.decode()
    with override(language):
        assert _("What we may contact you about") in page
    assert TEXTS["education"][language] in page
    client = Client()
    client.cookies["crm_language"] = "en"
    assert "What we may contact you about" in client.get(address(person)).content.decode()


def test_each_button_is_one_entry_with_its_proof(person: Patient) -> None:
    answer = press(person, "allow education sms")
    assert (answer.status_code, answer.url.endswith("?done=allowed&open=education")) == (302, True)
    press(person, "stop education sms")
    press(person, "stop care phone")
    assert entries(person) == [
        ("education", "sms", "granted", "online", "self", "S1"),
        ("education", "sms", "withdrawn", "online", "self", ""),
        ("care", "phone", "refused", "online", "self", ""),
    ]
    with hospital_scope(person.hospital):
        row = Consent.objects.first()
        assert row is not None and row.link is not None
        assert (row.link.kind, row.language, row.taken_by) == ("preferences", "zh-hans", None)
        assert AuditEvent.objects.filter(verb="patients.consent.record").count() == 3
    assert _("Recorded: we stop this at once.") in Client().get(address(person) + "?done=stopped").content.decode()


def test_block_of_a_decision_stays_open_and_says_what_became_of_it(person: Patient) -> None:
    def blocks(said: str) -> tuple[str, str]:
        """What stands before the blocks, and the one block that is open."""
        before, *all_ = said.split('<details class="public-card"')
        found = [one for one in all_ if one.split(">")[0].endswith(" open")]
        return before, found[0] if len(found) == 1 else ""

    client = Client()
    answer = client.post(address(person), {"act": "allow education sms", "version-education": "S1"}, follow=True)
    before, block = blocks(answer.content.decode())
    note = f'role="status" tabindex="-1" autofocus>{_("Recorded: you allow this.")}'
    assert ('id="education"' in block, note in block, note in before) == (True, True, False)
    refused = client.post(address(person), {"act": "allow education sms", "version-education": "S0"})
    before, block = blocks(refused.content.decode())
    assert ('id="education"' in block, 'role="alert" tabindex="-1" autofocus' in block) == (True, True)
    before, block = blocks(client.post(address(person), {"act": "stop-all"}, follow=True).content.decode())
    assert (block, 'role="status" tabindex="-1" autofocus' in before) == ("", True)


def test_person_lifts_the_own_no_by_the_link_and_staff_do_not(person: Patient) -> None:
    press(person, "stop education any")
    assert press(person, "allow education sms", extra="desk").status_code == 409
    assert press(person, "allow education sms").status_code == 302
    with hospital_scope(person.hospital):
        assert is_allowed(person, "education", "sms")


def test_everything_but_care_stops_at_once(person: Patient) -> None:
    with hospital_scope(person.hospital):
        ConsentFactory(patient=person)
    press(person, "stop-all")
    found = {(purpose, decision) for purpose, _c, decision, *_rest in entries(person)}
    assert ("education", "withdrawn") in found
    assert {purpose for purpose, decision in found if decision == "refused"} == {
        *("satisfaction", "profiling", "marketing_mail", "marketing_sms", "calls", "recording", "community", "points")
    }


def test_mail_waits_for_its_confirmation(person: Patient) -> None:
    with hospital_scope(person.hospital):
        ContactPointFactory(patient=person, system="email", value="xie@example.invalid")
    answer = press(person, "allow marketing_mail email", **{"version-marketing_mail": "S1"})
    assert (answer.url.endswith("?done=waits&open=marketing_mail"), entries(person)) == (True, [])
    assert _("waits for your confirmation by e-mail") in Client().get(address(person)).content.decode()
    with hospital_scope(person.hospital):
        row = AwaitedConsent.objects.get()
        token = ensure(granting.CONFIRM, [row.pk], expires_at=row.expires_at, now=timezone.now())[row.pk]
    page = Client().get(f"/l/{token}/")
    assert (TEXTS["marketing_mail"]["zh-hans"] in page.content.decode(), entries(person)) == (True, [])
    assert Client().post(f"/l/{token}/").status_code == 302
    assert entries(person) == [("marketing_mail", "email", "granted", "online", "self", "S1")]
    assert _("Confirmed") in Client().get(f"/l/{token}/").content.decode()
    assert Client().post(f"/l/{token}/").status_code == 302
    press(person, "stop marketing_mail email")
    assert len(entries(person)) == 2


def test_link_of_a_dropped_confirmation_opens_nothing(person: Patient) -> None:
    with hospital_scope(person.hospital):
        ContactPointFactory(patient=person, system="email", value="xie@example.invalid")
    press(person, "allow marketing_mail email", **{"version-marketing_mail": "S1"})
    with hospital_scope(person.hospital):
        row = AwaitedConsent.objects.get()
        token = ensure(granting.CONFIRM, [row.pk], expires_at=row.expires_at, now=timezone.now())[row.pk]
    press(person, "stop marketing_mail email")
    assert (Client().get(f"/l/{token}/").status_code, Client().post(f"/l/{token}/").status_code) == (404, 404)


@pytest.mark.parametrize(
    "said",
    [
        {"act": ""},
        {"act": "allow education sms", "version-education": "S0"},
        {"act": "allow education sms", "version-education": ""},
        {"act": "allow education pigeon"},
        {"act": "allow tea sms"},
        {"act": "grant education sms"},
        {"act": "allow marketing_mail email", "version-marketing_mail": "S1"},
        {"act": "allow education sms", "said_by": "family", "guardian_name": ""},
        {"act": "allow education sms", "said_by": "family", "guardian_name": "谢小禾"},
    ],
)
def test_what_is_no_decision_changes_nothing(person: Patient, said: dict[str, str]) -> None:
    answer = press(person, **said)
    assert (answer.status_code, entries(person)) == (409, [])


def test_guardian_decides_under_14(north: Hospital) -> None:
    with hospital_scope(north):
        child = PatientFactory(birth_date=timezone.now().date() - dt.timedelta(days=3000))
    assert _("Under 14 the guardian decides") in Client().get(address(child)).content.decode()
    assert press(child, "allow education sms").status_code == 409
    guardian = {"said_by": "guardian", "guardian_name": "谢大平", "guardian_relation": "父亲"}
    assert press(child, "allow education sms", **guardian).status_code == 302
    assert press(child, "stop education sms", said_by="guardian").status_code == 302
    assert [(row[2], row[4]) for row in entries(child)] == [("granted", "guardian"), ("withdrawn", "self")]


def test_language_and_way_are_kept(person: Patient) -> None:
    assert press(person, "settings", language="en", channel="wechat").url.endswith("?done=settings")
    press(person, "settings", language="tlh", channel="pigeon")
    person.refresh_from_db()
    assert (person.preferred_language, person.preferred_channel) == ("English", "wechat")
    with hospital_scope(person.hospital):
        assert AuditEvent.objects.filter(verb="patients.person.prefer").count() == 1


def test_button_of_a_mail_program_stops_what_the_mail_was_about(person: Patient) -> None:
    with hospital_scope(person.hospital):
        ConsentFactory(patient=person)
    strict = Client(enforce_csrf_checks=True)
    where = address(person, "education")
    assert strict.post(where, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert strict.post(where, {"List-Unsubscribe": "One-Click"}).status_code == 200
    with hospital_scope(person.hospital):
        assert [is_allowed(person, "education", one) for one in ("email", "sms")] == [False, True]
        assert Consent.objects.filter(source="oneclick").count() == 1
    assert strict.post(address(person), {"List-Unsubscribe": "One-Click"}).status_code == 200
    with hospital_scope(person.hospital):
        assert not is_allowed(person, "marketing_mail", "email")
        assert Consent.objects.filter(purpose="marketing_sms").count() == 0


def test_link_follows_the_record_into_a_union(person: Patient) -> None:
    with hospital_scope(person.hospital):
        kept = PatientFactory(name="谢大窗")
    where = address(person)
    with hospital_scope(person.hospital):
        unite(kept_id=kept.pk, other_id=person.pk, actor=None, now=timezone.now())
    assert "谢*窗" in Client().get(where).content.decode()
    Client().post(where, {"act": "stop calls any"})
    assert [row[:3] for row in entries(kept)] == [("calls", "any", "refused")]


def test_dead_and_erased_people_have_no_page(person: Patient) -> None:
    where = address(person)
    with hospital_scope(person.hospital):
        report_death(person, source="family", deceased_on=None, actor=None, now=timezone.now())
    assert (Client().get(where).status_code, Client().post(where, {"act": "stop-all"}).status_code) == (404, 404)


def test_what_is_said_while_the_record_lies_in_the_bin_holds(person: Patient) -> None:
    where = address(person)
    with hospital_scope(person.hospital):
        Patient.objects.filter(pk=person.pk).update(contact_state="binned")
    assert Client().post(where, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert {row[2] for row in entries(person)} == {"refused"}
    assert Client().get(where).status_code == 200


def test_page_costs_the_same_for_one_decision_and_many(person: Patient) -> None:
    where, counts, client = address(person), [], Client()
    client.get(where)
    for more in (1, 6):
        with hospital_scope(person.hospital):
            ConsentFactory.create_batch(more, patient=person)
        with CaptureQueriesContext(connection) as queries:
            client.get(where)
        counts.append(len(queries))
    assert (counts[0] == counts[1], counts[0] <= 18) == (True, True)
