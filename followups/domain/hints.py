"""What makes a sent result worth a second look before it is filed: said to the reviewer and to the head, decided by
people.
"""

from typing import Any

from django.db.models import BooleanField, Case, Count, Exists, OuterRef, Q, Value, When, Window
from django.utils.translation import gettext_lazy as _

from followups.domain.figures import Period
from followups.models import Dissatisfaction, FollowUpOrder, OrderState, Review
from followups.models.doubts import EMPTY_NOTE, NO_NEXT_STEP, UNMARKED
from followups.models.orders import FollowUpOrderQuerySet

_DONE = (OrderState.SUBMITTED, OrderState.FILED)


def _unhandled() -> Q:
    return Q(has_dissatisfaction=True) & Q(
        Exists(Dissatisfaction.objects.filter(order=OuterRef("pk"), handling="", state=Dissatisfaction.State.OPEN))
    )


def any_hint() -> Q:
    """Orders that show at least one hint; what their own row shows stands in `is_doubtful`."""
    return Q(is_doubtful=True) | _unhandled()


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
