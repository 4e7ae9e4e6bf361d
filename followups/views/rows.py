"""One row of a list of orders, as it is read: masked name, age, diagnosis where the reader may see it, last result,
what comes next.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.actors import Actor
from accounts.calendar import today as hospital_today
from followups.domain.calls import MAX_UNREACHED
from followups.models import Attempt, FollowUpOrder, OrderState
from followups.models.orders import FollowUpOrderQuerySet
from hospital_crm.shell import wording
from patients.domain.masking import mask_name, mask_phone

_PARTS = [Attempt.DayPart.MORNING, Attempt.DayPart.AFTERNOON, Attempt.DayPart.EVENING]


@dataclass
class Row:
    """An order as one line of a list."""

    order: FollowUpOrder
    name: str
    sex: str
    age: int | None
    phone: str
    diagnosis: str
    step: str
    department: str
    attending: str
    assignee: str
    last: str
    next: str
    agreed: str
    covers: str = ""
    problem: str = ""
    reminded: str = ""
    allowed: int = MAX_UNREACHED

    @property
    def is_returned(self) -> bool:
        """The centre or the head sent the result back."""
        return self.order.state == OrderState.RETURNED

    @property
    def may_be_called(self) -> bool:
        """The person may be contacted, and the order still wants a call."""
        return self.order.is_working and self.order.patient.may_be_contacted


@dataclass(frozen=True)
class Group:
    """Rows under one heading. `count` is how many there are in all, where more than the rows shown."""

    key: str
    label: str
    rows: list[Row]
    is_late: bool = False
    total: int | None = None

    @property
    def count(self) -> int:
        """How many."""
        return len(self.rows) if self.total is None else self.total


def for_rows(orders: FollowUpOrderQuerySet) -> FollowUpOrderQuerySet:
    """The orders with everything a row shows, in one query."""
    return orders.select_related(
        "patient", "step", "department", "ward", "attending", "assignee", "submitted_by", "run__encounter"
    ).defer("note", "draft")


def row_of(order: FollowUpOrder, *, actor: Actor, now: dt.datetime, clinical: bool | None = None) -> Row:
    """One order as a row. The diagnosis is shown to clinical roles and, with `clinical`, to whoever holds the order."""
    patient = order.patient
    shows = actor.can("patients.clinical") if clinical is None else clinical
    return Row(
        order=order,
        name=mask_name(patient.name),
        sex=sex_words(patient.sex),
        age=patient.age_on(hospital_today(now=now)),
        phone=mask_phone(patient.phone),
        diagnosis=diagnosis_of(order) if shows else "",
        step=step_words(order),
        department=order.department.name if order.department else "",
        attending=order.attending.name if order.attending else "",
        assignee=assignee_words(order),
        last=last_words(order, now),
        next=next_words(order),
        agreed=agreed_words(order, now),
        covers=_covered_name(order, actor),
    )


def rows_of(
    orders: Iterable[FollowUpOrder], *, actor: Actor, now: dt.datetime, clinical: bool | None = None
) -> list[Row]:
    """Orders as rows."""
    return [row_of(order, actor=actor, now=now, clinical=clinical) for order in orders]


def grouped(rows: list[Row], key_of: Callable[[Row], tuple[str, str, bool]]) -> list[Group]:
    """Rows under the headings that `key_of` answers (key, label, whether late), in the order in which they come."""
    groups: dict[str, Group] = {}
    for row in rows:
        key, label, is_late = key_of(row)
        groups.setdefault(key, Group(key, label, [], is_late)).rows.append(row)
    return list(groups.values())


def closing_group(row: Row, today: dt.date) -> tuple[str, str, bool]:
    """The heading of the workbench: past the latest day, closes today, closes tomorrow, later."""
    latest = row.order.latest_on
    if latest < today:
        return "late", _("Past the latest day"), True
    if latest == today:
        return "today", _("Closes today"), False
    if latest == today + dt.timedelta(days=1):
        return "tomorrow", _("Closes on %(day)s") % {"day": wording.day(latest, today)}, False
    following = today + dt.timedelta(days=2)
    return "later", _("From %(day)s on") % {"day": wording.day(following, today)}, False


def sex_words(sex: str) -> str:
    """男, 女, or nothing."""
    return {"M": pgettext("sex", "m"), "F": pgettext("sex", "f")}.get(sex, "")


def diagnosis_of(order: FollowUpOrder) -> str:
    """The diagnosis of the stay, else the last one known."""
    encounter = order.run.encounter
    return (encounter.diagnosis_text if encounter else "") or order.patient.last_diagnosis_text


def step_words(order: FollowUpOrder) -> str:
    """第2步; later occurrences of a repeating step say which."""
    if order.occurrence > 1:
        return _("step %(number)s, time %(n)s") % {"number": order.step.number, "n": order.occurrence}
    return _("step %(number)s") % {"number": order.step.number}


def assignee_words(order: FollowUpOrder) -> str:
    """Who has to do it: a person, the centre's pool, or nobody yet."""
    if order.assignee:
        return order.assignee.name
    return order.get_assignee_role_display() if order.assignee_role else _("unassigned")


def last_words(order: FollowUpOrder, now: dt.datetime) -> str:
    """无人接听 11-19 19:05, or a dash."""
    if not order.last_attempt_at:
        return wording.MISSING
    outcome = order.get_last_outcome_display() if order.last_outcome else _("called")
    return f"{outcome} {wording.moment(order.last_attempt_at, now)}"


def agreed_words(order: FollowUpOrder, now: dt.datetime) -> str:
    """约10:50 on the day itself, else with the day; nothing without an agreed time or once the order has left the
    caller's hands.
    """
    if order.agreed_at is None or not order.is_working:
        return ""
    at = wording.local(order.agreed_at)
    if at.date() != wording.local(now).date():
        return _("agreed %(at)s") % {"at": wording.moment(order.agreed_at, now)}
    return _("agreed %(at)s") % {"at": f"{at:%H:%M}"}


def next_words(order: FollowUpOrder) -> str:
    """What to do next: call as agreed, first call, another part of the day, or the way out after three attempts."""
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
    if order.attempts_count >= MAX_UNREACHED:
        return _("family number or lost")
    part = _next_part(order)
    return _("attempt %(n)s, %(part)s") % {"n": order.attempts_count + 1, "part": Attempt.DayPart(part).label}


def _next_part(order: FollowUpOrder) -> str:
    """The part of the day after the one last tried."""
    hour = wording.local(order.last_attempt_at).hour if order.last_attempt_at else 0
    tried = 0 if hour < 13 else 1 if hour < 18 else 2
    return _PARTS[(tried + 1) % len(_PARTS)]


def _covered_name(order: FollowUpOrder, actor: Actor) -> str:
    """The colleague this order belongs to, when the reader covers."""
    other: Any = order.assignee
    return other.name if other and other.pk != actor.staff.pk else ""
