"""What a page shows of a segment: the list, the members, how many on which day, versions."""

from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.actors import Actor
from patients import segment_facts
from patients.domain.segments import compiling
from patients.domain.segments.rules import Rule
from patients.domain.visibility import may_read_clinical
from patients.models import Patient, Segment, SegmentMember
from patients.models.segments import SegmentQuerySet

MOST_OFFERED = 200


def may_list(segment: Segment, actor: Actor) -> bool:
    """Whether the members may be listed for the actor: of a segment that asks about illness for clinical roles alone,
    because being in it tells of the illness. Until the members are those of the present version, which may ask less
    than the one they were found by, for clinical roles alone too.
    """
    return actor.can("patients.clinical") or _is_of_no_illness(segment)


def may_know(facts: Iterable[str], actor: Actor) -> bool:
    """Whether the actor may be told of a few people found by a rule that asks these facts: of illness clinical roles
    alone.
    """
    return actor.can("patients.clinical") or not segment_facts.asks_about_illness(facts)


def tells_of_member(segment: Segment, patient: Patient, actor: Actor) -> bool:
    """Whether the actor may be told that this person is in it: as `may_list`, and for whoever may read clinical text
    of this person.
    """
    return _is_of_no_illness(segment) or may_read_clinical(actor, patient)


def _is_of_no_illness(segment: Segment) -> bool:
    """`SegmentQuerySet.not_of_illness` of one."""
    return segment.is_counted and not segment_facts.asks_about_illness(segment.facts)


def members_of(segment: Segment, rule: Rule, actor: Actor) -> QuerySet[SegmentMember]:
    """Members by the last refresh whom the actor may see, none where they may not be listed. Who died or was erased
    since is no member any more.
    """
    if not may_list(segment, actor):
        return SegmentMember.objects.none()
    rows = SegmentMember.objects.filter(segment=segment, patient__in=compiling.countable(rule).values("pk"))
    if actor.sees == "all":
        return rows
    return rows.filter(patient_id__in=Patient.objects.visible_to(actor).values("pk"))


def offered_to(actor: Actor) -> QuerySet[Segment]:
    """The segments that the actor may hold other lists to, the youngest first."""
    return listed_to(actor).order_by("-pk")[:MOST_OFFERED]


def listed_to(actor: Actor) -> SegmentQuerySet:
    """The segments in use whose members may be listed for the actor (`may_list`)."""
    rows = Segment.objects.visible_to(actor).in_use()
    return rows if actor.can("patients.clinical") else rows.not_of_illness()


def segments_of(patient: Patient, actor: Actor) -> QuerySet[Segment]:
    """The segments in use that the actor may see and the person is in, by the last refresh.

    Those that ask about illness, or whose members an earlier version found, only for whoever may read clinical text of
    this person: being in one tells of it.
    """
    memberships = SegmentMember.objects.filter(patient=patient).values("segment_id")
    rows = Segment.objects.visible_to(actor).in_use().filter(pk__in=memberships)
    if may_read_clinical(actor, patient):
        return rows
    return rows.not_of_illness()
