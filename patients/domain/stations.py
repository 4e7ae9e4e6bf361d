"""Which community station looks after a person: set by hand, or by the areas that a station serves."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.calendar import today
from accounts.models import Station
from hospital_crm.tenancy.scope import required_hospital
from patients.domain.staging import fetched
from patients.models import Patient, StationAssignment
from patients.signals import station_left

AT_ONCE = 20_000


class StationError(Exception):
    """Refused, with the reason."""


@transaction.atomic
def assign_station(
    *, patient: Patient, station: Station | None, actor: Actor, now: dt.datetime
) -> StationAssignment | None:
    """The person belongs to this station from today, or to none; the former assignment ends. The same one stays as it
    is.

    Refuses: no right to change the record, a station no longer in use, an erased record.
    """
    if not actor.can("patients.edit"):
        raise StationError(_("Your role does not allow this."))
    patient = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    if patient.contact_state == Patient.ContactState.ERASED:
        raise StationError(_("The record has been erased."))
    former = current_assignment(patient)
    if (former.station_id if former else None) == (station.pk if station else None):
        return former
    if station is not None and not station.is_active:
        raise StationError(_("This station is no longer in use."))
    day = today(now=now)
    if former is not None:
        former.ended_on, former.ended_by = day, actor.staff
        former.save(update_fields=["ended_on", "ended_by"])
    made = None
    if station is not None:
        made = StationAssignment.objects.create(
            patient=patient, station=station, started_on=day, assigned_by=actor.staff
        )
    before, after = ({"station": one.station_id if one else None} for one in (former, made))
    record("patients.station.assign", patient, actor=actor, before=before, after=after)
    if former is not None:
        station_left.send(sender=Patient, patient=patient, station=former.station, actor=actor, now=now)
    return made


@transaction.atomic
def release_from_closed(*, actor: Actor | None, now: dt.datetime) -> int:
    """Nobody stays assigned to a station that is no longer in use; answers how many were released.

    Nobody decided so about the person: the rule may assign them to another station (`assign_by_area`). Home visits are
    taken back by those who gave them.
    """
    current = StationAssignment.objects.current().filter(station__is_active=False)
    released = current.update(ended_on=today(now=now))
    if released:
        record("patients.station.release", actor=actor, released=released)
    return released


def current_assignment(patient: Patient) -> StationAssignment | None:
    """The assignment that has not ended."""
    return StationAssignment.objects.current().select_related("station").filter(patient=patient).first()


# The longest area that an address names wins; where two stations claim it alike, a person decides.
_BY_AREA = """
with batch as (
    select p.id, p.address, p.region, p.division_code
      from patients_patient p
     where p.hospital_id = %(hospital)s and p.id > %(after)s
       and p.contact_state in ('open', 'stopped')
       and not exists (select from patients_stationassignment a
                        where a.hospital_id = p.hospital_id and a.patient_id = p.id
                          and (a.ended_on is null or a.ended_by_id is not null))
     order by p.id limit %(limit)s
), found as (
    select batch.id as patient_id, min(best.station_id) as station_id
      from batch
      cross join lateral (
        select area.station_id, rank() over (order by length(area.name) desc) as place
          from accounts_stationarea area
          join accounts_station station
            on station.hospital_id = area.hospital_id and station.id = area.station_id and station.is_active
         where area.hospital_id = %(hospital)s
           and case when area.name ~ '^[0-9]+$' then starts_with(batch.division_code, area.name)
                    else strpos(batch.address, area.name) > 0 or batch.region = area.name end
      ) best
     where best.place = 1
     group by batch.id having count(distinct best.station_id) = 1
), made as (
    insert into patients_stationassignment (hospital_id, patient_id, station_id, source, started_on)
    select %(hospital)s, patient_id, station_id, 'area', %(day)s from found
    on conflict do nothing returning 1
)
select (select count(*) from made), (select count(*) from batch), (select max(id) from batch)
"""


@transaction.atomic
def assign_by_area(*, now: dt.datetime, after: int = 0, limit: int = AT_ONCE) -> tuple[int, int | None]:
    """People whose address lies in an area that a station serves are assigned to it: those who never had one, or whose
    station closed.

    Looks at `limit` people in the order of their ids, from `after` on; answers how many were assigned, and from where
    to go on (None: nobody is left).
    """
    ((assigned, seen, last),) = fetched(
        _BY_AREA, {"hospital": required_hospital().pk, "after": after, "limit": limit, "day": today(now=now)}
    )
    if assigned:
        record("patients.station.assign_by_area", assigned=assigned, first=after + 1, last=last)
    return assigned, last if seen == limit else None
