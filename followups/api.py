"""Follow-up orders for programs, a telephone system or a hospital's own app: the same orders and rules as the pages,
people masked and on record, without clinical text.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_visible_or_404
from accounts.actors import Actor, TokenActor
from accounts.api.problems import Conflict, Refused
from accounts.api.repeats import once
from accounts.api.schema import described, page_shape
from accounts.api.views import SIZE, ApiView, PageQuery, paged
from accounts.calendar import today as hospital_today
from followups.domain import numbers, refusals, worklists
from followups.domain.dissatisfactions import Complaint
from followups.domain.errors import FollowUpError
from followups.domain.execution import Result, record_attempt, start
from followups.models import Dissatisfaction, FollowUpOrder, NextStep, Outcome, Satisfaction, SecondCall
from followups.models.orders import FollowUpOrderQuerySet
from followups.models.outcomes import EFFECTIVE
from followups.models.states import OPEN, OrderState
from hospital_crm.tenancy.keyset import Key, page_of
from patients.api import GONE, DepartmentField
from patients.contact_api import contact_id
from patients.domain.masking import mask_name, mask_phone
from patients.models import ContactPoint

BY_DUE = Key("due_on", dt.date.fromisoformat, ascending=True)
LONGEST_PERIOD = dt.timedelta(days=92)
_STATES = [state.value for state in OrderState if state != OrderState.VOID]


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
    has_finding = serializers.BooleanField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Whether something abnormal was heard; needed for a completed result, and never taken for granted; "
        "true needs a note of what was heard",
    )
    next_step = serializers.ChoiceField(choices=NextStep.choices, required=False, allow_blank=True, default="")
    agreed_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    late_reason = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")
    second_call = serializers.ChoiceField(choices=SecondCall.choices, required=False, allow_blank=True, default="")
    contact_point = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=40,
        default="",
        help_text="The number that was called; needed for a fault of the number where the person has several",
    )
    satisfaction = serializers.ChoiceField(
        choices=Satisfaction.choices,
        required=False,
        allow_null=True,
        default=None,
        help_text="5 very content to 1 not content at all, 0 not asked or not said; needed to complete an order that "
        "`asks_satisfaction`, refused otherwise; 1 and 2 need `dissatisfaction`",
    )
    dissatisfaction = DissatisfactionSerializer(required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Who completed it says whether anything is abnormal, as on the pages."""
        if attrs["outcome"] in EFFECTIVE and attrs["has_finding"] is None:
            raise serializers.ValidationError({"has_finding": _("Choose whether something abnormal was heard.")})
        return attrs | {"has_finding": bool(attrs["has_finding"])}


class OrderSerializer(serializers.Serializer):
    """An order as it leaves the house: its window, who does it, what became of it. `version` goes with a result."""

    id = serializers.UUIDField(source="public_id")
    version = serializers.IntegerField()
    state = serializers.CharField()
    tier = serializers.CharField()
    channel = serializers.CharField()
    person = serializers.UUIDField(source="patient.public_id")
    name = serializers.SerializerMethodField()
    sex = serializers.CharField(source="patient.sex")
    age = serializers.SerializerMethodField()
    phone = serializers.SerializerMethodField()
    department = serializers.CharField(source="department.name", default="")
    assignee = serializers.CharField(source="assignee.name", default="")
    step = serializers.IntegerField(source="step.number")
    occurrence = serializers.IntegerField()
    asks_satisfaction = serializers.BooleanField(source="step.asks_satisfaction")
    earliest_on = serializers.DateField()
    due_on = serializers.DateField()
    latest_on = serializers.DateField()
    attempts = serializers.IntegerField(source="attempts_count")
    last_outcome = serializers.CharField()
    agreed_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)

    def get_name(self, order: FollowUpOrder) -> str:
        """Masked unless the token reads whole values."""
        return order.patient.name if self.context["whole"] else mask_name(order.patient.name)

    def get_phone(self, order: FollowUpOrder) -> str:
        """Masked unless the token reads whole values."""
        return order.patient.phone if self.context["whole"] else mask_phone(order.patient.phone)

    def get_age(self, order: FollowUpOrder) -> int | None:
        """Full years."""
        return order.patient.age_on(self.context["day"])


def _read(orders: Any, actor: TokenActor, day: dt.date, *, many: bool = False) -> Any:
    return OrderSerializer(orders, many=many, context={"whole": actor.sees_whole, "day": day}).data


def _readable() -> FollowUpOrderQuerySet:
    rows = FollowUpOrder.objects.exclude(patient__contact_state__in=GONE)
    return rows.select_related("patient", "department", "step", "assignee")


def _told(refusal: FollowUpError) -> Conflict | Refused:
    """A refusal of the domain as a program is told it."""
    return Conflict(str(refusal)) if isinstance(refusal, refusals.CHANGED_MEANWHILE) else Refused(str(refusal))


