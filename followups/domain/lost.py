"""When a person who was not reached may be given up as lost (失访), and how often one is to be tried at least.

Before "lost" stand rungs (PRODUCT §3), each done, missing, or not there to be climbed:
three days with calls that reached nobody, and one in each part of the day in which the hospital calls, as far as three
calls go: one made between those parts is one of the three;
then a call to a number of family that may be told; in tier A then a home visit or a letter.
Where no number of the person's own may be dialled (dead, somebody else's, none known), calls are not demanded. A call
to family counts for the family, except where only numbers of family are known: then those are the person's. Where the
order is a home visit, going there counts as calling does.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from accounts.calendar import today as hospital_today
from followups.domain import refusals
from followups.domain.calls import MAX_UNREACHED, call_lists, hours_in, tries_of, unreached_days_each
from followups.domain.day_parts import wanted_parts
from followups.models import NOT_REACHED, Attempt, Channel, FollowUpOrder, Tier
from followups.models.orders import FollowUpOrderQuerySet
from hospital_crm.tenancy.together import Few, read_together
from patients.domain.reach import contact_value
from patients.models import ContactPoint, Relation
from patients.models.querysets import held_on

_IN_PERSON = (Channel.VISIT, Channel.LETTER)
NUMBER = (
    "id",
    "patient_id",
    "system",
    "value",
    "owner_relation",
    "owner_id",
    "number_state",
    "valid_from",
    "valid_until",
)


class RungState(models.TextChoices):
    """Where a rung stands."""

    DONE = "done", pgettext_lazy("rung", "done")
    MISSING = "missing", pgettext_lazy("rung", "missing")
    ABSENT = "absent", pgettext_lazy("rung", "does not exist")


@dataclass(frozen=True)
class Rung:
    """One line of the list before "lost". `code`: days, a part of the day, family, in_person; `days`: when it was done;
    `why`: why it does not exist; `want`: what a refusal says is missing.
    """

    code: str
    title: str
    state: str
    days: tuple[dt.date, ...] = ()
    why: str = ""
    want: str = ""

    @property
    def words(self) -> str:
        """Its state in words."""
        return str(RungState(self.state).label)


@dataclass(frozen=True)
class FamilyNumber:
    """A number of somebody beside the person who may be told: a known number, or only written beside the relation."""

    value: str
    whose: str
    point: ContactPoint | None
    relation: Relation | None = None

    @property
    def may_be_dialled(self) -> bool:
        """Neither dead nor somebody else's."""
        return self.point is None or self.point.may_be_dialled


def lost_lists(order: FollowUpOrder, day: dt.date) -> dict[str, Few]:
    """What the rungs are read from: the tries, the hours, the numbers, and who may be told."""
    return call_lists(order, day) | number_lists(order, day)


def number_lists(order: FollowUpOrder, day: dt.date) -> dict[str, Few]:
    """The numbers of the person, and who may be told."""
    numbers = ContactPoint.objects.filter(held_on(day), patient_id=order.patient_id, system=ContactPoint.System.PHONE)
    told = Relation.objects.filter(held_on(day), patient_id=order.patient_id)
    told = told.exclude(may_be_told=Relation.MayBeTold.NOTHING).order_by("pk")
    return {
        "numbers": Few(numbers.order_by("rank", "id"), NUMBER),
        "family": Few(told, ["id", "kind", "phone", "related_id", "may_be_told"]),
    }


def family_numbers(numbers: Sequence[ContactPoint], told: Sequence[Relation]) -> list[FamilyNumber]:
    """The numbers of those who may be told: the person's contact points that are theirs by record, number or relation,
    then what is written beside a relation only. A number that is the person's own as well is the person's.
    """
    written = {value: one for one in told if (value := contact_value(ContactPoint.System.PHONE, one.phone))}
    kinds, records = {one.kind for one in told}, {one.related_id for one in told if one.related_id}
    theirs = [
        FamilyNumber(point.value, point.whose, point)
        for point in numbers
        if point.is_lent and (point.owner_relation in kinds or point.owner_id in records or point.value in written)
    ]
    known = {point.value for point in numbers}
    return theirs + [FamilyNumber(value, one.kind, None, one) for value, one in written.items() if value not in known]


def rungs_from(order: FollowUpOrder, read: Mapping[str, list[Any]]) -> list[Rung]:
    """The list before "lost", out of what `lost_lists` brought."""
    tries, numbers = read["tries"], read["numbers"]
    calls = _searches(order, tries)
    found = _call_rungs(calls, numbers, hours_in(read))
    found.append(_family_rung(tries, calls, numbers, family_numbers(numbers, read["family"])))
    if order.tier == Tier.A:
        found.append(_in_person_rung(tries))
    return found


def evidence_from(order: FollowUpOrder, tries: Sequence[Attempt]) -> list[Rung]:
    """What had been done for somebody who is lost: the tries alone, whatever numbers are known today."""
    calls, family = _searches(order, tries), [one for one in tries if one.to_family]
    found = [Rung("days", _("Calls on different days"), RungState.DONE, _days(calls))]
    for part in Attempt.DayPart:
        days = _days([one for one in calls if one.day_part == part])
        found.append(Rung(part, _part_title(part), RungState.DONE, days))
    found.append(Rung("family", _("Number of family"), RungState.DONE, _days(family)))
    found.append(_in_person_rung(tries))
    return [rung for rung in found if rung.days]


def missing_words(rungs: Sequence[Rung]) -> str:
    """What is missing, in one line; empty where nothing is."""
    return pgettext("between missing things", "; ").join(rung.want for rung in rungs if rung.state == RungState.MISSING)


