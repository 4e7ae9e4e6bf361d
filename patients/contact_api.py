"""How people are reached, for programs: numbers and addresses read, added and changed by the rules of the pages."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import TokenActor
from accounts.api.problems import Refused
from accounts.api.repeats import once
from accounts.api.schema import described
from hospital_crm.crypto import whole_hash
from patients.api import UNITED, OfPersonView
from patients.domain import masking
from patients.domain.reach import ErasedBefore, RecordError, add_contact, change_contact
from patients.models import ContactPoint, Patient
from patients.person_fields import SaysWhyAgain, WasErased


class ContactPointSerializer(serializers.Serializer):
    """A telephone number or address of a person, masked unless the token reads it whole."""

    id = serializers.CharField()
    system = serializers.CharField()
    value = serializers.CharField()
    purpose = serializers.CharField()
    owner_relation = serializers.CharField()
    rank = serializers.IntegerField()
    state = serializers.CharField(source="number_state")
    valid_from = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    may_be_dialled = serializers.BooleanField()


class ContactPointsSerializer(serializers.Serializer):
    """How a person is reached, tried in this order."""

    results = ContactPointSerializer(many=True)


class ContactChangeSerializer(serializers.Serializer):
    """What is known about a number: purpose, whose it is, place in the order, state, validity."""

    purpose = serializers.ChoiceField(choices=ContactPoint.Purpose.choices, required=False, allow_blank=True)
    owner_relation = serializers.CharField(max_length=20, required=False, allow_blank=True)
    rank = serializers.IntegerField(min_value=1, max_value=100, required=False)
    state = serializers.ChoiceField(choices=ContactPoint.NumberState.choices, source="number_state", required=False)
    valid_from = serializers.DateField(required=False, allow_null=True)
    valid_until = serializers.DateField(required=False, allow_null=True)


class ContactSerializer(SaysWhyAgain, ContactChangeSerializer):
    """A number or address that a system learned of; it is tried after those already known. `erased`: `accepted`, with
    the reason, where the record becomes that of somebody who was erased.
    """

    rank = None
    system = serializers.ChoiceField(choices=ContactPoint.System.choices, default=ContactPoint.System.PHONE)
    value = serializers.CharField(max_length=120)


def contact_id(point: ContactPoint) -> str:
    """The name of a number outside: the row has none of its own, and its count stays in the house."""
    return whole_hash(f"contact:{point.pk}")[:32]


def contact(point: ContactPoint, actor: TokenActor) -> dict[str, Any]:
    """What a token is told of a number."""
    value = point.value if actor.sees_whole else masking.mask_contact(point.system, point.value)
    fields = ("system", "purpose", "owner_relation", "rank", "number_state", "valid_from", "valid_until")
    said = {name: getattr(point, name) for name in (*fields, "may_be_dialled")}
    return ContactPointSerializer({**said, "id": contact_id(point), "value": value}).data


def _check_days(first: dt.date | None, last: dt.date | None) -> None:
    if first and last and last < first:
        raise Refused(_("It ends before it begins."))


class ContactPointsView(OfPersonView):
    """How a person is reached."""

    requires = ("patients.view",)
    changes = ("patients.edit",)
    scope_to_change = "patients.write"

    @described("Numbers and addresses of a person", ContactPointsSerializer, tag="people", **UNITED)
    def get(self, request: Request, public_id: UUID) -> Response:
        """All of them, those no longer valid too."""
        patient = self.person(public_id)
        self.log("view", [patient.pk])
        points = ContactPoint.objects.filter(patient=patient).order_by("rank", "id")
        return Response({"results": [contact(point, self.actor) for point in points]})

    @described(
        "Add a number or address",
        ContactPointSerializer,
        tag="people",
        status=(200, 201),
        body=ContactSerializer,
        is_change=True,
        also=(404, 409, 410),
        problems=UNITED["problems"],
    )
    @once
    def post(self, request: Request, public_id: UUID) -> Response:
        """201; one that is known already stays as it is: 200. 409 where name, birth date and this number are those of
        somebody who was erased, unless that was accepted with a reason.
        """
        patient, said = self.person(public_id), dict(self.read_body(ContactSerializer))
        _check_days(said.get("valid_from"), said.get("valid_until"))
        value, system, reason = said.pop("value"), said.pop("system"), said.pop("reason", "")
        again = reason if said.pop("erased", "") else ""
        known = set(ContactPoint.objects.filter(patient=patient).values_list("pk", flat=True))
        try:
            point = add_contact(patient, value, system=system, again=again, actor=self.actor, **said)
        except ErasedBefore as refusal:
            raise WasErased from refusal
        except RecordError as refusal:
            raise Refused(str(refusal)) from refusal
        self.log("view", [patient.pk])
        return Response(contact(point, self.actor), status=200 if point.pk in known else 201)


class ContactPointView(OfPersonView):
    """One number or address."""

    requires = changes = ("patients.edit",)
    scope_to_change = "patients.write"

    @described(
        "Change what is known about a number",
        ContactPointSerializer,
        tag="people",
        body=ContactChangeSerializer,
        is_change=True,
        **UNITED,
    )
    @once
    def patch(self, request: Request, public_id: UUID, contact_id: str) -> Response:
        """The number itself is never changed: another one is added."""
        patient, said = self.person(public_id), self.read_body(ContactChangeSerializer, partial=True)
        point = _point(patient, contact_id)
        _check_days(said.get("valid_from", point.valid_from), said.get("valid_until", point.valid_until))
        change_contact(point, said, actor=self.actor)
        self.log("view", [patient.pk])
        point.refresh_from_db()
        return Response(contact(point, self.actor))


def _point(patient: Patient, name: str) -> ContactPoint:
    for point in ContactPoint.objects.filter(patient=patient):
        if contact_id(point) == name:
            return point
    raise Http404
