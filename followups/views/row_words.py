"""What the rows of a list say, in the reader's language: the words of codes are looked up once for all rows."""

import datetime as dt
from functools import cached_property
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from followups.domain.calls import MAX_UNREACHED, care_hours, untried_parts
from followups.domain.tries import Tries
from followups.models import AssigneeRole, Attempt, FollowUpOrder, OrderState, Outcome
from hospital_crm.shell import wording

_NOBODY = UUID(int=0)


class RowWords:
    """The words of one page, said at `now`."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.sexes = {"M": pgettext("sex", "m"), "F": pgettext("sex", "f")}
        self.outcomes = {code: str(label) for code, label in Outcome.choices}
        self._roles = {code: str(label) for code, label in AssigneeRole.choices} | {"": _("unassigned")}
        self._mark, self._why, self._call = _("Mark %(name)s"), _("Why %(tier)s"), _("Call %(name)s")
        self._before, self._after = reverse("followups:order", args=[_NOBODY]).split(str(_NOBODY))
        self._explained = reverse("followups:explain", args=[_NOBODY]).split(str(_NOBODY))

    @cached_property
    def _hours(self) -> tuple[int, int]:
        """The hours in which the hospital calls, asked where somebody was tried."""
        return care_hours()

    def url(self, order: FollowUpOrder) -> str:
        """Where the order is read."""
        return f"{self._before}{order.public_id}{self._after}"

    def explain_url(self, order: FollowUpOrder) -> str:
        """Where it is told why the order has its tier."""
        return str(order.public_id).join(self._explained)

    def mark(self, name: str) -> str:
        """What the box before a row is for."""
        return self._mark % {"name": name}

    def why(self, order: FollowUpOrder) -> str:
        """What leads to the reasons of the tier."""
        return self._why % {"tier": order.tier}

    def call(self, name: str) -> str:
        """What the telephone of a row is for."""
        return self._call % {"name": name}

    def assignee(self, order: FollowUpOrder) -> str:
        """Who has to do it: a person, the centre's pool, or nobody yet."""
        return order.assignee_name or self._roles[order.assignee_role]

    def last(self, order: FollowUpOrder) -> str:
        """无人接听 11-19 19:05, or a dash."""
        if not order.last_attempt_at:
            return wording.MISSING
        outcome = self.outcomes.get(order.last_outcome) or _("called")
        return f"{outcome} {wording.moment(order.last_attempt_at, self.now)}"

    def agreed(self, order: FollowUpOrder) -> str:
        """约10:50 on the day itself, else with the day; nothing without an agreed time or once the order has left the
        caller's hands.
        """
        if order.agreed_at is None or not order.is_working:
            return ""
        at = wording.local(order.agreed_at)
        if at.date() != wording.local(self.now).date():
            return _("agreed %(at)s") % {"at": wording.moment(order.agreed_at, self.now)}
        return _("agreed %(at)s") % {"at": f"{at:%H:%M}"}

    def next(self, order: FollowUpOrder, tries: Tries) -> str:
        """What to do next: call as agreed, first call, another part of the day, what is due still, or the way out after
        three days.
        """
        if order.state == OrderState.RETURNED:
            return _("redo")
        if order.state == OrderState.SUBMITTED:
            return _("waits for review")
        if not order.is_working:
            return wording.MISSING
        if order.agreed_at:
            return _("call as agreed")
        if not order.attempts_count:
            return _("first call")
        untried = untried_parts(tries.parts, self._hours)
        if tries.days >= MAX_UNREACHED and not untried:
            return _("family number or lost")
        part = untried[0] if untried else Attempt.DayPart.MORNING
        due = self.tries_due(order, tries)
        if due:
            return _("%(which)s, %(part)s") % {"which": due, "part": part.label}
        return _("try again, %(part)s") % {"part": part.label}

    def tries_due(self, order: FollowUpOrder, tries: Tries) -> str:
        """还差1次: a person who was tried is to be tried on so many more days; nothing where it is enough."""
        left = tries.demanded - tries.days
        if left <= 0 or not order.attempts_count or not order.is_working:
            return ""
        return ngettext("%(n)d try due", "%(n)d tries due", left) % {"n": left}

    def too_few(self, tries: Tries) -> str:
        """只试1/2次: what the head reads of a step whose window has closed; nothing where it is enough."""
        if tries.demanded <= tries.days:
            return ""
        return _("tried %(made)d of %(wanted)d") % {"made": tries.days, "wanted": tries.demanded}
