"""How the next try is said: when, and in which parts of the day somebody called already."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from followups.domain.day_parts import NextTry
from followups.models import Attempt
from hospital_crm.shell import wording

_NAMES = {
    Attempt.DayPart.MORNING: pgettext_lazy("part of the day", "morning"),
    Attempt.DayPart.AFTERNOON: pgettext_lazy("part of the day", "afternoon"),
    Attempt.DayPart.EVENING: pgettext_lazy("part of the day", "evening"),
    Attempt.DayPart.OTHER: Attempt.DayPart.OTHER.label,
}


def when(following: NextTry, today: dt.date) -> str:
    """18–20时 on the day itself, else with the day."""
    if following.on == today:
        return str(following.part.label)
    return _("%(day)s at %(part)s") % {"day": wording.day(following.on, today), "part": following.part.label}


def tried(following: NextTry) -> str:
    """上午、下午已试; nothing where nobody called in a part of the day."""
    if not following.tried:
        return ""
    names = pgettext("between things of one kind", ", ").join(str(_NAMES[part]) for part in following.tried)
    return _("%(parts)s tried") % {"parts": names}


def act(following: NextTry, today: dt.date) -> str:
    """现在再试, 18–20时再试."""
    return _("try now") if following.is_now else _("try %(when)s") % {"when": when(following, today)}