class OrdersQuery(PageQuery):
    """Which orders. Without a state those that are open; with days those due in a period of at most 92 days."""

    state = serializers.ChoiceField(choices=_STATES, required=False)
    department = DepartmentField(required=False, max_length=60)
    due_from = serializers.DateField(required=False)
    due_until = serializers.DateField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Both days or none, and not too long a period."""
        first, last = attrs.get("due_from"), attrs.get("due_until")
        if (first is None) != (last is None):
            raise serializers.ValidationError(_("Give both days, or none."))
        if first and last and not dt.timedelta() <= last - first <= LONGEST_PERIOD:
            raise serializers.ValidationError(_("A period has at most %(days)s days.") % {"days": LONGEST_PERIOD.days})
        return attrs


class OrdersView(ApiView):
    """The orders that the token may see."""

    requires = ("followups.work", "followups.dispatch", "followups.supervise", "followups.quality")

    @described(
        "Orders by latest day, or by due day within a period",
        name="orders_list",
        answer=page_shape(OrderSerializer),
        tag="orders",
        query=OrdersQuery,
    )
    def get(self, request: Request) -> Response:
        """One page."""
        asked = self.read_query(OrdersQuery)
        states = [asked["state"]] if asked.get("state") else [str(state) for state in OPEN]
        rows = FollowUpOrder.objects.visible_to(self.actor).filter(state__in=states)
        rows = rows.exclude(patient__contact_state__in=GONE)
        if asked.get("department"):
            rows = rows.filter(department_id=asked["department"])
        if asked.get("due_from"):
            rows = rows.filter(due_on__range=(asked["due_from"], asked["due_until"]))
        key = BY_DUE if asked.get("due_from") else worklists.BY_LATEST
        page = page_of(rows, key, fetch=_readable(), after=asked["after"], size=SIZE)
        self.log("list", sorted({order.patient_id for order in page.rows}))
        return paged(page, _read(page.rows, self.actor, hospital_today(), many=True))


class OrderView(ApiView):
    """One order."""

    requires = OrdersView.requires

    @described("One order", OrderSerializer, tag="orders", also=(404,))
    def get(self, request: Request, public_id: UUID) -> Response:
        """The order."""
        order: FollowUpOrder = get_visible_or_404(_readable(), self.actor, public_id=public_id)
        self.log("view", [order.patient_id])
        return Response(_read(order, self.actor, hospital_today()))


class WorklistView(ApiView):
    """The orders of whoever the token acts for that may be called now."""

    requires = ("followups.work", "followups.complete")

    @described("Own orders to be called now", page_shape(OrderSerializer), tag="orders", query=PageQuery)
    def get(self, request: Request) -> Response:
        """One page, by the closing of their window."""
        today, after = hospital_today(), self.read_query(PageQuery)["after"]
        waiting = worklists.callable_now(self.actor, today=today)
        page = page_of(waiting, worklists.BY_LATEST, fetch=_readable(), after=after, size=SIZE)
        self.log("list", [order.patient_id for order in page.rows])
        return paged(page, _read(page.rows, self.actor, today, many=True))


class StartView(ApiView):
    """Take an order up before the call; one of the pool is then in no colleague's hand."""

    requires = changes = ("followups.complete",)

    @described("Take an order up", OrderSerializer, tag="orders", also=(404, 409), is_change=True)
    @once
    def post(self, request: Request, public_id: UUID) -> Response:
        """The order; 409 when somebody else acted, such as the colleague who has it in hand; 422 when rules refuse."""
        now = timezone.now()
        order: FollowUpOrder = get_visible_or_404(_readable(), self.actor, public_id=public_id)
        try:
            start(order=order, actor=self.actor, now=now)
        except FollowUpError as refusal:
            raise _told(refusal) from refusal
        self.log("view", [order.patient_id])
        return Response(_read(_readable().get(pk=order.pk), self.actor, hospital_today(now=now)))


class ResultView(ApiView):
    """The result of one attempt of an order."""

    requires = changes = ("followups.complete",)

    @described(
        "Record a result",
        OrderSerializer,
        tag="orders",
        status=201,
        body=ResultSerializer,
        also=(404, 409),
        is_change=True,
    )
    @once
    def post(self, request: Request, public_id: UUID) -> Response:
        """The order as it stands; 409 when somebody else acted; 422 with the reason of a refusal."""
        now = timezone.now()
        order: FollowUpOrder = get_visible_or_404(_readable(), self.actor, public_id=public_id)
        sent = self.read_body(ResultSerializer)
        try:
            _record(order, self.actor, dict(sent), now)
        except FollowUpError as refusal:
            raise _told(refusal) from refusal
        self.log("view", [order.patient_id])
        return Response(_read(_readable().get(pk=order.pk), self.actor, hospital_today(now=now)), status=201)


def _record(order: FollowUpOrder, actor: Actor, data: dict[str, Any], now: dt.datetime) -> None:
    """The body of a request in the domain's words."""
    key, version, said = data.pop("key"), data.pop("version"), data.pop("dissatisfaction")
    point = _number(order, data.pop("contact_point"), now)
    result = Result(**data, contact_point=point, complaint=Complaint(**said) if said else None)
    record_attempt(order=order, result=result, actor=actor, key=key, version=version, now=now)


def _number(order: FollowUpOrder, name: str, now: dt.datetime) -> ContactPoint | None:
    """The number that was called, which the person holds."""
    if not name:
        return None
    points = numbers.held(order.patient_id, hospital_today(now=now))
    found = next((point for point in points if contact_id(point) == name), None)
    if found is None:
        raise refusals.NoSuchNumber
    return found
