"""The lists people work from: what I have to call now, what comes up, what I did today; each a set of rows, none of
them a promise.
"""

import datetime as dt
from collections.abc import Mapping

from django.db.models import QuerySet

from accounts.actors import Actor
from accounts.calendar import day_end, day_start
from followups.domain.holding import held_by, held_parts
from followups.models import Attempt
from followups.models.orders import FollowUpOrderQuerySet
from followups.models.outcomes import CALLS, EFFECTIVE
from hospital_crm.tenancy.scope import required_hospital
from patients.domain.keyset import Key

UPCOMING_DAYS = 7
Parts = tuple[FollowUpOrderQuerySet, ...]
# The order of every list of work: by the latest day, then the number of the row.
BY_LATEST = Key("latest_on", dt.date.fromisoformat, ascending=True)


def callable_now(actor: Actor, *, today: dt.date) -> FollowUpOrderQuerySet:
    """Orders of the actor whose window has opened, or that are late, of people who may be called."""
    return held_by(actor, today=today).of_callable_people().filter(earliest_on__lte=today)


def callable_parts(actor: Actor, *, today: dt.date) -> Parts:
    """The orders of `callable_now` in parts that share none."""
    return tuple(part.filter(earliest_on__lte=today) for part in held_parts(actor, today=today))


def workbench(actor: Actor, *, today: dt.date) -> Mapping[str, Parts]:
    """The quick lists of the workbench: all that may be called now, late, tier A, with an agreed time, coming up."""
    now_open, soon = callable_parts(actor, today=today), today + dt.timedelta(days=UPCOMING_DAYS)
    return {
        "all": now_open,
        "late": tuple(part.filter(latest_on__lt=today) for part in now_open),
        "a": tuple(part.filter(tier="A") for part in now_open),
        "agreed": tuple(part.filter(agreed_at__isnull=False) for part in now_open),
        "returned": tuple(part.filter(state="returned") for part in now_open),
        "upcoming": tuple(
            part.filter(due_on__lte=soon, earliest_on__gt=today) for part in held_parts(actor, today=today)
        ),
    }


def mine(actor: Actor, *, today: dt.date) -> Mapping[str, FollowUpOrderQuerySet]:
    """A physician's or nurse's list: late, due by today, coming up within a week."""
    held = held_by(actor, today=today)
    return {
        "late": held.filter(latest_on__lt=today),
        "today": held.filter(latest_on__gte=today, due_on__lte=today),
        "upcoming": _coming(actor, today).filter(latest_on__gte=today, due_on__gt=today),
    }


def _coming(actor: Actor, today: dt.date) -> FollowUpOrderQuerySet:
    return held_by(actor, today=today).filter(due_on__lte=today + dt.timedelta(days=UPCOMING_DAYS))


def done_on(actor: Actor, day: dt.date) -> dict[str, QuerySet[Attempt]]:
    """What the actor did that day: calls made, people reached, results that count as effective."""
    hospital = required_hospital()
    rows = Attempt.objects.filter(staff=actor.staff, at__gte=day_start(day, hospital), at__lt=day_end(day, hospital))
    return {
        "calls": rows.filter(outcome__in=list(CALLS)),
        "reached": rows.filter(is_reached=True),
        "effective": rows.filter(outcome__in=EFFECTIVE),
    }
