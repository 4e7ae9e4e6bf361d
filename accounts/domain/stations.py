"""Community stations close, and people stop working at one: whoever gave work there takes it back."""

import datetime as dt

from django.db import transaction

from accounts import audit
from accounts.actors import Actor
from accounts.models import StaffMember, Station
from accounts.signals import station_closed, station_staff_left


@transaction.atomic
def close(station: Station, *, actor: Actor, now: dt.datetime) -> None:
    """A station that was just marked as no longer in use: nobody stays assigned to it, its home visits go to others."""
    audit.record("accounts.station.close", station, actor=actor)
    station_closed.send(sender=Station, station=station, actor=actor, now=now)


@transaction.atomic
def leave(staff: StaffMember, station: Station, *, actor: Actor, now: dt.datetime) -> None:
    """Somebody was just taken out of a station: the home visits held for its people go to others."""
    audit.record("accounts.station.leave", staff, actor=actor, station=station.pk)
    station_staff_left.send(sender=StaffMember, staff=staff, station=station, actor=actor, now=now)
