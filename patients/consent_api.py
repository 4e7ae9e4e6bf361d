"""What a person allows, for programs: the decisions that hold, and one way to say no. A yes needs the person."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.problems import Refused
from accounts.api.repeats import once
from accounts.api.schema import described
from patients.api import UNITED, OfPersonView
from patients.domain.consents import ConsentError, current_consents, withdraw
from patients.models import Consent


class ConsentSerializer(serializers.Serializer):
    """The last decision about a purpose and channel. `is_dated` false: its day is in doubt, and `at` is from when it
    counts.
    """

    purpose = serializers.CharField()
    channel = serializers.CharField(help_text="any: every channel that is not named beside it")
    decision = serializers.CharField(help_text="granted, refused, withdrawn")
    at = serializers.DateTimeField()
    is_dated = serializers.BooleanField()
    source = serializers.CharField()
    said_by = serializers.CharField(help_text="self, guardian, family, staff; empty where it is not known")
    wording_version = serializers.CharField()


class ConsentsSerializer(serializers.Serializer):
    """What is not named was never asked: care follow-up and satisfaction are then allowed, nothing else."""

    results = ConsentSerializer(many=True)


class ConsentsView(OfPersonView):
    """What a person allows."""

    requires = ("patients.view",)

    @described("Decisions of a person that hold", ConsentsSerializer, tag="people", also=(404,))
    def get(self, request: Request, public_id: UUID) -> Response:
        """By purpose and channel."""
        patient = self.person(public_id)
        self.log("view", [patient.pk], is_named=False)
        return Response(ConsentsSerializer({"results": current_consents(patient)}).data)


class WithdrawalSerializer(serializers.Serializer):
    """What a person does not want any more, as another system has heard it."""

    purpose = serializers.ChoiceField(choices=Consent.Purpose.choices)
    channel = serializers.ChoiceField(choices=Consent.Channel.choices, default=Consent.Channel.ANY)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class WithdrawalView(OfPersonView):
    """A person does not want something any more."""

    requires = ("patients.view",)
    changes = ("patients.edit",)
    scope_to_change = "patients.change"

    @described(
        "Take a consent back, or refuse",
        ConsentsSerializer,
        tag="people",
        body=WithdrawalSerializer,
        is_change=True,
        **UNITED,
    )
    @once
    def post(self, request: Request, public_id: UUID) -> Response:
        """It counts at once; answers the decisions that hold. Said twice it stands once."""
        patient, said = self.person(public_id), dict[str, Any](self.read_body(WithdrawalSerializer))
        try:
            withdraw(person=patient, source=Consent.Source.FEED, actor=self.actor, now=timezone.now(), **said)
        except ConsentError as refusal:
            raise Refused(str(refusal)) from refusal
        self.log("view", [patient.pk], is_named=False)
        return Response(ConsentsSerializer({"results": current_consents(patient)}).data)
