"""Which number a call went to: whose it is, and what the call showed it to be worth."""

from django.db.models import QuerySet

from accounts.actors import Actor
from accounts.calendar import today
from followups.domain import refusals
from followups.models import Attempt, Channel, Outcome
from followups.models.outcomes import NUMBER_FAULTS
from patients.domain import reach
from patients.models import ContactPoint, Patient, Relation


def is_to_family(patient_id: int, point: ContactPoint | None, relation: Relation | None = None) -> bool:
    """Whether a call goes to family although numbers of the person's own are known. Without a number named: the one
    the page offers first.
    """
    known = list(_numbers(patient_id))
    called = point or _first(known)
    is_theirs = relation is not None or (called is not None and called.is_lent)
    return is_theirs and not all(one.is_lent for one in known)


def named(
    patient: Patient, point: ContactPoint | None, relation: Relation | None, *, actor: Actor
) -> ContactPoint | None:
    """The number that the caller named. One that is written beside a relation only becomes known as that relation's,
    so that it can be flagged; refused where it is none, or the relation is another person's or may be told nothing.
    """
    if relation is None:
        return point
    told = relation.patient_id == patient.pk and relation.told_on(today()) != Relation.MayBeTold.NOTHING
    if not (told and reach.contact_value(ContactPoint.System.PHONE, relation.phone)):
        raise refusals.NoSuchNumber
    return reach.add_contact(patient, relation.phone, owner_relation=relation.kind, owner=relation.related, actor=actor)


def flag(attempt: Attempt, *, actor: Actor) -> None:
    """A number that is dead, suspended or somebody else's is flagged everywhere; one that was answered is good."""
    point = attempt.contact_point or _first(list(_numbers(attempt.patient_id)))
    if point is None or attempt.channel != Channel.PHONE:
        return
    state = NUMBER_FAULTS.get(Outcome(attempt.outcome))
    if state is None and attempt.is_reached:
        state = ContactPoint.NumberState.OK
    if state is not None and point.number_state != state:
        reach.set_number_state(point, state, actor=actor)


def _numbers(patient_id: int) -> QuerySet[ContactPoint]:
    points = ContactPoint.objects.filter(patient=patient_id, system=ContactPoint.System.PHONE)
    return points.order_by("rank", "pk")


def _first(known: list[ContactPoint]) -> ContactPoint | None:
    """The number the page offers first."""
    return next((point for point in known if point.number_state not in ContactPoint.UNUSABLE), None)
