"""Regions on record follow the rule that reads them: after a new version of it everybody's address is read again.

Only what was read is replaced. A region that does not stand in the address was chosen by somebody and stays, as does
one where the address says nothing now.
"""

import datetime as dt
from collections.abc import Iterable

from accounts.audit import record
from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
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


def _one_chunk(reading: RegionReading, now: dt.datetime) -> RegionReading:
    reading = RegionReading.objects.select_for_update().get(pk=reading.pk)
    if reading.finished_at is not None:
        return reading
    people = Patient.objects.filter(pk__gt=reading.after_id).order_by("pk").only("address", "region")
    chunk = list(people[:AT_ONCE])
    if chunk:
        reading.after_id = chunk[-1].pk
        reading.changed += _renew([person.pk for person in chunk if _read_anew(person) != person.region])
    if len(chunk) < AT_ONCE:
        reading.finished_at = now
        record("patients.regions.renew", reading, after={"version": VERSION, "regions": reading.changed})
    reading.save(update_fields=["after_id", "changed", "finished_at"])
    return reading


def _renew(ids: Iterable[int]) -> int:
    """Writes the regions of these people as they stand once nobody else can change them; answers how many changed."""
    held = Patient.objects.filter(pk__in=list(ids)).select_for_update(no_key=True).order_by("pk")
    rows = [(person.pk, found) for person in held if (found := _read_anew(person)) != person.region]
    if rows:
        update_staged(Patient, {"region": "text"}, rows)
    return len(rows)


def _read_anew(person: Patient) -> str:
    """The region that the address names, or the one on record where that was chosen."""
    was_read = person.region in "".join(person.address.split())
    return (county_of(person.address) if was_read else "") or person.region
