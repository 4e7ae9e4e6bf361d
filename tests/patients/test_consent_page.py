"""The page of consents: a decision recorded at the desk with its proof, every one kept, the guardian's under 14."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext as _

from accounts.models import AuditEvent, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.consents import is_allowed
from patients.domain.erasing import erase
from patients.models import Consent, Patient
from tests.cast import Cast, MountedClient, actor_of, client_of
from tests.patients.factories import ConsentFactory, PatientFactory

pytestmark = pytest.mark.django_db
GRANT = {
    "purpose": "education", "channel": "sms", "decision": "granted", "source": "paper", "wording_version": "2026-11",
    "language": "zh-hans", "note": "在出院处签字",
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
    ({"guardian_relation": "父亲"}, "Say who the guardian is."),
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
    assert decided(sun, child, guardian_name="谢大平", guardian_relation="父亲").status_code == 302
    text = sun.get(page(sun, child)).content.decode()
    assert ("谢大平" in text, "谢*平" in text, "父亲" in text) == (False, True, True)


def test_nothing_is_chosen_beforehand(cast: Cast, person: Patient) -> None:
    sun = client_of(cast.sun)
    text = sun.get(page(sun, person)).content.decode()
    assert ("checked" in text, 'name="decision"' in text) == (False, True)


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
