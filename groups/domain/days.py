"""The day of a liaison: visits and steps that are due, contracts that end, deals that should close."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q, QuerySet, Sum

from accounts.actors import Actor
from groups.models import Contract, GroupVisit, Opportunity
from hospital_crm.tenancy.counts import capped_counts
from hospital_crm.tenancy.keyset import Key, Page, page_of
from hospital_crm.tenancy.prepared_rows import PreparedRows

AHEAD = dt.timedelta(days=7)
ENDING = dt.timedelta(days=90)
SHOWN = 40
BESIDE = 20
BY_PLANNED = Key("planned_on", dt.date.fromisoformat, ascending=True)
_LISTED = PreparedRows(lambda: GroupVisit.objects.select_related("group", "contact"))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many contacts are late, of today and of the next seven days, contracts that end and deals that should close,
    each up to 1,001.
    """

    late: int
    due: int
    coming: int
    contracts: int
    deals: int


@dataclass(slots=True)
class Day:
    """What waits, in the order of its days: a page of the contacts up to the next seven days; the first contracts that
    end within ninety days; the first deals that should close by then or should have, and what all of these should bring
    in yuan by the step each is in.
    """

    page: Page[GroupVisit]
    contracts: list[Contract]
    deals: list[Opportunity]
    counts: Counts
    weighted: Decimal


def own_visits(actor: Actor) -> QuerySet[GroupVisit]:
    """The open contacts that are the actor's to make; the centre's managers also have those of nobody."""
    mine = Q(staff_id=actor.staff.pk)
    if actor.sees == "all":
        mine |= Q(staff__isnull=True)
    return GroupVisit.objects.open().filter(mine)


def day_of(actor: Actor, day: dt.date, *, after: str = "", before: str = "") -> Day:
    """What waits for a liaison on that day; of whoever sees all units, the contracts of all of them."""
    visits = own_visits(actor).filter(planned_on__lte=day + AHEAD)
    contracts = Contract.objects.visible_to(actor).ending(day, day + ENDING)
    deals = Opportunity.objects.visible_to(actor).open().filter(expected_on__lte=day + ENDING)
    parts = [visits.filter(planned_on__lt=day), visits.filter(planned_on=day), visits.filter(planned_on__gt=day)]
    return Day(
        page=page_of(visits, BY_PLANNED, fetch=_LISTED, after=after, before=before, size=SHOWN),
        contracts=list(contracts.select_related("group").order_by("ends_on", "id")[:BESIDE]),
        deals=list(deals.select_related("group").order_by("expected_on", "id")[:BESIDE]),
        counts=Counts(*capped_counts(*parts, contracts, deals)),
        weighted=(deals.aggregate(sum=Sum(F("amount") * F("step")))["sum"] or Decimal(0)) / 100,
    )


def due_visits(actor: Actor, day: dt.date) -> QuerySet[GroupVisit]:
    """The contacts that are late or due: the number beside the entry of the navigation."""
    return own_visits(actor).filter(planned_on__lte=day)
