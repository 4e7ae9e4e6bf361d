"""Nothing that told who an erased person was is left in any table, the audit trail included."""

import datetime as dt

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Hospital, RowChange
from hospital_crm.tenancy.row_audit import audited_models
from hospital_crm.tenancy.scope import hospital_scope
from hospital_crm.tenancy.walls import tenant_models
from integrations.domain.hl7 import as_inbound
from integrations.domain.inbox import apply_due
from integrations.domain.receiving import receive
from integrations.models import InboundRecord
from patients import erasure
from patients.domain.erasing import erase
from patients.domain.people import change_person
from patients.domain.staging import fetched
from patients.models import Patient
from tests.cast import Cast, actor_of
from tests.integrations.factories import FeedFactory
from tests.integrations.hl7_messages import adt, pv1
from tests.patients.factories import (
    ConsentFactory,
    ContactStopFactory,
    NationalIdFactory,
    PatientNoteFactory,
)

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 4, 2, tzinfo=dt.UTC)
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
    """Somebody of whom a feed and staff have told, and then told otherwise."""
    for control, phone in (("1", "13811117701"), ("2", "13811117702")):
        raw = adt("A08", control, pid=PID.format(phone=phone), pv1=pv1("ZY7702"), more=NEXT_OF_KIN)
        with hospital_scope(north):
            feed = FeedFactory() if control == "1" else InboundRecord.objects.get().feed
            receive(feed, [one for one, _ in as_inbound((raw,))], now=NOW, ask=False)
        apply_due(north, NOW)
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


def tables_telling(word: str) -> list[str]:
    """The tables of the hospital in scope in which a word stands, in any column."""
    tables = sorted({model._meta.db_table for model in tenant_models()})
    found = fetched(
        " union all ".join(f"select '{one}', count(*) from {one} t where t::text like %s" for one in tables),
        [f"%{word}%"] * len(tables),
    )
    return [table for table, rows in found if rows]


def test_no_table_tells_who_an_erased_person_was(north: Hospital) -> None:
    person = told(north)
    with hospital_scope(north):
        erase(person, reason="本人要求删除", actor=None, now=NOW)
        assert {word: tables for word in TELLING if (tables := tables_telling(word))} == {}


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