def check(order: FollowUpOrder, *, evidence: str, now: dt.datetime) -> None:
    """Refuses "lost" while a rung is missing, saying which, and without the evidence in words."""
    missing = missing_words(rungs_from(order, read_together(**lost_lists(order, hospital_today(now=now)))))
    if missing:
        raise refusals.LostTooEarly(missing=missing)
    if not evidence.strip():
        raise refusals.EvidenceMissing


def _searches(order: FollowUpOrder, tries: Sequence[Attempt]) -> list[Attempt]:
    """The tries to reach the person: calls, and visits where the order is one."""
    visits = [one for one in tries if one.channel == Channel.VISIT and one.outcome in NOT_REACHED]
    return tries_of(tries) + (visits if order.channel == Channel.VISIT else [])


def _call_rungs(calls: Sequence[Attempt], numbers: Sequence[ContactPoint], hours: tuple[int, int]) -> list[Rung]:
    """So many days, and each part of the day; a part outside of the hospital's hours does not exist, nor one for which
    no call is left.
    """
    why, days, parts = _why_no_calls(numbers), _days(calls), wanted_parts(hours)
    left = MAX_UNREACHED - len(days)
    title = _("Calls on %(n)d different days") % {"n": MAX_UNREACHED}
    want = _("calls on %(n)d more days") % {"n": left}
    found = [_rung("days", title, () if left > 0 else days, why=why, want=want, so_far=days)]
    why = why or ("" if left > 0 else _("the calls of three days are made"))
    for part in (Attempt.DayPart.MORNING, Attempt.DayPart.AFTERNOON, Attempt.DayPart.EVENING):
        done = _days([one for one in calls if one.day_part == part])
        reason = why or ("" if part in parts else _("not among the hospital's hours of calls"))
        words = _("a call at %(part)s") % {"part": part.label}
        found.append(_rung(part, _part_title(part), done, why=reason, want=words))
    return found


def _why_no_calls(numbers: Sequence[ContactPoint]) -> str:
    """Why calls are not demanded; empty where they are."""
    if not numbers:
        return _("no number known")
    own = [point for point in numbers if not point.is_lent]
    if any(point.may_be_dialled for point in own or numbers):
        return ""
    return _("no number left that may be dialled")


def _family_rung(
    tries: Sequence[Attempt],
    calls: Sequence[Attempt],
    numbers: Sequence[ContactPoint],
    family: Sequence[FamilyNumber],
) -> Rung:
    """A call to one of those who may be told; where only numbers of family are known, the calls went there."""
    theirs = {one.point.pk for one in family if one.point}
    has_own = any(not point.is_lent for point in numbers)
    called = [one for one in tries if one.to_family and (not theirs or one.contact_point_id in (None, *theirs))]
    done = _days(called if has_own else [*called, *calls])
    why = "" if any(one.may_be_dialled for one in family) else _("nobody with a number who may be told")
    return _rung("family", _("Number of family"), done, why=why, want=_("a call to the number of family"))


def _in_person_rung(tries: Sequence[Attempt]) -> Rung:
    done = _days([one for one in tries if one.channel in _IN_PERSON])
    return _rung("in_person", _("Home visit or letter"), done, why="", want=_("a home visit or a letter"))


def _rung(
    code: str, title: str, done: tuple[dt.date, ...], *, why: str, want: str, so_far: tuple[dt.date, ...] = ()
) -> Rung:
    if done:
        return Rung(code, title, RungState.DONE, done)
    return Rung(code, title, RungState.ABSENT if why else RungState.MISSING, so_far, why, want)


def _part_title(part: Attempt.DayPart) -> str:
    return _("A call at %(part)s") % {"part": part.label}


def _days(tries: Sequence[Attempt]) -> tuple[dt.date, ...]:
    return tuple(sorted({one.on for one in tries}))


def least_demanded() -> Case:
    """On how many days the person of each order of a list is to be called before the window closes, as a column.

    What the step demands; nought for who was reached, for a home visit, and where calls are not demanded. Lost comes
    after three days, so never before them; every other result that does not reach the person leaves the order open.
    """
    numbers = ContactPoint.objects.filter(patient=OuterRef("patient"), system=ContactPoint.System.PHONE)
    numbers = numbers.filter(held_on(hospital_today()))
    own = numbers.not_lent()
    may_be_called = Exists(own.usable()) | (~Exists(own) & Exists(numbers.usable()))
    return Case(
        When(Q(reached_at__isnull=False) | Q(channel=Channel.VISIT), then=Value(0)),
        When(may_be_called, then=F("step__least_attempts")),
        default=Value(0),
        output_field=IntegerField(),
    )


def demanded_of(orders: Sequence[FollowUpOrder], numbers: Iterable[ContactPoint]) -> dict[int, int]:
    """What `least_demanded` answers, by the id of each order, of rows at hand.

    orders: with `least_attempts` of their step; numbers: every telephone number that the people hold today.
    """
    held: dict[int, list[ContactPoint]] = {}
    for point in numbers:
        held.setdefault(point.patient_id, []).append(point)
    return {order.pk: _demanded(order, held.get(order.patient_id, [])) for order in orders}


def _demanded(order: Any, numbers: Sequence[ContactPoint]) -> int:
    is_asked = order.reached_at is None and order.channel != Channel.VISIT
    return order.least_attempts if is_asked and not _why_no_calls(numbers) else 0


def tried_too_little(orders: FollowUpOrderQuerySet) -> FollowUpOrderQuerySet:
    """Those of the orders whose people were called on fewer days than demanded."""
    counted = orders.alias(days_tried=unreached_days_each(), days_demanded=least_demanded())
    return counted.filter(days_tried__lt=F("days_demanded"))
