"""The bin of units: records with which nobody has worked, without contracts, members, visits, deals, figures and
files. A liaison sees there what was his.
"""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.domain.bins import Bin
from groups.models import BinnedUnit, GroupCustomer


def _shown(entries: QuerySet, actor: Actor) -> QuerySet:
    return entries if actor.sees == "all" else entries.filter(group__owner_id=actor.staff.pk)


def _hide(unit: GroupCustomer) -> dict[str, Any]:
    _set(unit, is_binned=True)
    return {}


def _show(unit: GroupCustomer, entry: BinnedUnit) -> None:
    _set(unit, is_binned=False)


def _set(unit: GroupCustomer, *, is_binned: bool) -> None:
    unit.is_binned = is_binned
    unit.save(update_fields=["is_binned"])


UNITS_BIN = Bin(
    model=GroupCustomer,
    entry=BinnedUnit,
    of="group",
    list_key="units",
    verb="groups.unit",
    capability="groups.edit",
    shown=_shown,
    why_not=lambda unit: "",
    hide=_hide,
    show=_show,
    words=str,
    taken=_("Another unit has this name by now: rename that one first."),
)
