"""The page of consents: a decision recorded at the desk with its proof, every one kept, the guardian's under 14."""

import datetime as dt
import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image

from accounts.models import AccessLog, AuditEvent, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.consents import is_allowed
from patients.domain.erasing import erase
from patients.models import AwaitedConsent, Consent, ConsentEvidence, Patient
from tests.cast import Cast, MountedClient, actor_of, client_of
from tests.patients.factories import ConsentFactory, EncounterFactory, PatientFactory

pytestmark = pytest.mark.django_db
GRANT = {
    "purpose": "education", "channel": "sms", "decision": "granted", "source": "paper", "wording_version": "2026-11",
    "language": "zh-hans", "said_by": "self", "note": "在出院处签字",
}  # fmt: skip


@pytest.fixture
def person(north: Hospital) -> Patient:
    with hospital_scope(north):
        return PatientFactory(birth_date=dt.date(1970, 1, 1))


def page(client: MountedClient, person: Patient) -> str:
    return client.url("patients:consents", person.public_id)


def decided(client: MountedClient, person: Patient, **said: Any) -> Any:
    """The answer to one decision sent from the form."""
    return client.post(client.url("patients:consent-new", person.public_id), GRANT | said)


def test_decision_is_recorded_with_its_proof(north: Hospital, cast: Cast, person: Patient) -> None:
    sun = client_of(cast.sun)
    answer = decided(sun, person, at="2026-11-01T09:30")
    assert (answer.status_code, answer.url) == (302, page(sun, person))
    with hospital_scope(north):
        row = Consent.objects.get()
        assert (row.purpose, row.channel, row.decision, row.source) == ("education", "sms", "granted", "paper")
        assert (row.wording_version, row.language, row.note) == ("2026-11", "zh-hans", "在出院处签字")
        assert (row.taken_by, row.at) == (cast.sun, dt.datetime(2026, 11, 1, 1, 30, tzinfo=dt.UTC))
        assert AuditEvent.objects.get(verb="patients.consent.record").staff_id == cast.sun.pk
        assert (is_allowed(person, "education", "sms"), is_allowed(person, "education", "email")) == (True, False)
    text = sun.get(page(sun, person)).content.decode()
    assert all(word in text for word in ("2026-11", "在出院处签字", "孙客服"))


def test_what_is_taken_back_holds_and_the_history_stays(north: Hospital, cast: Cast, person: Patient) -> None:
    sun = client_of(cast.sun)
    decided(sun, person)
    decided(sun, person, decision="withdrawn", source="phone", wording_version="")
    with hospital_scope(north):
        assert list(Consent.objects.order_by("id").values_list("decision", flat=True)) == ["granted", "withdrawn"]
        assert not is_allowed(person, "education", "sms")


REFUSED = [
    ({"wording_version": ""}, "A consent names the version of the wording it was given to."),
    ({"decision": "withdrawn"}, "There is no consent that could be taken back."),
    ({"at": "2999-01-01T00:00"}, "The decision lies in the future."),
    ({"guardian_relation": "父亲"}, "Say who it is."),
    ({"said_by": "family"}, "Say who it is."),
    ({"said_by": "staff"}, "Our staff consent to nothing for a person."),
    ({"said_by": ""}, ""),
    ({"decision": ""}, ""),
    ({"purpose": ""}, ""),
    ({"source": "feed"}, ""),
    ({"channel": "pigeon"}, ""),
]


@pytest.mark.parametrize(("said", "words"), REFUSED)
def test_what_is_no_decision_is_refused_in_words(
    north: Hospital, cast: Cast, person: Patient, said: dict[str, str], words: str
) -> None:
    answer = decided(client_of(cast.sun), person, **said)
    assert (answer.status_code, _(words) in answer.content.decode()) == (422, True)
    with hospital_scope(north):
        assert Consent.objects.count() == 0


def test_under_14_the_guardian_decides(north: Hospital, cast: Cast) -> None:
    sun = client_of(cast.sun)
    with hospital_scope(north):
        child = PatientFactory(birth_date=dt.date(2020, 1, 1))
    assert _("Under 14: the guardian decides.") in sun.get(page(sun, child)).content.decode()
    assert decided(sun, child).status_code == 422
    guardian = {"said_by": "guardian", "guardian_name": "谢大平", "guardian_relation": "父亲"}
    assert decided(sun, child, **guardian).status_code == 302
    text = sun.get(page(sun, child)).content.decode()
    assert ("谢大平" in text, "谢*平" in text, "父亲" in text) == (False, True, True)


