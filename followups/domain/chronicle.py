"""What follow-up adds to a person's page: lines of the timeline, the next action, and the reasons to see the person."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.calendar import today as hospital_today
from followups.domain.holding import held_by, may_work_on, own
from followups.domain.in_hand import in_person
from followups.models import Attempt, FollowUpOrder, FollowUpRun
from hospital_crm.i18n.localized import localized
from patients.domain.visibility import may_read_clinical
from patients.models import Patient
from patients.registry import NextAction, Span, TimelineEntry


def people_with_own_orders(actor: Actor) -> QuerySet:
    """People for whom the actor holds, or covers, an order that is not at its end: a reason to see them."""
    held = FollowUpOrder.objects.open().filter(own(actor, today=hospital_today()))
    return held.filter(assignee__isnull=False).values("patient_id")


def people_with_orders(actor: Actor) -> QuerySet:
    """People for whom there is any order, for the role that sees all orders and their people."""
    orders = FollowUpOrder.objects.all() if actor.sees == "orders" else FollowUpOrder.objects.none()
    return orders.values("patient_id")


def holds_order_for(actor: Actor, patient: Patient) -> bool:
    """Whether the actor has to call this person, by an own order or one of the pool in hand: the purpose that shows
    numbers.
    """
    if not actor.can("followups.complete"):
        return False
    held = held_by(actor, today=hospital_today()).filter(patient=patient)
    return held.filter(in_person(actor, now=timezone.now())).exists()


def timeline(patient: Patient, actor: Actor, now: dt.datetime, span: Span) -> Iterator[TimelineEntry]:
    """Runs opened and calls made, newest first; what was said only for those who may read clinical text."""
    clinical = may_read_clinical(actor, patient)
    attempts = Attempt.objects.filter(order__patient=patient).select_related("staff", "order__step")
    for attempt in span.narrowed(attempts, "at"):
        yield TimelineEntry(
            at=attempt.at,
            title=_("Follow-up: %(outcome)s") % {"outcome": attempt.get_outcome_display()},
            text=attempt.note if clinical else "",
            detail=_detail(attempt, clinical),
            by=attempt.staff.name,
        )
    runs = FollowUpRun.objects.filter(patient=patient).select_related("protocol")
    for run in span.narrowed(runs, "opened_at"):
        yield TimelineEntry(
            at=run.opened_at,
            title=_("Follow-up opened, tier %(tier)s") % {"tier": run.tier},
            text=localized(run.protocol.name),
            badge=run.get_state_display(),
        )


def _detail(attempt: Attempt, clinical: bool) -> str:
    """Which step; and how content the person is, for those who may read what was said."""
    words = _("Tier %(tier)s, step %(step)s") % {"tier": attempt.order.tier, "step": attempt.order.step.number}
    if not clinical or attempt.satisfaction is None:
        return words
    content = _("content with the hospital: %(answer)s") % {"answer": attempt.get_satisfaction_display()}
    return f"{words} · {content}"


def next_action(patient: Patient, actor: Actor, now: dt.datetime) -> NextAction | None:
    """The earliest order somebody still has to call for; for the one who holds it, with the button that leads there."""
    today = hospital_today(now=now)
    working = FollowUpOrder.objects.working().filter(patient=patient).visible_to(actor)
    order = working.select_related("step", "assignee").order_by("due_on", "pk").first()
    if order is None:
        return None
    is_mine = may_work_on(actor, order, today=today) and order.earliest_on <= today
    return NextAction(
        due=order.due_on,
        title=_("Follow-up, tier %(tier)s step %(step)s") % {"tier": order.tier, "step": order.step.number},
        text=str(order.assignee) if order.assignee else str(_("service centre")),
        url=_order_url(order),
        button=_("Call and record") if is_mine else "",
        tone="late" if order.latest_on < today else "",
        is_call=is_mine,
    )


def _order_url(order: FollowUpOrder) -> str:
    from django.urls import reverse

    return reverse("followups:order", args=[order.public_id])
