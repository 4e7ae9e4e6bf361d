"""The day of a liaison: visits and steps that are due, contracts that end, deals that should close."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from accounts.actors import Actor
from groups.models import Contract, GroupVisit, Opportunity

AHEAD = dt.timedelta(days=7)
ENDING = dt.timedelta(days=90)
SHOWN = 50


@dataclass(slots=True)
class Day:
    """What waits, in the order of its days: contacts late, of today and of the next seven days; contracts that end
    within ninety days; deals that should close by then or should have.
    """

    late: list[GroupVisit]
    due: list[GroupVisit]
    coming: list[GroupVisit]
    contracts: list[Contract]
    deals: list[Opportunity]

    @property
    def count(self) -> int:
        """How many contacts are late or due."""
        return len(self.late) + len(self.due)


def own_visits(actor: Actor) -> QuerySet[GroupVisit]:
    """The open contacts that are the actor's to make; the centre's managers also have those of nobody."""
    mine = Q(staff_id=actor.staff.pk)
    if actor.sees == "all":
        mine |= Q(staff__isnull=True)
    return GroupVisit.objects.open().filter(mine)


def day_of(actor: Actor, day: dt.date) -> Day:
    """What waits for a liaison on that day; of whoever sees all units, the contracts of all of them."""
    visits = own_visits(actor).filter(planned_on__lte=day + AHEAD).order_by("planned_on", "id")
    found = list(visits.select_related("group", "contact", "follows", "renews")[: 3 * SHOWN])
    contracts = Contract.objects.visible_to(actor).ending(day, day + ENDING)
    deals = Opportunity.objects.visible_to(actor).open().filter(expected_on__lte=day + ENDING)
    return Day(
        late=[visit for visit in found if visit.planned_on < day],
        due=[visit for visit in found if visit.planned_on == day],
        coming=[visit for visit in found if visit.planned_on > day],
        contracts=list(contracts.select_related("group").order_by("ends_on", "id")[:SHOWN]),
        deals=list(deals.select_related("group").order_by(F("expected_on"), "id")[:SHOWN]),
    )


def due_visits(actor: Actor, day: dt.date) -> QuerySet[GroupVisit]:
    """The contacts that are late or due: the number beside the entry of the navigation."""
    return own_visits(actor).filter(planned_on__lte=day)
