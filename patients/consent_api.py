"""What a person allows, for programs: the decisions that hold, read only."""

from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.schema import described
from patients.api import OfPersonView
from patients.domain.consents import current_consents


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
