"""Nothing that told who an erased person was is left in any table, the audit trail included."""

import datetime as dt
from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Hospital, RowChange
from hospital_crm.crypto import CannotDecrypt, decrypt, decrypt_bytes
from hospital_crm.tenancy.row_audit import audited_models
from hospital_crm.tenancy.scope import hospital_scope
from hospital_crm.tenancy.walls import tenant_models
from integrations.domain import inbox
from integrations.domain.fhir import as_inbound as fhir_inbound
from integrations.domain.hl7 import as_inbound
from integrations.domain.inbox import apply_due
from integrations.domain.receiving import receive
from integrations.models import Feed, InboundRecord
from integrations.tasks import name_messages
from patients import erasure
from patients.domain.erasing import erase
from patients.domain.people import change_person
from patients.domain.staging import fetched
from patients.models import Patient
from tests.cast import Cast, actor_of
from tests.integrations.factories import FeedFactory
from tests.integrations.fhir_resources import alone, patient
from tests.integrations.hl7_messages import adt, pv1
from tests.patients.factories import (
    ConsentFactory,
    ContactStopFactory,
    NationalIdFactory,
    PatientNoteFactory,
)

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 4, 2, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=1)
SEALABLE = (models.CharField, models.TextField, models.BinaryField)
PID = "PID|1||M7701^^^H^MR||甘书远||19600102|M|||山东省青岛市市南区云台路1号||{phone}"
NEXT_OF_KIN = "NK1|1|甘书宁|CHD^女儿||13811117703"
TELLING = (
    *("甘书远", "甘书达", "甘书宁", "甘大山", "M7701", "ZY7702", "云台路", "13811117701", "13811117702", "13811117703"),
    *("990101196803049990", "1960-01-02", "养蜂", "木工", "周末上午", "青霉素", "听力不好", "别打了"),
)
# Codes and words of few values, which tell nobody's name.
TOLD = {
    *("patients.BinnedPerson.former_state", "patients.Consent.wording_version", "patients.Consent.language"),
    *("patients.ContactPoint.source", "patients.ViewingFlag.role_code", "patients.ViewingFlag.reasons"),
    *("patients.AwaitedConsent.wording_version", "patients.AwaitedConsent.language"),
    *("followups.FollowUpOrder.state_reason", "messaging.Suppression.source"),
}


def told(north: Hospital) -> Patient:
    """Somebody of whom feeds and staff have told, and then told otherwise."""
    for control, phone in (("1", "13811117701"), ("2", "13811117702")):
        raw = adt("A08", control, pid=PID.format(phone=phone), pv1=pv1("ZY7702"), more=NEXT_OF_KIN)
        with hospital_scope(north):
            feed = FeedFactory() if control == "1" else InboundRecord.objects.get().feed
            receive(feed, [one for one, _ in as_inbound((raw,))], now=NOW, ask=False)
        apply_due(north, NOW)
    told_of_nobody(north)
    with hospital_scope(north):
        person = Patient.objects.get()
        NationalIdFactory(patient=person, number="990101196803049990")
        ConsentFactory(patient=person, guardian_name="甘大山", guardian_relation="父亲")
        ContactStopFactory(patient=person, words="我是甘书远，别打了")
        PatientNoteFactory(patient=person, text="听力不好")
        Patient.objects.filter(pk=person.pk).update(name="甘书达")
        texts = {"hobbies": "养蜂", "occupation": "木工", "preferred_hours": "周末上午", "allergies": "青霉素"}
        actor = actor_of(Cast(north).sun)
        for values in (texts, dict.fromkeys(texts, "—")):
            change_person(person, values, actor=actor)
    return person


def told_of_nobody(north: Hospital) -> None:
    """Messages that name the person and are attributed to nobody: appointments, one that fails, one that no listener
    takes.
    """
    pid = PID.format(phone="13811117701")
    booked = adt("S12", "3", pid=pid).replace(b"ADT^S12", b"SIU^S12")
    batch = b"BHS|^~\\&|HIS\r" + adt("A08", "5", pid=pid)
    who = patient("M7701", name="甘书远", birthDate="1960-01-02", telecom=[])
    who["identifier"][0]["value"] = "M7701"
    actor = {"reference": "Patient/M7701", "display": "甘书远"}
    appointment = {"resourceType": "Appointment", "id": "b1", "participant": [{"actor": actor}]}
    with hospital_scope(north):
        feed = Feed.objects.get(name="his")
        receive(feed, [one for one, _ in as_inbound((booked, batch))], now=NOW, ask=False)
        receive(FeedFactory(kind="fhir", name="fhir"), [fhir_inbound(alone(who))], now=NOW, ask=False)
    apply_due(north, NOW)
    with hospital_scope(north):
        receive(feed, [one for one, _ in as_inbound((adt("A08", "4", pid=pid),))], now=NOW, ask=False)
        receive(Feed.objects.get(name="fhir"), [fhir_inbound(alone(appointment))], now=NOW, ask=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inbox, "tell", failing)
        apply_due(north, NOW)
    with hospital_scope(north):
        states = list(InboundRecord.objects.order_by("id").values_list("state", "reason"))
    aside = [("kept", "kept_for_later"), ("set_aside", "several_messages"), ("applied", "")]
    assert states[2:] == [*aside, ("set_aside", "cannot_apply"), ("kept", "kept_for_later")]


