"""Whether a person is asked too much by a follow-up call at this time: a refusal of care follow-up, days without
contact, and two approaches in seven days (PRODUCT §4.1, §4.2).

For many orders in one statement; `contact_waits` answers the same as `waits_of` of each order of a list. Safety passes
everything, tier A and a call that the person agreed to for that day all but the refusal.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from followups.models import Channel, FollowUpOrder, Tier
from hospital_crm.tenancy.scope import required_hospital
from hospital_crm.tenancy.together import Few
from messaging.domain import touches
from messaging.domain.contact_rules import Blackout, ContactRules, Kind, Touched
from messaging.models import BlackoutDay, Reason
from patients.models import Consent

_CARE, _SATISFACTION = Consent.Purpose.CARE, Consent.Purpose.SATISFACTION
_ANY, _PHONE = Consent.Channel.ANY, Consent.Channel.PHONE
# What is asked neither for a day without contact nor for the budget.
UNBOUND = Q(tier=Tier.A)
_DECIDED = ("id", "patient_id", "purpose", "channel", "decision", "at")


@dataclass(frozen=True)
class Waits:
    """Why nobody calls: REFUSED_KIND, BLACKOUT or BUDGET. `on`: the first day on which it is possible, as far as is
    known; None: by itself on none.
    """

    reason: Reason
    on: dt.date | None = None

    @property
    def is_refused(self) -> bool:
        """The person does not want care follow-up; no later day makes it possible."""
        return self.reason == Reason.REFUSED_KIND


@dataclass(frozen=True)
class Asked:
    """What is known of people before they are called: what they decided on care and satisfaction, how often they were
    approached around the day; and the days without contact that hold for care.
    """

    decisions: Mapping[tuple[int, str], Sequence[Consent]] = field(default_factory=dict)
    touched: Mapping[int, Sequence[Touched]] = field(default_factory=dict)
    blackouts: tuple[Blackout, ...] = ()


def asked_lists(people: Collection[int], day: dt.date) -> dict[str, Few]:
    """What is read of people who may be called on a day, to be read with other things."""
    said = Consent.objects.filter(patient_id__in=people, purpose__in=[_CARE, _SATISFACTION])
    said = said.filter(channel__in=[_ANY, _PHONE]).order_by("patient_id", "purpose", "channel", "-at", "-id")
    known = touches.approaches_around(day).filter(person_id__in=people)
    closed = _closed().filter(last_on__gte=day).order_by()
    return {
        "consents": Few(said.distinct("patient_id", "purpose", "channel"), _DECIDED),
        "approaches": Few(known, ["person_id", "day"]),
        "blackouts": Few(closed, ["first_on", "last_on"]),
    }


def asked_from(read: Mapping[str, list[Any]]) -> Asked:
    """Out of what `asked_lists` brought."""
    decisions, touched = defaultdict(list), defaultdict(list)
    for one in read.get("consents", ()):
        decisions[one.patient_id, one.purpose].append(one)
    for one in read.get("approaches", ()):
        touched[one.person_id].append(Touched(one.day, is_approach=True))
    closed = tuple(Blackout(one.first_on, one.last_on, True) for one in read.get("blackouts", ()))
    return Asked(decisions, touched, closed)


def kind_of(order: FollowUpOrder, *, safety: bool, is_agreed: bool) -> Kind:
    """What the rules of contact ask of a call or visit. Tier A is bound to the hours alone, safety to nothing; what the
    person agreed to is no approach, and it is no further attempt of a step.
    """
    bound = order.tier != Tier.A and not (safety or is_agreed)
    return Kind(
        is_free=safety,
        keeps_care_hours=True,
        knows_blackouts=bound,
        is_approach=bound and order.attempts_count == 0,
        is_call=bound and order.channel == Channel.PHONE,
    )


def waits_of(
    order: FollowUpOrder, asked: Asked, *, now: dt.datetime, hours: tuple[int, int], safety: bool, is_agreed: bool
) -> Waits | None:
    """Why this order is not called at this moment, and from which day on it may be; None: nothing of that kind."""
    if safety:
        return None
    if _refused(order, asked, _CARE):
        return Waits(Reason.REFUSED_KIND)
    rules = ContactRules(required_hospital().tz, care_hours=hours, blackouts=asked.blackouts)
    kind, known = kind_of(order, safety=safety, is_agreed=is_agreed), asked.touched.get(order.patient_id, ())
    day = rules.day_of(now)
    reason = Reason.BLACKOUT if rules.is_blackout(day, kind) else rules.why_full(day, kind, known)
    if not reason:
        return None
    found = rules.finds(now, kind, known)
    return Waits(reason, None if found is None else rules.day_of(found))


def refuses_satisfaction(order: FollowUpOrder, asked: Asked) -> bool:
    """Whether the person does not want to be asked how content he is."""
    return _refused(order, asked, _SATISFACTION)


def contact_waits(day: dt.date) -> Q:
    """Of orders of a list that are not for safety and not agreed for the day: what `waits_of` says of each. A refusal
    is asked apart (`care_is_refused`), because it holds for agreed calls too.
    """
    full = touches.with_full_budget(day).filter(person_id=OuterRef("patient_id"))
    closed = _closed().filter(first_on__lte=day, last_on__gte=day)
    return ~UNBOUND & (Q(Exists(closed)) | Q(attempts_count=0) & Q(Exists(full)))


def is_without_contact(day: dt.date) -> bool:
    """Whether on this day nobody is called but for safety, in tier A, and as agreed."""
    return _closed().filter(first_on__lte=day, last_on__gte=day).exists()


def _closed() -> QuerySet[BlackoutDay]:
    """The days without contact that hold for care."""
    return BlackoutDay.objects.filter(stops=BlackoutDay.Stops.ALL)


def care_is_refused() -> Q:
    """Of orders of a list: the person's last word on care follow-up, on the telephone or anyhow, was no; a visit is
    refused with every channel only.
    """
    said = Consent.objects.filter(patient_id=OuterRef("patient_id"), purpose=_CARE).order_by("-at", "-id")
    by_phone = Subquery(said.filter(channel__in=[_ANY, _PHONE]).values("decision")[:1])
    anyhow = Subquery(said.filter(channel=_ANY).values("decision")[:1])
    last = Coalesce(
        Case(When(Exact(F("channel"), Value(Channel.VISIT)), then=anyhow), default=by_phone),
        Value(Consent.Decision.GRANTED),
    )
    return ~Q(Exact(last, Value(Consent.Decision.GRANTED)))


def _refused(order: FollowUpOrder, asked: Asked, purpose: str) -> bool:
    channels = (_ANY,) if order.channel == Channel.VISIT else (_ANY, _PHONE)
    said = [one for one in asked.decisions.get((order.patient_id, purpose), ()) if one.channel in channels]
    return bool(said) and not max(said, key=lambda one: (one.at, one.pk)).is_granted
