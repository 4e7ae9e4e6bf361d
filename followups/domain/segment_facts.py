"""What follow-up offers segments: lost, not content, an open order, and when somebody was last reached."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.calendar import day_start
from followups.models import Dissatisfaction, FollowUpOrder, OrderState
from hospital_crm.tenancy.scope import required_hospital
from patients.models import Patient
from patients.segment_facts import Asked, Kind, SegmentFact, happened, register


def register_all() -> None:
    """Called once by the app's wiring."""
    register(
        SegmentFact(
            "open_order",
            _("Has an open follow-up order"),
            Kind.YES_NO,
            "followups",
            lambda asked: asked.people_of(FollowUpOrder.objects.open()),
            lambda person, asked: _yes_no(FollowUpOrder.objects.open().filter(patient=person)),
            capabilities=("patients.care",),
        ),
        _moment(
            "lost", _("Lost to follow-up"), "closed_at", lambda: FollowUpOrder.objects.filter(state=OrderState.LOST)
        ),
        _moment(
            "reached", _("Last reached"), "reached_at", lambda: FollowUpOrder.objects.filter(reached_at__isnull=False)
        ),
        _moment(
            "dissatisfied",
            _("Was not content"),
            "heard_at",
            lambda: Dissatisfaction.objects.filter(heard_at__isnull=False),
        ),
    )


def _yes_no(rows: Any) -> str:
    return gettext("yes") if rows.exists() else gettext("no")


def _moment(key: str, label: Any, column: str, rows: Any) -> SegmentFact:
    """Something that happened to people at times, by the days of the hospital."""

    def condition(asked: Asked) -> Any:
        def since(day: dt.date | None) -> Any:
            found = rows() if day is None else rows().filter(**{f"{column}__gte": day_start(day, required_hospital())})
            return asked.people_of(found)

        return happened(asked, since)

    def told(person: Patient, asked: Asked) -> str:
        last = rows().filter(patient=person, **{f"{column}__isnull": False}).order_by(f"-{column}").first()
        return "" if last is None else f"{timezone.localtime(getattr(last, column), required_hospital().tz):%Y-%m-%d}"

    return SegmentFact(key, label, Kind.DAYS_AGO, "followups", condition, told, capabilities=("patients.care",))
