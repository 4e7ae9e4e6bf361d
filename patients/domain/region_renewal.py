"""Regions on record follow the rule that reads them, and their codes the hospital's table of divisions: after another
version of the rule, or another table, everybody's address is read again.

Only what was read is replaced. A region that does not stand in the address was chosen by somebody and stays, as does
one where the address says nothing now. The code is always that of the region.
"""

from typing import Any

from accounts.domain import renewals
from accounts.domain.renewals import Chunk, Rule
from patients.domain import divisions
from patients.domain.divisions import code_of
from patients.domain.regions import VERSION, county_of
from patients.domain.renewal import Columns, renew_people

AT_ONCE = 5_000
RULE = "people-regions"
DIVISIONS = "divisions"  # the table of the hospital that rules of regions look at
_COLUMNS = ("region", "division_code")


def connect() -> None:
    """Called once by the app's wiring."""
    renewals.register(Rule(RULE, lambda: VERSION, renew_chunk, "patients.regions.renew", "regions", DIVISIONS))


def read_again() -> None:
    """The table of divisions has changed: the next night's run begins anew."""
    divisions.forget()
    renewals.table_changed(DIVISIONS)


def renew_chunk(after_id: int) -> Chunk:
    """The addresses of the people that follow, read again."""
    return renew_people(after_id, AT_ONCE, read=("address",), columns=_COLUMNS, worked_out=read_anew)


def read_anew(row: Any) -> Columns:
    """The region that the address of a record names, or the one there is where that was chosen, with its code."""
    was_read = row.region in "".join(row.address.split())
    region = (county_of(row.address) if was_read else "") or row.region
    return region, code_of(region, row.address)