def test_nothing_is_chosen_beforehand(cast: Cast, person: Patient) -> None:
    sun = client_of(cast.sun)
    text = sun.get(page(sun, person)).content.decode()
    assert ("checked" in text, 'name="decision"' in text) == (False, True)
    form = sun.get(sun.url("patients:consent-stop", person.public_id)).content.decode()
    assert ("checked" in form, 'name="purpose"' in form) == (False, True)


def test_who_may_not_change_a_record_reads_the_decisions_only(north: Hospital, cast: Cast, person: Patient) -> None:
    with hospital_scope(north):
        ConsentFactory(patient=person)
    he = client_of(cast.he)
    answer = he.get(page(he, person))
    assert (answer.status_code, 'name="decision"' in answer.content.decode()) == (200, False)
    assert decided(he, person).status_code == 403
    with hospital_scope(north):
        assert Consent.objects.count() == 1


def test_page_belongs_to_its_hospital_and_to_its_methods(
    north: Hospital, south: Hospital, cast: Cast, person: Patient
) -> None:
    with hospital_scope(south):
        stranger = PatientFactory()
    sun, deng = client_of(cast.sun), client_of(cast.deng)
    assert sun.get(page(sun, stranger)).status_code == 404
    assert decided(sun, stranger).status_code == 404
    assert sun.post(page(sun, person)).status_code == 405
    assert sun.get(sun.url("patients:consent-new", person.public_id)).status_code == 405
    assert deng.get(page(deng, person)).status_code in (302, 403)
    for name in ("consent-stop", "consent-link"):
        assert sun.post(sun.url(f"patients:{name}", stranger.public_id)).status_code == 404
    assert sun.get(sun.url("patients:consent-link", person.public_id)).status_code == 405


def test_page_costs_the_same_for_one_decision_and_three(north: Hospital, cast: Cast, person: Patient) -> None:
    sun, counts = client_of(cast.sun), []
    sun.get(page(sun, person))
    for more in (1, 2):
        with hospital_scope(north):
            ConsentFactory.create_batch(more, patient=person, taken_by=cast.sun)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            sun.get(page(sun, person))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_note_goes_with_an_erased_record(in_north: Hospital, cast: Cast) -> None:
    person = PatientFactory()
    row = ConsentFactory(patient=person, note="由谢大平之女代签", guardian_name="谢大平")
    erase(person, reason="本人要求", actor=actor_of(cast.qian), now=dt.datetime(2026, 11, 4, 2, 0, tzinfo=dt.UTC))
    row.refresh_from_db()
    assert (row.note, row.guardian_name, row.decision) == ("", "", "granted")


STOP = {"purpose": "calls", "channel": "any", "source": "phone", "said_by": "self"}


def test_what_is_heard_in_a_call_stops_at_once_and_leads_back(north: Hospital, cast: Cast, person: Patient) -> None:
    sun = client_of(cast.sun)
    url = sun.url("patients:consent-stop", person.public_id)
    assert "data-confirm" in sun.get(url).content.decode()
    answer = sun.post(url, {**STOP, "back": sun.url("followups:workbench")})
    assert (answer.status_code, answer.url) == (302, sun.url("followups:workbench"))
    assert sun.post(url, {**STOP, "back": "https://elsewhere.example/"}).url == page(sun, person)
    assert sun.post(url, {**STOP, "purpose": ""}).status_code == 422
    with hospital_scope(north):
        row = Consent.objects.get()
        assert (row.decision, row.source, row.said_by, row.taken_by) == ("refused", "phone", "self", cast.sun)
    assert _("only the person lifts it") in sun.get(page(sun, person)).content.decode()


