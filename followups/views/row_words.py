"""What the rows of a list say, in the reader's language: the words of codes are looked up once for all rows."""

import datetime as dt
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.calendar import today as hospital_today
from followups.domain.calls import MAX_UNREACHED
from followups.domain.day_parts import NextTry, next_try
from followups.domain.tries import Known, Tries, is_tried_again
from followups.models import AssigneeRole, FollowUpOrder, OrderState, Outcome
from followups.views import try_words
from hospital_crm.shell import wording

_NOBODY = UUID(int=0)


class RowWords:
    """The words of one page, said at `now`; the hospital calls in these hours of the day."""

    def __init__(self, now: dt.datetime, hours: tuple[int, int] = Known.hours) -> None:
        self._hours = hours
        self.now, self.today = now, hospital_today(now=now)
        self.sexes = {"M": pgettext("sex", "m"), "F": pgettext("sex", "f")}
        self.outcomes = {code: str(label) for code, label in Outcome.choices}
        self._roles = {code: str(label) for code, label in AssigneeRole.choices} | {"": _("unassigned")}
        self._mark, self._why = _("Mark %(name)s"), _("Why %(tier)s")
        self._before, self._after = reverse("followups:order", args=[_NOBODY]).split(str(_NOBODY))
        self._explained = reverse("followups:explain", args=[_NOBODY]).split(str(_NOBODY))

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

    def next(self, order: FollowUpOrder, tries: Tries, act: str, why: str) -> str:
        """What to do next: call as agreed, first call, another part of the day, what is due still, or the way out after
        three days. `act`, `why`: the next try as `again` says it.
        """
        if order.state == OrderState.RETURNED:
            return _("redo")
        if order.state == OrderState.SUBMITTED:
            return _("waits for review")
        if not order.is_working:
            return wording.MISSING
        if tries.waits and tries.waits.is_refused:
            return _("follow-up refused")
        if order.agreed_at:
            return _("call as agreed")
        if not order.attempts_count:
            return self._first_call(tries)
        if not act:
            return _("family number or lost")
        return _("%(what)s (%(why)s)") % {"what": act, "why": why} if why else act

    def again(self, order: FollowUpOrder, tries: Tries, following: NextTry | None) -> tuple[str, str]:
        """18–20时再试, and what speaks for it: 还差1次，上午、下午已试. Both empty where no next try is proposed."""
        if following is None:
            return "", ""
        parts = (self.tries_due(order, tries), try_words.tried(following))
        return try_words.act(following, self.today), pgettext("between facts", ", ").join(filter(None, parts))

    def next_try(self, order: FollowUpOrder, tries: Tries) -> NextTry | None:
        """When a person who was tried is to be tried next; None where there was no try, a time was agreed, tries are
        over, or the person refused.
        """
        if not is_tried_again(order) or (tries.waits and tries.waits.is_refused):
            return None
        if tries.days >= MAX_UNREACHED:
            return None
        later = tries.waits.on if tries.waits else None
        return next_try(
            tries.parts,
            self._hours,
            now=self.now,
            may_today=tries.may_today,
            tried_today=tries.parts_today,
            not_before=later,
        )

    def _first_call(self, tries: Tries) -> str:
        """At once, or from when on."""
        if tries.waits and tries.waits.on:
            return _("first call from %(day)s") % {"day": wording.day(tries.waits.on, self.today)}
        return _("first call") if tries.may_today else self._not_today()

    def _not_today(self) -> str:
        """The person was called today already, for another order."""
        return _("called today, first call from %(day)s") % {
            "day": wording.day(self.today + dt.timedelta(1), self.today)
        }

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
