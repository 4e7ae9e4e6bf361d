"""A segment as a filter of the list of people: its members by the last refresh.

A segment that is not there any more, was retired, or is not for the reader or the reader's role leaves nobody: a view,
an export or a bulk edit that names it must never mean everybody. So does one whose members are those of an earlier
version, for who may not read of illness: that version may have asked about it.
"""

import datetime as dt
import uuid

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from hospital_crm.shell.wording import moment
from hospital_crm.tenancy.counts import COUNT_CAP
from patients.domain.segments.keeping import rule_of, title_of
from patients.domain.segments.reading import listed_to
from patients.models import Segment, SegmentMember

NOTHING_NAMED = uuid.UUID(int=0)
# So few members are looked up by their ids; of more it is asked for each in the order of the list.
FEW_MEMBERS = 4 * COUNT_CAP


def segment_for(actor: Actor, public_id: uuid.UUID) -> Segment | None:
    """The segment of this name that is in use and whose members may be listed for the actor."""
    return listed_to(actor).with_rule().filter(public_id=public_id).first()


def in_segment(segment: Segment | None) -> Q:
    """Its members. Who died since is no member any more, unless the segment asks for the dead too."""
    if segment is None:
        return Q(pk__in=[])
    members = SegmentMember.objects.filter(segment=segment)
    few = list(members.values_list("patient_id", flat=True).order_by()[: FEW_MEMBERS + 1])
    among = Q(pk__in=members.values("patient_id")) if len(few) > FEW_MEMBERS else Q(pk__any_of=sorted(few))
    return among if rule_of(segment).with_deceased else among & ~Q(contact_state="deceased")


def is_segment_of_many(segment: Segment | None) -> bool:
    """Whether it has more members than are looked up by their ids."""
    return segment is not None and (segment.member_count or 0) > FEW_MEMBERS


def segment_words(segment: Segment | None, now: dt.datetime | None = None) -> str:
    """What it is called, and as of when its members are known."""
    if segment is None:
        return _("not in use, not for you, or not counted anew yet")
    name = title_of(segment)
    if segment.refreshed_at is None or not segment.is_counted:
        return _("%(name)s, not counted anew yet") % {"name": name}
    at = moment(segment.refreshed_at, now or timezone.now())
    return _("%(name)s, as of %(moment)s") % {"name": name, "moment": at}
