"""What follow-up tells the ledger of contacts, and what it wants of a person's coming days (PRODUCT §4.2)."""

import datetime as dt
from collections.abc import Collection, Iterable

from followups.domain.asking import care_is_refused, kind_of
from followups.models import Attempt, Channel, FollowUpOrder, Tier
from messaging import purposes
from messaging.domain import touches
from messaging.domain.contact_rules import ContactRules
from messaging.domain.planner import Wanted
from messaging.domain.planning import hours_of, rank_of
from messaging.models import Reason

PURPOSE = "followups.contact"
SOURCE = "followups.attempt"
_BY = {Channel.PHONE: "phone", Channel.VISIT: "visit"}


def tell(order: FollowUpOrder, attempt: Attempt) -> None:
    """An attempt was made. The first one of a step is an approach, unless it is of tier A or for safety; further ones
    are not. A number of family touches the family, not the person.

    order: as it was before the attempt.
    """
    if attempt.to_family:
        return
    counts = order.attempts_count == 0 and order.tier != Tier.A and not order.is_safety
    touches.note(
        person=order.patient_id,
        channel=_BY.get(Channel(attempt.channel), "letter"),
        purpose=PURPOSE,
        is_approach=counts,
        is_call=attempt.is_call,
        source=SOURCE,
        source_id=attempt.pk,
        at=attempt.at,
    )


def orders_wanted(
    people: Collection[int], rules: ContactRules, now: dt.datetime, until: dt.datetime
) -> Iterable[tuple[int, Wanted]]:
    """Calls and visits that are due of these people: on the due day, within their window, late ones today."""
    rows = FollowUpOrder.objects.working().filter(patient_id__in=list(people), earliest_on__lte=until.date())
    refusing = set(rows.filter(care_is_refused()).values_list("pk", flat=True))
    for order in rows.select_related("step", "patient").order_by("pk"):
        yield order.patient_id, _wanted(order, rules, now, is_refused=order.pk in refusing and not order.is_safety)


def _wanted(order: FollowUpOrder, rules: ContactRules, now: dt.datetime, *, is_refused: bool) -> Wanted:
    is_late = order.latest_on < rules.day_of(now)
    last = None if is_late else hours_of(order.latest_on, rules) + dt.timedelta(hours=_HOURS)
    patient = order.patient
    is_open = order.may_be_called and patient.death_in_doubt_since is None
    return Wanted(
        key=f"followups:{order.pk}",
        what=PURPOSE,
        channel=_BY.get(Channel(order.channel), "letter"),
        kind=kind_of(order, safety=order.is_safety, is_agreed=order.agreed_at is not None),
        rank=rank_of(purposes.get(PURPOSE)) if order.tier != Tier.A else 0,
        wished=order.agreed_at or hours_of(order.due_on, rules),
        earliest=hours_of(order.earliest_on, rules),
        latest=last,
        merges=PURPOSE,
        refused=_why_ended(order) if not is_open else Reason.REFUSED_KIND if is_refused else Reason.NONE,
        link=("followups:order", str(order.public_id)),
    )


# How long after its first hour of contact a last day still is one.
_HOURS = 8


def _why_ended(order: FollowUpOrder) -> Reason:
    state = order.patient.contact_state
    return Reason(state) if state in Reason.values else Reason.DEATH_IN_DOUBT
