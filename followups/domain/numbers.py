"""Which number a call went to: whose it is, and what the call showed it to be worth. Only numbers that the person holds
on the day of the call count.
"""

import datetime as dt
from collections.abc import Sequence

from django.db.models import QuerySet

from accounts.actors import Actor
from accounts.calendar import today as hospital_today
from followups.domain import lost, refusals
from followups.domain.calls import MAX_UNREACHED, days_and_parts_tried
from followups.domain.lost import FamilyNumber
from followups.models import Attempt, Channel, FollowUpOrder, Outcome
from followups.models.outcomes import NUMBER_FAULTS
from hospital_crm.tenancy.together import read_together
from patients.domain import reach
from patients.models import ContactPoint, Patient, Relation
from patients.models.querysets import held_on

SHOWN = 4


def is_to_family(patient_id: int, point: ContactPoint | None, relation: Relation | None = None, *, on: dt.date) -> bool:
    """Whether a call goes to family although numbers of the person's own are known. Without a number named: the one
    the page offers first.
    """
    known = list(held(patient_id, on))
    called = point or next(iter(_dialled(known)), None)
    is_theirs = relation is not None or (called is not None and called.is_lent)
    return is_theirs and not all(one.is_lent for one in known)


def beside_relations(
    points: Sequence[ContactPoint], told: Sequence[Relation], *, is_family_due: bool
) -> list[FamilyNumber]:
    """The numbers written beside relations only, offered when no other is left or it is the turn of the family."""
    if _dialled(points[:SHOWN]) and not is_family_due:
        return []
    return [one for one in lost.family_numbers(points, told) if one.relation]


def check_named(order: FollowUpOrder, *, now: dt.datetime) -> None:
    """Refuses a fault of a number of which nobody said which it was, where several are offered: none is guessed."""
    day = hospital_today(now=now)
    lists = lost.lost_lists(order, day)
    read = read_together(numbers=lists["numbers"], family=lists["family"])
    is_family_due = days_and_parts_tried(order, day)[0] >= MAX_UNREACHED
    beside = beside_relations(read["numbers"], read["family"], is_family_due=is_family_due)
    if len(_dialled(read["numbers"])) + len(beside) > 1:
        raise refusals.NumberNotNamed


def named(
    patient: Patient, point: ContactPoint | None, relation: Relation | None, *, actor: Actor, on: dt.date
) -> ContactPoint | None:
    """The number that the caller named. One that is written beside a relation only becomes known as that relation's,
    so that it can be flagged; refused where it is none, or the relation is another person's or may be told nothing.
    """
    if relation is None:
        return point
    told = relation.patient_id == patient.pk and relation.told_on(on) != Relation.MayBeTold.NOTHING
    if not (told and reach.contact_value(ContactPoint.System.PHONE, relation.phone)):
        raise refusals.NoSuchNumber
    return reach.add_contact(patient, relation.phone, owner_relation=relation.kind, owner=relation.related, actor=actor)


def flag(attempt: Attempt, *, actor: Actor) -> None:
    """A number that is dead, suspended or somebody else's is flagged everywhere; one that was answered is good. Which
    it was is named, or there is but one that may be dialled.
    """
    point = attempt.contact_point or _only(_dialled(list(held(attempt.patient_id, attempt.on))))
    if point is None or attempt.channel != Channel.PHONE:
        return
    state = NUMBER_FAULTS.get(Outcome(attempt.outcome))
    if state is None and attempt.is_reached:
        state = ContactPoint.NumberState.OK
    if state is not None and point.number_state != state:
        reach.set_number_state(point, state, actor=actor)


def held(patient_id: int, on: dt.date) -> QuerySet[ContactPoint]:
    """The telephone numbers that somebody holds on a day, by rank."""
    points = ContactPoint.objects.filter(held_on(on), patient=patient_id, system=ContactPoint.System.PHONE)
    return points.order_by("rank", "pk")


def _dialled(known: Sequence[ContactPoint]) -> list[ContactPoint]:
    """Those that may be dialled."""
    return [point for point in known if point.number_state not in ContactPoint.UNUSABLE]


def _only(known: Sequence[ContactPoint]) -> ContactPoint | None:
    return known[0] if len(known) == 1 else None
