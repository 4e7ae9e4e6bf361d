"""What makes a sent result worth a second look before it is filed: said to the reviewer and to the head, decided by
people.
"""

from typing import Any

from django.db.models import BooleanField, Case, Count, Exists, OuterRef, Q, Value, When, Window
from django.utils.translation import gettext_lazy as _

from followups.domain.figures import Period
from followups.models import Dissatisfaction, FollowUpOrder, NextStep, OrderState, Outcome, Review
from followups.models.orders import FollowUpOrderQuerySet

_DONE = (OrderState.SUBMITTED, OrderState.FILED)
_COMPLETED = [Outcome.COMPLETED, Outcome.COMPLETED_FAMILY]
# Words that a note of a person in trouble holds; the caller should then have marked the red flag.
ALARMING = (
    "渗液",
    "渗血",
    "出血",
    "便血",
    "化脓",
    "红肿",
    "发热",
    "高热",
    "胸痛",
    "呼吸困难",
    "晕倒",
    "抽搐",
)
# "没有发热" is good news: a denial right before the word takes the alarm away.
_WORDS = "|".join(ALARMING)
_ALARM = rf"(?<![无没不未])(?<!没有)(?<!未见)(?<!否认)({_WORDS})"

EMPTY_NOTE = Q(last_outcome__in=_COMPLETED, note="")
# Looking back at denials costs five times as much as looking for the words, which few notes hold: first the words.
UNMARKED = Q(has_finding=False) & Q(note__regex=_WORDS) & Q(note__regex=_ALARM)
NO_NEXT_STEP = Q(has_finding=True, next_step__in=["", NextStep.NONE])


def _unhandled() -> Q:
    return Q(has_dissatisfaction=True) & Q(
        Exists(Dissatisfaction.objects.filter(order=OuterRef("pk"), handling="", state=Dissatisfaction.State.OPEN))
    )


def any_hint() -> Q:
    """Orders that show at least one hint."""
    return EMPTY_NOTE | UNMARKED | NO_NEXT_STEP | _unhandled()


WORDS: dict[str, Any] = {
    "hint_empty": _("completed, note empty"),
    "hint_unmarked": _("abnormal in the note, no red flag"),
    "hint_no_step": _("red flag without a next step"),
    "hint_unhandled": _("not content, no handling"),
}


def with_hints(orders: FollowUpOrderQuerySet) -> FollowUpOrderQuerySet:
    """The orders with one yes-or-no column per hint; `words_of` reads them."""
    return orders.annotate(
        hint_empty=_yes(EMPTY_NOTE),
        hint_unmarked=_yes(UNMARKED),
        hint_no_step=_yes(NO_NEXT_STEP),
        hint_unhandled=_yes(_unhandled()),
    )


def with_total(orders: FollowUpOrderQuerySet) -> FollowUpOrderQuerySet:
    """The orders with how many they are in all, as `total`, for those who show the first only."""
    return orders.annotate(total=Window(Count("pk")))


def _yes(condition: Q) -> Any:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def words_of(order: FollowUpOrder) -> list[str]:
    """The hints of an order read by `with_hints`, in words."""
    return [str(words) for name, words in WORDS.items() if getattr(order, name, False)]


def flawed(period: Period, orders: FollowUpOrderQuerySet) -> FollowUpOrderQuerySet:
    """Results sent in steps due in the period that show a hint and that no head has looked at."""
    seen = Review.objects.filter(order=OuterRef("pk"), kind=Review.Kind.SUPERVISION)
    sent = orders.filter(due_on__gte=period.first, due_on__lte=period.last, state__in=_DONE)
    return sent.filter(any_hint()).exclude(Exists(seen))
