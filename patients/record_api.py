"""The record of one person for programs: read with its version, and changed by the rules of the form.

A program changes what it sees: fields that role or scopes hide, and clinical text, are no business of it. What another
system mirrors here is not changed, nor anything that somebody else has changed since it was read.
"""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import TokenActor
from accounts.api.problems import Conflict, Refused
from accounts.api.repeats import once
from accounts.api.schema import described
from accounts.calendar import today
from patients.api import UNITED, OfPersonView, PersonSerializer, person
from patients.domain import masking
from patients.domain.field_rules import reader_of
from patients.domain.people import (
    CLINICAL,
    MIRRORED,
    OWN,
    VIP_BY_MEMBERSHIP,
    ChangedSince,
    change_person,
    editable_fields,
    version_of,
)
from patients.domain.reach import ErasedBefore, RecordError
from patients.forms import PersonForm
from patients.models import Patient
from patients.person_fields import PersonFieldsSerializer, WasErased

FIELDS = tuple(name for name in (*MIRRORED, *OWN) if name not in CLINICAL)
MASKED = {"name": masking.mask_name, "mrn": masking.mask_number, "address": masking.mask_address}
_OUTSIDE = {"mrn": "record_number"}
_BESIDE = {name for name in FIELDS if _OUTSIDE.get(name, name) not in PersonSerializer().fields}


class PersonRecordSerializer(PersonSerializer):
    """A person with what the hospital itself records; null is what role or scopes hide. `version` goes with a
    change.
    """

    version = serializers.CharField()
    birth_date = serializers.DateField(allow_null=True)
    category = serializers.CharField(allow_null=True)
    education = serializers.CharField(allow_null=True)
    marital_status = serializers.CharField(allow_null=True)
    occupation = serializers.CharField(allow_null=True)
    insurance_type = serializers.CharField(allow_null=True)
    hobbies = serializers.CharField(allow_null=True)
    source = serializers.CharField(allow_null=True, help_text="The source channel")
    referrer = serializers.UUIDField(allow_null=True, help_text="The person who referred this one")
    address = serializers.CharField(allow_null=True)
    preferred_channel = serializers.CharField(allow_null=True)
    preferred_hours = serializers.CharField(allow_null=True)
    preferred_language = serializers.CharField(allow_null=True)


class PersonChangeSerializer(PersonFieldsSerializer):
    """Fields to change, those alone; empty or null takes a value away. `version`: of the record as it was read.
    `erased`: `accepted`, with the reason, where the record becomes that of somebody who was erased.
    """

    version = serializers.CharField(max_length=64)
    name = serializers.CharField(max_length=100, required=False)
    first = ("version", "name")


class ChangedProblem(Conflict):
    """Somebody changed the record since the program read it."""

    default_detail = _("Somebody else has changed this record: read it again.")


class PersonView(OfPersonView):
    """One person."""

    requires = ("patients.view",)
    changes = ("patients.edit",)
    scope_to_change = "patients.change"

    @described("One person", PersonRecordSerializer, tag="people", **UNITED)
    def get(self, request: Request, public_id: UUID) -> Response:
        """The person."""
        patient = self.person(public_id)
        self.log("view", [patient.pk])
        return Response(record_told(patient, self.actor))

    @described(
        "Change what the hospital itself records of a person",
        PersonRecordSerializer,
        tag="people",
        body=PersonChangeSerializer,
        is_change=True,
        also=(404, 409, 410),
        problems=UNITED["problems"],
    )
    @once
    def patch(self, request: Request, public_id: UUID) -> Response:
        """200 with the record as it is by now, also where nothing was to change; 409 where somebody was faster."""
        patient, said = self.person(public_id), dict(self.read_body(PersonChangeSerializer))
        version, reason = said.pop("version"), said.pop("reason", "")
        again = reason if said.pop("erased", "") else ""
        values = _by_the_form(patient, _without_masks(patient, said), self.actor)
        try:
            change_person(patient, values, actor=self.actor, version=version, again=again)
        except ChangedSince as refusal:
            raise ChangedProblem from refusal
        except ErasedBefore as refusal:
            raise WasErased from refusal
        except RecordError as refusal:
            raise Refused(str(refusal)) from refusal
        self.log("view", [patient.pk])
        return Response(record_told(self.person(public_id), self.actor))


def record_told(patient: Patient, actor: TokenActor) -> dict[str, Any]:
    """What a token is told of the record: by the rule of each field, masked unless it reads whole values."""
    reader = reader_of(actor, patient)
    own = {name: _told(patient, name, actor) if reader.sees(name) else None for name in _BESIDE}
    shape = PersonRecordSerializer()
    return {
        **person(patient, actor, today()),
        **{name: shape.fields[name].to_representation(value) if value else value for name, value in own.items()},
        "version": version_of(patient),
    }


def _told(patient: Patient, name: str, actor: TokenActor) -> Any:
    value = getattr(patient, name)
    if name == "referrer":
        return value.public_id if value else None
    return MASKED[name](value) if name in MASKED and not actor.sees_whole else value


def _without_masks(patient: Patient, said: dict[str, Any]) -> dict[str, Any]:
    """A masked value that was read and is sent back changes nothing."""
    return {name: value for name, value in said.items() if not _is_mask(patient, name, value)}


def _is_mask(patient: Patient, name: str, value: Any) -> bool:
    return name in MASKED and bool(value) and value == MASKED[name](getattr(patient, name))


def _by_the_form(patient: Patient, said: dict[str, Any], actor: TokenActor) -> dict[str, Any]:
    """What was sent, by the rules of the form; refused field by field."""
    form = PersonForm(instance=patient, actor=actor, clinical=False, today=today())
    if faults := _closed(patient, form, said, actor):
        raise Refused(faults)
    known = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    known["referrer"] = patient.referrer.public_id if patient.referrer else None
    data = {name: "" if value is None else str(value) for name, value in {**known, **said}.items()}
    form = PersonForm(data, instance=patient, actor=actor, clinical=False, today=today())
    form.kept_values = {}  # what is sent empty is taken away, where a box left empty keeps what is
    wrong = {_OUTSIDE.get(name, name): list(why) for name, why in form.errors.items() if name in said}
    if wrong:
        raise Refused(wrong)
    return {name: form.cleaned_data[name] for name in said}


def _closed(patient: Patient, form: PersonForm, said: dict[str, Any], actor: TokenActor) -> dict[str, list[str]]:
    """Fields that are not this token's to change, each with the reason."""
    reader, own = reader_of(actor, patient), editable_fields(patient, clinical=False)
    why = {}
    for name in said:
        if not reader.sees(name):
            why[name] = say("The token may not read this field, and so not change it.")
        elif name not in own:
            why[name] = say("The hospital's own system tells this; it is not changed here.")
        elif name not in form.fields:
            why[name] = str(VIP_BY_MEMBERSHIP)
    return {_OUTSIDE.get(name, name): [words] for name, words in why.items()}
