"""What is to be done next for a unit: the earliest of an open contact, a contract that ends, and a deal that should
close.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, IntegerField, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from groups.domain.days import ENDING
from groups.models import Contract, GroupCustomer, GroupVisit, Opportunity

_CONTACT, _CONTRACT, _DEAL = range(3)
_WORDS = {_CONTRACT: _("the contract ends"), _DEAL: _("the deal should close")}


@dataclass(frozen=True, slots=True)
class NextStep:
    """Something that has its day. `kind`: what it is, in words; `title`: what it is about; `visit_id`: the contact
    whose result is to be written, where it is one.
    """

    on: dt.date
    kind: Any
    title: str
    visit_id: int | None = None


def next_step(unit: GroupCustomer, day: dt.date) -> NextStep | None:
    """The earliest; of one day the contact before the contract, and that before the deal. None where nothing waits."""
    visits = GroupVisit.objects.open().filter(group=unit)
    contracts = Contract.objects.filter(group=unit).ending(day, day + ENDING)
    deals = Opportunity.objects.open().filter(group=unit)
    parts = (
        _first(visits, _CONTACT, "planned_on", "purpose", "kind"),
        _first(contracts, _CONTRACT, "ends_on", "number", "kind"),
        _first(deals, _DEAL, "expected_on", "title", "kind"),
    )
    found = sorted(parts[0].union(*parts[1:], all=True))
    if not found:
        return None
    on, place, number, title, kind = found[0]
    if place == _CONTACT:
        return NextStep(on, dict(GroupVisit.Kind.choices)[kind], title, number)
    return NextStep(on, _WORDS[place], title)


def _first(rows: QuerySet, place: int, day: str, title: str, kind: str) -> QuerySet:
    where = Value(place, output_field=IntegerField())
    told = rows.order_by(day, "pk").annotate(place=where, number_of=Cast("pk", BigIntegerField()))
    return told.values_list(day, "place", "number_of", title, kind)[:1]
