"""What somebody must know before the first word: the red flag of this step, and one of another step."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from followups.models import Attempt, FollowUpOrder
from hospital_crm.shell import wording


@dataclass(frozen=True)
class Caution:
    """One line somebody must know before the first word."""

    word: str
    text: str
    tone: str = ""
    icon: str = "info-circle"


def red_flag(order: FollowUpOrder, tries: Iterable[Attempt], *, clinical: bool, now: dt.datetime) -> Caution | None:
    """When something abnormal was heard in this step, by whom, and what: the note of that call, which a later one
    leaves as it is. Without `clinical` only that something was heard.
    """
    if not order.has_finding:
        return None
    call = next((one for one in tries if one.at == order.finding_at), None)
    by = call.staff.name if call else order.submitted_by.name if order.submitted_by else wording.MISSING
    said = {"at": wording.moment(order.finding_at, now), "by": by, "note": call.note if call else order.note}
    words = _("%(at)s, %(by)s heard: %(note)s") if clinical and said["note"] else _("%(at)s, heard by %(by)s")
    return Caution(_("Red flag"), words % said, "late", "flag")


def earlier_finding(other: FollowUpOrder, now: dt.datetime) -> Caution:
    """What was heard in another step."""
    at = wording.day(other.finding_at, wording.local(now).date())
    text = _("%(day)s abnormal: %(note)s") % {"day": at, "note": other.note[:80] or wording.MISSING}
    return Caution(_("Red flag"), text, "late", "flag")