def test_physician_hears_it_too_and_a_liaison_does_not(north: Hospital, cast: Cast, person: Patient) -> None:
    with hospital_scope(north):
        EncounterFactory(patient=person, attending=cast.chen, discharged_on=timezone.now().date())
    chen, gao = client_of(cast.chen), client_of(cast.gao)
    assert chen.post(chen.url("patients:consent-stop", person.public_id), STOP).status_code == 302
    assert gao.post(gao.url("patients:consent-stop", person.public_id), STOP).status_code == 403


def picture() -> SimpleUploadedFile:
    target = io.BytesIO()
    Image.new("L", (20, 20), 200).save(target, "PNG")
    return SimpleUploadedFile("签字单.png", target.getvalue(), "image/png")


def test_signed_sheet_is_kept_and_given_to_who_may_see_it(
    north: Hospital, cast: Cast, person: Patient, settings: Any, tmp_path: Any
) -> None:
    settings.PRIVATE_FILES_DIR = tmp_path / "private"
    sun, he = client_of(cast.sun), client_of(cast.he)
    assert decided(sun, person, proof=picture()).status_code == 302
    with hospital_scope(north):
        row, kept = Consent.objects.get(), ConsentEvidence.objects.get()
        assert (row.evidence, kept.title, kept.uploaded_by) == (kept.public_id, "签字单.png", cast.sun)
    url = sun.url("patients:consent-evidence", person.public_id, kept.public_id)
    assert url in sun.get(page(sun, person)).content.decode()
    answer = sun.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    with hospital_scope(north):
        assert (
            AccessLog.objects.filter(page="consent-evidence", patient_id=person.pk, staff_id=cast.sun.pk).count() == 1
        )
    assert (he.get(url).status_code, url in he.get(page(he, person)).content.decode()) == (404, False)
    bad = SimpleUploadedFile("a.exe", b"MZ\x00\x01", "application/pdf")
    assert decided(sun, person, proof=bad).status_code == 422


def test_sheet_of_another_person_is_not_found(
    north: Hospital, cast: Cast, person: Patient, settings: Any, tmp_path: Any
) -> None:
    settings.PRIVATE_FILES_DIR = tmp_path / "private"
    sun = client_of(cast.sun)
    decided(sun, person, proof=picture())
    with hospital_scope(north):
        other, kept = PatientFactory(), ConsentEvidence.objects.get()
    assert sun.get(sun.url("patients:consent-evidence", other.public_id, kept.public_id)).status_code == 404


def test_own_no_needs_a_sheet_or_a_second_who_heard_it(
    north: Hospital, cast: Cast, person: Patient, settings: Any, tmp_path: Any
) -> None:
    settings.PRIVATE_FILES_DIR = tmp_path / "private"
    sun, qian = client_of(cast.sun), client_of(cast.qian)
    decided(sun, person, decision="refused", wording_version="")
    words = "The person said no. Only the person lifts it: by the own link, by a signed sheet, or heard by two."
    answer = decided(sun, person)
    assert (answer.status_code, _(words) in answer.content.decode()) == (422, True)
    assert decided(sun, person, source="counter").status_code == 302
    with hospital_scope(north):
        waits = AwaitedConsent.objects.get()
    heard = sun.url("patients:consent-heard", person.public_id, waits.pk)
    assert (
        heard in sun.get(page(sun, person)).content.decode(),
        heard in qian.get(page(qian, person)).content.decode(),
    ) == (
        False,
        True,
    )
    sun.post(heard)
    with hospital_scope(north):
        assert not is_allowed(person, "education", "sms")
    qian.post(heard)
    with hospital_scope(north):
        assert is_allowed(person, "education", "sms")
    decided(sun, person, decision="withdrawn", wording_version="")
    assert decided(sun, person, proof=picture()).status_code == 302


def test_link_is_shown_on_asking_and_closed_on_asking(north: Hospital, cast: Cast, person: Patient) -> None:
    sun = client_of(cast.sun)
    assert "/l/" not in sun.get(page(sun, person)).content.decode()
    text = sun.post(sun.url("patients:consent-link", person.public_id), {"act": "show"}).content.decode()
    (found,) = set(re.findall(r"/l/[A-Za-z0-9_-]{22}/", text))
    assert Client().get(found).status_code == 200
    sun.post(sun.url("patients:consent-link", person.public_id), {"act": "close"})
    assert Client().get(found).status_code == 404
