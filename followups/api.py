"""The own worklist and recording a result over HTTP, for a telephone system or a hospital's own app: the same rules
as the pages.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import get_visible_or_404
from accounts.actors import Actor
from accounts.audit import log_access
from accounts.calendar import today as hospital_today
from followups.domain import refusals, worklists
from followups.domain.dissatisfactions import Complaint
from followups.domain.errors import FollowUpError
from followups.domain.execution import Result, record_attempt, start
from followups.models import Dissatisfaction, FollowUpOrder, NextStep, Outcome, SecondCall
from followups.models.orders import FollowUpOrderQuerySet
from hospital_crm.tenancy.keyset import page_of
from patients.domain.masking import mask_name, mask_phone

PAGE_SIZE = 50


class DissatisfactionSerializer(serializers.Serializer):
    """What the person was not content with."""

    cause = serializers.ChoiceField(choices=Dissatisfaction.Cause.choices)
    text = serializers.CharField(required=False, allow_blank=True, max_length=1000, default="")
    handling = serializers.CharField(required=False, allow_blank=True, max_length=1000, default="")


class ResultSerializer(serializers.Serializer):
    """The result of one attempt; `key` makes a repeated send one attempt, `version` is the order's as it was read."""

    outcome = serializers.ChoiceField(choices=Outcome.choices)
    version = serializers.IntegerField(min_value=0)
    key = serializers.UUIDField()
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000, default="")
    has_finding = serializers.BooleanField(default=False)
    next_step = serializers.ChoiceField(choices=NextStep.choices, required=False, allow_blank=True, default="")
    agreed_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    late_reason = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")
    second_call = serializers.ChoiceField(choices=SecondCall.choices, required=False, allow_blank=True, default="")
    dissatisfaction = DissatisfactionSerializer(required=False, allow_null=True, default=None)


def _read(order: FollowUpOrder, today: dt.date) -> dict[str, Any]:
    """An order as it leaves the house: masked, without clinical text."""
    return {
        "id": str(order.public_id),
        "version": order.version,
        "state": order.state,
        "tier": order.tier,
        "name": mask_name(order.patient.name),
        "sex": order.patient.sex,
        "age": order.patient.age_on(today),
        "phone": mask_phone(order.patient.phone),
        "department": order.department.name if order.department else "",
        "step": order.step.number,
        "occurrence": order.occurrence,
        "earliest_on": order.earliest_on,
        "due_on": order.due_on,
        "latest_on": order.latest_on,
        "attempts": order.attempts_count,
        "agreed_at": order.agreed_at,
    }


def _readable() -> FollowUpOrderQuerySet:
    return FollowUpOrder.objects.select_related("patient", "department", "step")


class WorklistView(APIView):
    """`GET`: the orders of the signed-in person that may be called now, by the closing of their window, in pages."""

    requires = ("followups.work", "followups.complete")

    def get(self, request: Request) -> Response:
        """`?after=` turns the page."""
        actor, now = request._request.actor, timezone.now()
        today = hospital_today(now=now)
        waiting = worklists.callable_now(actor, today=today)
        after = request._request.GET.get("after", "")
        page = page_of(waiting, worklists.BY_LATEST, fetch=_readable(), after=after, size=PAGE_SIZE)
        log_access(actor, "list", [order.patient_id for order in page.rows], page="followups:api")
        return Response({"results": [_read(order, today) for order in page.rows], "after": page.older})


class StartView(APIView):
    """`POST`: take an order up before the call; one of the pool is then in no colleague's hand."""

    requires = ("followups.complete",)

    def post(self, request: Request, public_id: UUID) -> Response:
        """200 with the order; 409 with the reason, such as the colleague who has it in hand."""
        actor, now = request._request.actor, timezone.now()
        order: FollowUpOrder = get_visible_or_404(FollowUpOrder, actor, public_id=public_id)
        try:
            start(order=order, actor=actor, now=now)
        except FollowUpError as refusal:
            return Response({"detail": str(refusal)}, status=409)
        return Response(_read(_readable().get(pk=order.pk), hospital_today(now=now)))


class ResultView(APIView):
    """`POST`: the result of one attempt of an order."""

    requires = ("followups.complete",)

    def post(self, request: Request, public_id: UUID) -> Response:
        """201 with the order as it stands; 409 when somebody else acted; 422 with the reason of a refusal."""
        actor, now = request._request.actor, timezone.now()
        order: FollowUpOrder = get_visible_or_404(FollowUpOrder, actor, public_id=public_id)
        sent = ResultSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        try:
            _record(order, actor, dict(sent.validated_data), now)
        except refusals.OrderChanged as refusal:
            return Response({"detail": str(refusal)}, status=409)
        except FollowUpError as refusal:
            return Response({"detail": str(refusal)}, status=422)
        return Response(_read(_readable().get(pk=order.pk), hospital_today(now=now)), status=201)


def _record(order: FollowUpOrder, actor: Actor, data: dict[str, Any], now: dt.datetime) -> None:
    """The body of a request in the domain's words."""
    key, version, said = data.pop("key"), data.pop("version"), data.pop("dissatisfaction")
    result = Result(**data, complaint=Complaint(**said) if said else None)
    record_attempt(order=order, result=result, actor=actor, key=key, version=version, now=now)