def failing(told: list, **how: object) -> dict:
    if told:
        raise ValueError
    return {}


def tables_telling(word: str) -> list[str]:
    """The tables of the hospital in scope in which a word stands, in any column."""
    tables = sorted({model._meta.db_table for model in tenant_models()})
    found = fetched(
        " union all ".join(f"select '{one}', count(*) from {one} t where t::text like %s" for one in tables),
        [f"%{word}%"] * len(tables),
    )
    return [table for table, rows in found if rows]


def opened() -> Iterator[tuple[str, str]]:
    """Every text of the hospital in scope that is sealed, opened, with the column in which it stands."""
    for model in tenant_models():
        names = [field.attname for field in model._meta.concrete_fields if isinstance(field, SEALABLE)]
        for row in model._base_manager.values(*names) if names else ():
            for name, value in row.items():
                with suppress(CannotDecrypt, ValueError, TypeError):
                    text = decrypt(value) if isinstance(value, str) else decrypt_bytes(bytes(value)).decode()
                    yield f"{model._meta.label}.{name}", text


def test_no_table_tells_who_an_erased_person_was(north: Hospital) -> None:
    person = told(north)
    with hospital_scope(north):
        erase(person, reason="本人要求删除", actor=None, now=NOW)
        assert {word: tables for word in TELLING if (tables := tables_telling(word))} == {}


def test_nothing_that_is_sealed_tells_who_an_erased_person_was(north: Hospital) -> None:
    person = told(north)
    with hospital_scope(north):
        kept = {column for column, text in opened() if any(word in text for word in TELLING)}
        assert kept == {"integrations.InboundRecord.raw", "patients.Identifier.value_encrypted"}
        erase(person, reason="本人要求删除", actor=None, now=LATER)
    name_messages(north.pk)
    with hospital_scope(north):
        assert [found for found in opened() if any(word in found[1] for word in TELLING)] == []
        settled = InboundRecord.objects.filter(raw=b"").values_list("state", "reason").distinct()
        assert set(settled) == {("applied", "erased"), ("ignored", "erased")}


def test_appointments_of_others_stay(north: Hospital) -> None:
    person = told(north)
    pid = "PID|1||M7702^^^H^MR||甘小路||19700102|F|||||13811117701"
    with hospital_scope(north):
        feed = Feed.objects.get(name="his")
        other = adt("S12", "9", pid=pid).replace(b"ADT^S12", b"SIU^S12")
        receive(feed, [one for one, _ in as_inbound((other,))], now=NOW, ask=False)
    apply_due(north, NOW)
    with hospital_scope(north):
        erase(person, reason="本人要求删除", actor=None, now=LATER)
    name_messages(north.pk)
    with hospital_scope(north):
        (row,) = InboundRecord.objects.exclude(raw=b"")
        assert (row.external_id, row.state, "甘小路" in row.message.decode()) == ("9", "kept", True)


def test_what_is_applied_only_after_its_person_was_erased_is_emptied(north: Hospital) -> None:
    person = told(north)
    with hospital_scope(north):
        feed = Feed.objects.get(name="his")
        late = adt("A08", "8", pid=PID.format(phone="13811117702"))
        receive(feed, [one for one, _ in as_inbound((late,))], now=NOW, ask=False)
        erase(person, reason="本人要求删除", actor=None, now=LATER)
    apply_due(north, LATER)
    with hospital_scope(north):
        row = InboundRecord.objects.get(external_id="8")
        assert (bytes(row.raw), row.state, row.reason) == (b"", "ignored", "erased")


def test_the_trail_says_which_fields_of_a_person_changed(north: Hospital) -> None:
    person = told(north)
    with hospital_scope(north):
        erase(person, reason="本人要求删除", actor=None, now=NOW)
        changes = RowChange.objects.filter(table_name="patients_patient", row_id=person.pk).latest("id").changes
    hidden = ("name", "mrn", "address", "birth_date", "occupation")
    assert {name: changes[name] for name in hidden} == dict.fromkeys(hidden, ["***", "***"])
    assert changes["contact_state"] == ["open", "erased"]


def test_no_followed_row_of_a_person_copies_a_text() -> None:
    personal = {rule.model for rule in erasure.rules.values()} | {"patients.Patient"}
    copied = {
        f"{model._meta.label}.{field.name}"
        for model in audited_models()
        if model._meta.label in personal
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField | ArrayField) and not field.choices
        if field.name not in (*getattr(model, "audit_hidden", ()), *getattr(model, "audit_ignored", ()))
    }
    assert copied == TOLD & copied
    assert TOLD - copied == set()
