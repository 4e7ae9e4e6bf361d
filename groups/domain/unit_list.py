"""The list of units as saved views, chosen columns and exports know it.

Units are firms and institutions: their values are not masked, and an export of them names no person.
"""

from collections.abc import Callable, Sequence

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.calendar import today
from accounts.lists import Column, RegisteredList
from groups.domain.lists import UnitList
from groups.models import GroupCustomer

COLUMNS = (
    Column("name", _("Unit"), width=28),
    Column("status", _("State of cooperation")),
    Column("region", _("Region")),
    Column("business", _("Line of business")),
    Column("relation", _("Relationship")),
    Column("staff", _("Number of staff"), width=10),
    Column("members", _("Members"), width=10),
    Column("owner", _("Liaison")),
    Column("value", _("Worth"), is_shown=False),
    Column("address", _("Address"), is_shown=False, width=32),
    Column("phone", _("Phone"), is_shown=False),
    Column("website", _("website"), is_shown=False, width=24),
    Column("created", _("created on"), is_shown=False),
)

_TEXTS: dict[str, Callable[[GroupCustomer], str]] = {
    "name": lambda unit: unit.name,
    "status": lambda unit: unit.get_status_display(),
    "region": lambda unit: unit.region,
    "business": lambda unit: unit.business,
    "relation": lambda unit: unit.get_relation_display(),
    "staff": lambda unit: "" if unit.staff_count is None else str(unit.staff_count),
    "members": lambda unit: str(unit.member_count),
    "owner": lambda unit: unit.owner.name if unit.owner else "",
    "value": lambda unit: unit.get_value_display(),
    "address": lambda unit: unit.address,
    "phone": lambda unit: unit.phone,
    "website": lambda unit: unit.website,
    "created": lambda unit: timezone.localtime(unit.created_at).date().isoformat(),
}


def ids(actor: Actor, query: str) -> QuerySet:
    """The numbers of the units in the order of the list."""
    units = UnitList.described(actor, QueryDict(query), today())
    return units.rows().order_by(*units.order.order).values_list("pk", flat=True)


def words(actor: Actor, query: str) -> list[str]:
    """The filters in words."""
    return UnitList.described(actor, QueryDict(query), today()).words()


def cells(actor: Actor, units: Sequence[int], columns: Sequence[str], whole: bool) -> list[list[str]]:
    """The units as text."""
    known = GroupCustomer.objects.visible_to(actor).select_related("owner").in_bulk(list(units))
    return [[_TEXTS[key](known[pk]) for key in columns] for pk in units if pk in known]


UNITS = RegisteredList(
    key="units",
    label=_("Units"),
    url_name="groups:list",
    capability="groups.view",
    columns=COLUMNS,
    ids=ids,
    words=words,
    cells=cells,
    people=lambda units: [],
)
