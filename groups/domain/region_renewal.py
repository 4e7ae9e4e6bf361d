"""Regions of units follow the rule that reads addresses and the hospital's table of divisions, as people's do."""

from accounts.domain import renewals
from accounts.domain.renewals import Chunk, Rule
from groups.models import GroupCustomer
from patients.domain.region_renewal import DIVISIONS, read_anew
from patients.domain.regions import VERSION

AT_ONCE = 500


def connect() -> None:
    """Called once by the app's wiring."""
    rule = Rule("unit-regions", lambda: VERSION, renew_chunk, "groups.regions.renew", "regions", DIVISIONS)
    renewals.register(rule)


def renew_chunk(after_id: int) -> Chunk:
    """The addresses of the units that follow, read again."""
    units = list(GroupCustomer.objects.filter(pk__gt=after_id).select_for_update(no_key=True).order_by("pk")[:AT_ONCE])
    changed = [unit for unit in units if _follow(unit)]
    GroupCustomer.objects.bulk_update(changed, ["region", "division_code"])
    return Chunk.of(units, AT_ONCE, len(changed))


def _follow(unit: GroupCustomer) -> bool:
    """Whether the region or its code is another now."""
    before = unit.region, unit.division_code
    unit.region, unit.division_code = read_anew(unit)
    return before != (unit.region, unit.division_code)
