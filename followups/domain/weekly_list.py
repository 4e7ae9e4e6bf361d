"""The weekly list of late orders (PRODUCT §3 "late", tier C): one notice per recipient and week with their number,
which opens the dispatch board on exactly these.

The week's list is that of Monday. Where no job ran on Monday, the first run later in the week tells it, and only of
those late on Monday already: what turns late after Monday waits for the next one. It comes again every week in which
anything is late. The number is that of the moment, as the list then shows.
"""

import datetime as dt
from collections.abc import Iterable, Mapping

from accounts import audit
from accounts.calendar import today
from accounts.models import StaffMember
from followups.domain import figures
from followups.domain.heads import headed
from followups.models import EscalationRule, FollowUpOrder, Protocol
from messaging.domain.outbox import Notice, enqueue_all
from messaging.models import Message
from messaging.recipients import ToStaff

# Whose late orders somebody is told of: those of these departments, None: of the hospital.
Reach = frozenset[int] | None
_Recipient = EscalationRule.Recipient


def tell_weekly(*, now: dt.datetime) -> int:
    """Tells the lists of the week of the hospital in scope to whoever was not told yet; answers how many notices.

    A list is made of the tiers that a published protocol has in one. However often this runs, nobody is told twice in
    a week.
    """
    rules = EscalationRule.objects.filter(is_weekly_list=True, protocol__state=Protocol.State.PUBLISHED)
    wanted: dict[str, set[str]] = {}
    for tier, recipients in rules.order_by("tier").values_list("tier", "recipients"):
        wanted.setdefault(tier, set()).update(recipients)
    return sum(_tell(tier, _people(roles), now) for tier, roles in wanted.items())


def _people(roles: set[str]) -> dict[int, Reach]:
    """Who is told and of which departments: heads of their own, managers of the service centre of all."""
    active = StaffMember.objects.active()
    found: dict[int, Reach] = {}
    if _Recipient.DEPARTMENT_HEAD in roles:
        own: dict[int, set[int]] = {}
        links = headed().filter(staff__in=active.values("pk"))
        for staff_id, department_id in links.values_list("staff_id", "department_id"):
            own.setdefault(staff_id, set()).add(department_id)
        found |= {staff_id: frozenset(departments) for staff_id, departments in own.items()}
    if _Recipient.CENTRE in roles:
        found |= dict.fromkeys(active.holding(_Recipient.CENTRE).values_list("pk", flat=True))
    return found


def _tell(tier: str, people: Mapping[int, Reach], now: dt.datetime) -> int:
    day = today(now=now)
    monday = day - dt.timedelta(days=day.weekday())
    waiting = _not_told({staff_id: f"followups.late_list:{tier}:{monday}:{staff_id}" for staff_id in people})
    if not waiting:
        return 0
    orders = FollowUpOrder.objects.filter(tier=tier)
    late_on_monday = figures.late_by("department_id", monday, orders)
    if not late_on_monday:
        return 0
    late = figures.late_by("department_id", day, orders)
    notices = [
        _notice(tier, staff_id, key, _within(late, people[staff_id]))
        for staff_id, key in sorted(waiting.items())
        if _within(late_on_monday, people[staff_id])
    ]
    told = enqueue_all(notices, now=now)
    if told:
        audit.record("followups.late_list.tell", tier=tier, notices=told)
    return told


def _not_told(keys: Mapping[int, str]) -> dict[int, str]:
    """The keys of the messages that are not there yet."""
    known = set(Message.objects.filter(key__in=keys.values()).values_list("key", flat=True))
    return {staff_id: key for staff_id, key in keys.items() if key not in known}


def _within(late: Mapping[int | None, int], reach: Reach) -> int:
    """How many of them lie within somebody's reach."""
    chosen: Iterable[int | None] = late if reach is None else reach
    return sum(late.get(department, 0) for department in chosen)


def _notice(tier: str, staff_id: int, key: str, count: int) -> Notice:
    return Notice(
        purpose="followups.late",
        recipient=ToStaff(staff_id),
        channel="bell",
        template="followups.late_list",
        context={"tier": tier, "count": count},
        link=("followups:dispatch", f"?tier={tier}&list=late"),
        key=key,
    )
