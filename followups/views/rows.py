"""One row of a list of orders, as it is read: masked name, age, diagnosis where the reader may see it, last result,
what comes next.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.calendar import today as hospital_today
from followups.domain.calls import MAX_UNREACHED
from followups.domain.day_parts import NextTry
from followups.domain.tries import Known, Tries, is_tried_again, known_of_orders, tries_of_orders
from followups.domain.worklists import BY_AGREED_TIME, BY_DUE_DAY
from followups.models import Channel, FollowUpOrder, OrderState
from followups.models.orders import FollowUpOrderQuerySet
from followups.views.row_words import RowWords
from followups.views.ways import Way, way_of
from hospital_crm.shell import wording
from hospital_crm.tenancy.keyset import Key
from hospital_crm.tenancy.prepared_rows import PreparedRows
from patients.domain.masking import mask_name, mask_phone


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
    outcome: str
    last: str
    next: str
    agreed: str
    url: str
    explain_url: str
    mark: str
    why: str
    tries: Tries
    way: Way
    tries_due: str = ""
    again: NextTry | None = None
    again_act: str = ""
    again_why: str = ""
    covers: str = ""
    problem: str = ""
    reminded: str = ""
    score_url: str = ""

    @property
    def unreached(self) -> str:
        """2/3天: on how many days nobody was reached, of those allowed; whoever is reached counts for none."""
        return _("%(days)s/%(most)s days") % {"days": self.tries.days, "most": MAX_UNREACHED}

    @property
    def sex_and_age(self) -> str:
        """男 56, or what is known of it."""
        return f"{self.sex} {'' if self.age is None else self.age}"

    @property
    def is_returned(self) -> bool:
        """The centre or the head sent the result back."""
        return self.order.state == OrderState.RETURNED

    @property
    def is_visit(self) -> bool:
        """Somebody goes there instead of calling."""
        return self.order.channel == Channel.VISIT

    @property
    def act(self) -> str:
        """What the button of the row does: 登门访问张*三."""
        return self.way.act % {"name": self.name}

    @property
    def was_tried(self) -> bool:
        """Somebody tried, and what comes next is neither agreed nor a result to be redone."""
        return is_tried_again(self.order)

    @property
    def is_best_now(self) -> bool:
        """The person was tried, and at this moment in no part of the day in which that was."""
        return self.again is not None and self.again.is_now

    @property
    def may_be_called(self) -> bool:
        """The person may be contacted at this time, as far as refusals, days without contact and the budget say, and
        the order still wants a call.
        """
        return self.order.is_working and self.order.may_be_called and self.tries.waits is None


@dataclass(frozen=True)
class Group:
    """Rows under one heading. `count` is how many there are in all, where more than the rows shown; `rest_url` leads to
    the list of them.
    """

    key: str
    label: str
    rows: list[Row]
    is_late: bool = False
    total: int | None = None
    rest_url: str = ""

    @property
    def count(self) -> int:
        """How many."""
        return len(self.rows) if self.total is None else self.total


# What a row shows; a page reads nothing else of an order, and nothing more for a row once it has it.
_SHOWN = (
    "public_id",
    "tier",
    "state",
    "earliest_on",
    "due_on",
    "latest_on",
    "occurrence",
    "is_duty_list",
    "attempts_count",
    "last_outcome",
    "last_attempt_at",
    "reached_at",
    "agreed_at",
    "assignee_id",
    "submitted_by_id",
    "assignee_role",
    "submitted_at",
    "channel",
    "late_reason",
    "has_finding",
    "finding_at",
    "has_dissatisfaction",
    "patient__name",
    "patient__sex",
    "patient__birth_date",
    "patient__phone",
    "patient__contact_state",
    "patient__last_diagnosis_text",
)
# Of everything else a row shows one word: read as a column of the order, without an object around it.
_NAMES = {
    "step_number": F("step__number"),
    "step_kind": F("step__kind"),
    "department_name": F("department__name"),
    "attending_name": F("attending__name"),
    "assignee_name": F("assignee__name"),
    "submitted_by_name": F("submitted_by__name"),
    "stay_diagnosis": F("run__encounter__diagnosis_text"),
    "least_attempts": F("step__least_attempts"),
    "step_condition": F("step__condition"),
}


def for_rows(orders: FollowUpOrderQuerySet) -> FollowUpOrderQuerySet:
    """The orders with all that a row shows and no more, in one query."""
    return orders.select_related("patient").only(*_SHOWN).annotate(**_NAMES)


def whole(orders: FollowUpOrderQuerySet) -> FollowUpOrderQuerySet:
    """The orders with all their columns and what they refer to, for the pages of one; good for a row too."""
    return orders.select_related(
        "patient", "step", "department", "attending", "assignee", "submitted_by", "run__encounter"
    ).annotate(**_NAMES)


LISTED = PreparedRows(lambda: for_rows(FollowUpOrder.objects.all()))
WHOLE = PreparedRows(lambda: whole(FollowUpOrder.objects.all()))


def rows_of(
    orders: Iterable[FollowUpOrder],
    *,
    actor: Actor,
    now: dt.datetime,
    clinical: bool | None = None,
    known: Known | None = None,
    shows_tries: bool = True,
) -> list[Row]:
    """Orders as rows. The diagnosis is shown to clinical roles and, with `clinical`, to whoever holds the order.

    known: what the page has read around its one order; shows_tries: whether the page tells how often people were tried.
    """
    shows = actor.can("patients.clinical") if clinical is None else clinical
    listed, today = list(orders), hospital_today(now=now)
    if known is None:
        known = known_of_orders(listed, today=today) if shows_tries else Known()
    reading = _Reading(actor, now, today, shows, RowWords(now, known.hours))
    tries = tries_of_orders(listed, known, now=now)
    return [_row(order, tries[order.pk], reading) for order in listed]


def row_of(order: FollowUpOrder, *, actor: Actor, now: dt.datetime, **more: Any) -> Row:
    """One order as a row; `more` as for `rows_of`."""
    return rows_of([order], actor=actor, now=now, **more)[0]


@dataclass(frozen=True)
class _Reading:
    """Who reads a page of rows, when, and in which words."""

    actor: Actor
    now: dt.datetime
    today: dt.date
    shows_diagnosis: bool
    words: RowWords


def _row(order: FollowUpOrder, tries: Tries, reading: _Reading) -> Row:
    patient, words = order.patient, reading.words
    again = words.next_try(order, tries)
    act, why = words.again(order, tries, again)
    name = mask_name(patient.name)
    return Row(
        order=order,
        url=words.url(order),
        explain_url=words.explain_url(order),
        name=name,
        sex=words.sexes.get(patient.sex, ""),
        age=patient.age_on(reading.today),
        phone=mask_phone(patient.phone),
        diagnosis=diagnosis_of(order) if reading.shows_diagnosis else "",
        step=step_words(order.step_number, order.occurrence),
        department=order.department_name or "",
        attending=order.attending_name or "",
        assignee=words.assignee(order),
        outcome=words.outcomes.get(order.last_outcome, ""),
        last=words.last(order),
        next=words.next(order, tries, act, why),
        agreed=words.agreed(order),
        tries=tries,
        way=way_of(order.channel, order.step_kind),
        tries_due=words.tries_due(order, tries),
        again=again,
        again_act=act,
        again_why=why,
        covers=_covered_name(order, reading.actor),
        mark=words.mark(name),
        why=words.why(order),
    )


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


def group_of(row: Row, key: Key, today: dt.date) -> tuple[str, str, bool]:
    """The heading of a row in a list of this order: the day it is due, the day agreed, else when the window closes."""
    if key == BY_DUE_DAY:
        day = row.order.due_on
        return day.isoformat(), _("Due on %(day)s") % {"day": wording.day(day, today)}, False
    if key == BY_AGREED_TIME:
        day = wording.local(row.order.agreed_at).date()
        return day.isoformat(), _("Agreed for %(day)s") % {"day": wording.day(day, today)}, False
    return closing_group(row, today)


def diagnosis_of(order: FollowUpOrder) -> str:
    """The diagnosis of the stay, else the last one known."""
    return order.stay_diagnosis or order.patient.last_diagnosis_text


def step_words(number: int, occurrence: int) -> str:
    """第2步; later occurrences of a repeating step say which."""
    if occurrence > 1:
        return _("step %(number)s, time %(n)s") % {"number": number, "n": occurrence}
    return _("step %(number)s") % {"number": number}


def _covered_name(order: FollowUpOrder, actor: Actor) -> str:
    """The colleague this order belongs to, when the reader covers."""
    return order.assignee_name if order.assignee_id not in (None, actor.staff.pk) else ""
