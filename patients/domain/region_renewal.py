"""Regions on record follow the rule that reads them, and their codes the hospital's table of divisions: after a new
version of the rule, or another table, everybody's address is read again.

Only what was read is replaced. A region that does not stand in the address was chosen by somebody and stays, as does
one where the address says nothing now. The code is always that of the region.
"""

import datetime as dt
from collections.abc import Iterable

from accounts.audit import record
from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import divisions
from patients.domain.divisions import code_of
from patients.domain.regions import VERSION, county_of
from patients.domain.staging import update_staged
from patients.models import Patient, RegionReading

AT_ONCE = 5_000


def renew_regions(hospital: Hospital, *, now: dt.datetime) -> RegionReading:
    """Everybody, in chunks, each a transaction of its own. A run that was interrupted goes on after its last chunk; one
    that this version of the rule has done does nothing.
    """
    with hospital_scope(hospital):
        reading, _made = RegionReading.objects.get_or_create(version=VERSION)
    while reading.finished_at is None:
        with hospital_scope(hospital):
            reading = _one_chunk(reading, now)
    return reading


def read_again() -> None:
    """The table of divisions has changed: the next night's run begins anew."""
    divisions.forget()
    RegionReading.objects.filter(version=VERSION).update(after_id=0, finished_at=None)


def _one_chunk(reading: RegionReading, now: dt.datetime) -> RegionReading:
    reading = RegionReading.objects.select_for_update().get(pk=reading.pk)
    if reading.finished_at is not None:
        return reading
    people = Patient.objects.filter(pk__gt=reading.after_id).order_by("pk").only("address", "region", "division_code")
    chunk = list(people[:AT_ONCE])
    if chunk:
        reading.after_id = chunk[-1].pk
        reading.changed += _renew([person.pk for person in chunk if _read_anew(person) != _on_record(person)])
    if len(chunk) < AT_ONCE:
        reading.finished_at = now
        record("patients.regions.renew", reading, after={"version": VERSION, "regions": reading.changed})
    reading.save(update_fields=["after_id", "changed", "finished_at"])
    return reading


def _renew(ids: Iterable[int]) -> int:
    """Writes the regions of these people as they stand once nobody else can change them; answers how many changed."""
    held = Patient.objects.filter(pk__in=list(ids)).select_for_update(no_key=True).order_by("pk")
    rows = [(person.pk, *found) for person in held if (found := _read_anew(person)) != _on_record(person)]
    if rows:
        update_staged(Patient, {"region": "text", "division_code": "text"}, rows)
    return len(rows)


def _on_record(person: Patient) -> tuple[str, str]:
    return person.region, person.division_code


def _read_anew(person: Patient) -> tuple[str, str]:
    """The region that the address names, or the one on record where that was chosen, with its code."""
    was_read = person.region in "".join(person.address.split())
    region = (county_of(person.address) if was_read else "") or person.region
    return region, code_of(region, person.address)
