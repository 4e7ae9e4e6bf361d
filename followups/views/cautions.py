"""What somebody must know before the first word: red flags, who refused, when nobody calls, when the next try is."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from followups.domain.asking import Waits
from followups.domain.calls import CallAdvice
from followups.models import Attempt, FollowUpOrder
from followups.views import try_words
from hospital_crm.shell import wording
from messaging.models import Reason


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


def of_calls(order: FollowUpOrder, advice: CallAdvice, now: dt.datetime) -> list[Caution]:
    """A refusal, days without contact, the budget, the hospital's hours, one call a day, and the part of the day: said
    before somebody dials. A time that was agreed is the person's own choice.
    """
    if advice.waits is not None:
        return [_waiting(order, advice.waits, now)]
    if advice.is_quiet:
        first, last = advice.hours
        text = _("Care calls are made from %(first)d:00 to %(last)d:00; the numbers are shown then.")
        return [Caution(_("Quiet hours"), text % {"first": first, "last": last}, "soon", "clock")]
    if not advice.attempts_left:
        return []
    when, tried = try_words.when(advice.next, wording.local(now).date()), try_words.tried(advice.next)
    if not advice.may_call:
        word = _("Called today") if advice.called_today else _("Tried at this time")
        parts = [tried, _("next try %(when)s") % {"when": when}]
        return [Caution(word, pgettext("between facts", ", ").join(filter(None, parts)), "soon", "phone-off")]
    if order.agreed_at or advice.next.part in advice.next.tried:
        return []
    if advice.next.repeats:
        text = _("%(tried)s: call %(when)s.") % {"tried": tried, "when": when}
        return [Caution(_("Better later"), text, "soon", "clock")]
    if tried:
        text = _("%(tried)s; nobody has called at this time of the day yet.") % {"tried": tried}
        return [Caution(_("Good time"), text, "", "clock")]
    return []


def tried_enough(missing: str) -> Caution:
    """The person's own number was called on three days: what comes now."""
    text = _("The person may be reported lost, with what was tried.")
    if missing:
        text = _("Before the person may be reported lost: %(missing)s.") % {"missing": missing}
    return Caution(_("Tried enough"), text, "soon", "phone-off")


def _waiting(order: FollowUpOrder, waits: Waits, now: dt.datetime) -> Caution:
    """Why nobody calls, from when on somebody may, and where that is too late for the step."""
    if waits.is_refused:
        text = _("Only safety calls are made. The order stays on the list until it is written down as refused.")
        return Caution(_("Follow-up refused"), text, "late", "ban")
    today = wording.local(now).date()
    parts = [_("nobody is called today")]
    word = _("Day without contact")
    if waits.reason != Reason.BLACKOUT:
        word, parts = _("Contact budget"), [_("approached twice within seven days")]
    if waits.on is not None:
        parts.append(_("the call is possible from %(day)s") % {"day": wording.day(waits.on, today)})
        if waits.on > order.latest_on:
            late = _("that is past the latest day %(day)s: the order stays on the list and is late")
            parts.append(late % {"day": wording.day(order.latest_on, today)})
    return Caution(word, pgettext("between facts", ", ").join(parts), "soon", "phone-off")
