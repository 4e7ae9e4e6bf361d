"""What a person allows: recorded with its proof, the last decision holds, of two records the stricter one."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import AuditEvent, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.consents import (
    ConsentError,
    current_consent,
    current_consents,
    is_allowed,
    record_consent,
)
from patients.domain.life import report_death
from patients.domain.own_file_parts import _consents
from patients.domain.staging import fetched
from patients.domain.uniting import unite
from patients.models import Consent, Patient
from tests.cast import MountedClient
from tests.patients.factories import ConsentFactory, PatientFactory, PersonMergerFactory

NOW = dt.datetime(2026, 3, 4, 2, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def decide(person: Patient, decision: str, *, channel: str = "any", hours: int = 0, **given: object) -> Consent:
    values = {"purpose": "education", "wording_version": "2026-01", "source": "counter", "now": NOW + hours * HOUR}
    values["said_by"] = "" if decision == "granted" else "staff"  # what the person said stands: see test_own_no
    return record_consent(person=person, decision=decision, channel=channel, **{**values, **given})  # type: ignore[arg-type]


def holding(person: Patient, channel: str = "sms", purpose: str = "education") -> str:
    found = current_consent(person, purpose, channel)
    return found.decision if found else ""


def test_the_last_decision_holds_for_its_channel_and_for_any(in_north: Hospital) -> None:
    person = PatientFactory()
    assert holding(person) == ""
    decide(person, "granted")
    decide(person, "refused", channel="sms", hours=1)
    assert (holding(person), holding(person, "email"), holding(person, purpose="points")) == ("refused", "granted", "")
    decide(person, "granted", hours=2)
    assert (holding(person), [row.channel for row in current_consents(person)]) == ("granted", ["any"])
    assert Consent.objects.count() == 3


def test_care_rests_on_the_care_relation_and_everything_else_on_a_consent(in_north: Hospital) -> None:
    person = PatientFactory()
    asked = [is_allowed(person, purpose, "phone") for purpose in ("care", "satisfaction", "education", "calls")]
    assert asked == [True, True, False, False]
    decide(person, "refused", purpose="care")
    decide(person, "granted")
    assert [is_allowed(person, purpose, "phone") for purpose in ("care", "education")] == [False, True]


def test_a_decision_keeps_its_proof_and_is_on_record(in_north: Hospital, actor: Callable[[str], Actor]) -> None:
    person, agent = PatientFactory(birth_date=dt.date(2020, 1, 1)), actor("agent")
    row = decide(person, "granted", actor=agent, guardian_name="谢大平", guardian_relation="父亲", at=NOW - HOUR)
    row.refresh_from_db()
    assert (row.taken_by, row.at, row.wording_version, row.source) == (agent.staff, NOW - HOUR, "2026-01", "counter")
    event = AuditEvent.objects.get(verb="patients.consent.record")
    assert event.after == {"purpose": "education", "channel": "any", "decision": "granted"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"wording_version": " "}, "A consent names the version of the wording it was given to."),
        ({"at": NOW + HOUR}, "The decision lies in the future."),
        ({"decision": "withdrawn"}, "There is no consent that could be taken back."),
    ],
)
def test_what_proves_nothing_is_refused(in_north: Hospital, given: dict, words: str) -> None:
    with pytest.raises(ConsentError) as refusal:
        decide(PatientFactory(), **{"decision": "granted", **given})
    assert str(refusal.value) == _(words)


def test_a_child_needs_its_guardian_and_the_dead_decide_nothing(in_north: Hospital) -> None:
    child = PatientFactory(birth_date=dt.date(2013, 3, 5))
    with pytest.raises(ConsentError, match=_("For somebody under 14 the guardian decides.")):
        decide(child, "granted")
    decide(child, "refused")
    report_death(child, source="family", deceased_on=None, actor=None, now=NOW)
    with pytest.raises(ConsentError, match=_("Nobody decides for the dead or for an erased record.")):
        decide(child, "refused")


def test_what_was_granted_for_one_channel_can_be_taken_back_for_all(in_north: Hospital) -> None:
    person = PatientFactory()
    decide(person, "granted", channel="sms")
    decide(person, "withdrawn", hours=1)
    assert (holding(person), is_allowed(person, "education", "sms")) == ("withdrawn", False)


def test_nobody_changes_or_deletes_a_decision(in_north: Hospital) -> None:
    row = ConsentFactory()
    for act in (
        lambda: Consent.objects.filter(pk=row.pk).update(decision="refused"),
        lambda: Consent.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            act()
    for wrong in ({"decision": "perhaps"}, {"guardian_relation": "母亲"}, {"wording_version": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ConsentFactory(patient=row.patient, **wrong)


@pytest.mark.parametrize("stricter_is_kept", [True, False])
def test_of_two_records_the_stricter_decision_holds(in_north: Hospital, stricter_is_kept: bool) -> None:
    kept, other = PatientFactory(), PatientFactory()
    willing, strict = (other, kept) if stricter_is_kept else (kept, other)
    decide(strict, "refused", channel="sms")
    decide(willing, "granted", hours=1)
    decide(other, "granted", purpose="points")
    unite(kept_id=kept.pk, other_id=other.pk, actor=None, now=NOW + 2 * HOUR)
    assert (holding(kept), holding(kept, "email"), holding(kept, purpose="points")) == ("refused", "granted", "granted")
    assert Consent.objects.filter(patient=kept).count() == 4
    assert Consent.objects.get(source="merge").channel == "sms"


def test_the_database_moves_consents_only_as_a_union_says(in_north: Hospital, south: Hospital) -> None:
    row = ConsentFactory()
    merger = PersonMergerFactory()
    assert fetched("select patients_consents_follow_union(%s)", [merger.pk]) == [(0,)]
    assert fetched("select patients_consents_follow_union(%s)", [merger.pk + 1]) == [(0,)]
    row.refresh_from_db()
    assert row.patient_id != merger.kept_id
    with hospital_scope(south):
        assert fetched("select patients_consents_follow_union(%s)", [merger.pk]) == [(0,)]


def test_the_card_shows_what_holds(north: Hospital, client_as: Callable[[str], MountedClient]) -> None:
    with hospital_scope(north):
        person = PatientFactory()
        decide(person, "granted")
        decide(person, "refused", channel="sms", hours=1)
    client, path = client_as("agent"), f"patients/{person.public_id}/panels/consents/"
    answer = client.get(path)
    words = answer.content.decode()
    assert (answer.status_code, words.count("<dt>"), "state-late" in words) == (200, 2, True)
    assert client.post(path).status_code == 405
    assert client_as("auditor").get(path).status_code == 403


def test_a_no_of_an_earlier_day_than_an_undated_yes_holds_and_its_day_is_told_as_doubtful(
    north: Hospital, client_as: Callable[[str], MountedClient]
) -> None:
    """The card and the person's own copy say so; a no whose day is certain says nothing of the kind."""
    with hospital_scope(north):
        person = PatientFactory()
        decide(person, "granted", is_dated=False)
        certain = decide(person, "refused", purpose="points")
        moved = decide(person, "refused", at=NOW - HOUR)
        assert holding(person) == "refused"
        assert [(row.at, row.is_dated) for row in (certain, moved)] == [(NOW, True), (NOW, False)]
        told = [{one.key for one in entry} for entry in _consents(person, NOW)]
        assert ["is_dated" in keys for keys in told] == [True, False, True]
    words = client_as("agent").get(f"patients/{person.public_id}/panels/consents/").content.decode()
    assert (words.count("<dt>"), words.count("日期存疑，自 ")) == (2, 1)
