"""The steps a department's board shows beside its figures, read in few statements."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from accounts.models import Department
from followups.domain import figures, hints, samples
from followups.models import FollowUpOrder, Reminder, Review
from followups.models.orders import FollowUpOrderQuerySet
from followups.views.rows import LISTED
from hospital_crm.tenancy.together import Few, read_together

SHOWN = 30


@dataclass(frozen=True)
class BoardRows:
    """Results with a flaw and the words for it, what is late with the reminders sent, how many of it were tried too
    little, and the month's sample.
    """

    flawed: list[FollowUpOrder]
    flawed_count: int
    problems: dict[int, list[str]]
    late: list[FollowUpOrder]
    reminded: dict[int, list[dt.datetime]]
    drawn: list[Review]
    sampled: list[FollowUpOrder]
    completed: int
    too_few: int


def read_board(department: Department, period: figures.Period, today: dt.date) -> BoardRows:
    """The first steps of each list, those of the sample all, and how many results the month has."""
    orders, month = FollowUpOrder.objects.filter(department=department), today.replace(day=1)
    flawed = hints.with_hints(hints.with_total(hints.flawed(period, orders)))
    late = figures.late_now(today, orders).order_by("latest_on", "pk")[:SHOWN]
    sample = samples.to_look_at(month).filter(order__department=department)
    beside = read_together(
        hinted=Few(flawed.order_by("-due_on", "pk")[:SHOWN], ["id", "total", *hints.WORDS]),
        late=Few(late, ["id"]),
        reminders=Few(Reminder.objects.filter(order__in=late.values("pk")).order_by("at"), ["order_id", "at"]),
        drawn=Few(sample.order_by("verdict", "pk"), ["id", "order_id", "verdict", "score"]),
        too_few=Few(_counted(figures.too_few_tries(today, orders)), ["n"]),
        completed=Few(samples.completed_in(month, department).values("department_id").annotate(n=Count("pk")), ["n"]),
    )
    hinted, drawn = beside["hinted"], beside["drawn"]
    late_ids = [order.pk for order in beside["late"]]
    wanted = {order.pk for order in hinted} | set(late_ids) | {review.order_id for review in drawn}
    read = LISTED.in_bulk(sorted(wanted))
    reminded: dict[int, list[dt.datetime]] = {}
    for reminder in beside["reminders"]:
        reminded.setdefault(reminder.order_id, []).append(reminder.at)
    return BoardRows(
        flawed=[read[order.pk] for order in hinted],
        flawed_count=hinted[0].total if hinted else 0,
        problems={order.pk: hints.words_of(order) for order in hinted},
        late=[read[pk] for pk in late_ids],
        reminded=reminded,
        drawn=drawn,
        sampled=[read[review.order_id] for review in drawn],
        completed=sum(each.n for each in beside["completed"]),
        too_few=sum(each.n for each in beside["too_few"]),
    )


def _counted(orders: FollowUpOrderQuerySet) -> QuerySet:
    return orders.order_by().values("department_id").annotate(n=Count("pk"))
