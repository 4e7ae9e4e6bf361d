"""What follow-up listens to; each receiver makes one domain call."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from accounts.signals import (
    absence_entered,
    calendar_changed,
    hospital_created,
    rights_taken,
    staff_left,
    station_closed,
    station_staff_left,
)
from followups.domain import changed, dispatch, life, parting, planning, protocols, withdrawn
from hospital_crm.tenancy.queue import queue_on_commit
from patients import signals


@receiver(hospital_created)
def furnish(hospital: Any, **kwargs: Any) -> None:
    """A hospital starts with the shipped protocol."""
    protocols.install_default(now=timezone.now())


@receiver(absence_entered)
def cover(absence: Any, actor: Any, now: Any, **kwargs: Any) -> None:
    """Orders due during a leave go to the cover."""
    dispatch.cover_absence(absence=absence, actor=actor, now=now)


@receiver(staff_left)
def release(staff: Any, actor: Any, now: Any, **kwargs: Any) -> None:
    """Orders of somebody who left go to others."""
    dispatch.release(staff=staff, actor=actor, now=now)


@receiver(rights_taken)
def take_back(**kwargs: Any) -> None:
    """Somebody may not do any more what he did."""
    queue_on_commit("followups.take_back")


@receiver(calendar_changed)
def follow_calendar(**kwargs: Any) -> None:
    """A day is worked, or not, that was not before."""
    queue_on_commit("followups.follow_calendar")


@receiver((station_closed, station_staff_left))
def take_back_visits(actor: Any, now: Any, **kwargs: Any) -> None:
    """A community station closed, or somebody no longer works at one."""
    dispatch.take_back_visits(actor=actor, now=now)


@receiver(signals.encounters_changed)
def plan_changed_stays(encounter_ids: list[int], made: Any = (), **kwargs: Any) -> None:
    """Stays were made, corrected or cancelled."""
    changed.plan_later(encounter_ids=encounter_ids, made=made)


@receiver(signals.birth_dates_changed)
def plan_corrected_people(patient_ids: Any, **kwargs: Any) -> None:
    """How old somebody is was told, or told otherwise."""
    changed.plan_people_later(patient_ids=patient_ids)


@receiver(signals.stays_withdrawn)
def end_withdrawn_stays(encounter_ids: list[int], now: Any, **kwargs: Any) -> None:
    """Stays were taken back."""
    withdrawn.end_runs(encounter_ids=encounter_ids, now=now)


@receiver(signals.facts_changed)
def plan_stay_anew(encounter: Any, **kwargs: Any) -> None:
    """Facts of a stay were ticked: its tier may change at once."""
    planning.plan(encounter_ids=[encounter.pk], now=timezone.now())


@receiver(signals.people_deceased)
def end_by_death(patients: Any, now: Any, **kwargs: Any) -> None:
    """Deaths were reported."""
    life.end_by_death(patients=patients, now=now)


@receiver(signals.death_withdrawn)
def give_back(patient: Any, now: Any, **kwargs: Any) -> None:
    """A report of death was an error."""
    life.give_back_after_error(patient=patient, now=now)


@receiver(signals.death_doubted)
def hold(patient: Any, now: Any, **kwargs: Any) -> None:
    """Somebody may have died."""
    life.hold_in_doubt(patient=patient, now=now)


@receiver(signals.doubt_settled)
def let_go(patient: Any, now: Any, **kwargs: Any) -> None:
    """It was decided who died."""
    life.release_from_doubt(patient=patient, now=now)


@receiver((signals.contact_stopped, signals.people_erased))
def stop(patient: Any, **kwargs: Any) -> None:
    """Somebody refused all contact for good, or to be on record at all."""
    life.stop(patient=patient, now=timezone.now())


@receiver(signals.contact_resumed)
def follow_again(patient: Any, now: Any, **kwargs: Any) -> None:
    """Somebody allowed contact again."""
    life.follow_again(patient=patient, now=now)


@receiver(signals.station_left)
def leave_station(patient: Any, station: Any, actor: Any, now: Any, **kwargs: Any) -> None:
    """A person is no longer assigned to a community station."""
    dispatch.leave_station(patient=patient, station=station, actor=actor, now=now)


@receiver(signals.patients_merged)
def merge(kept: Any, merged: Any, **kwargs: Any) -> None:
    """Two records were one person."""
    life.merge(kept=kept, merged=merged, now=timezone.now())


@receiver(signals.patients_unmerged)
def part(kept: Any, other: Any, merger: Any, now: Any, **kwargs: Any) -> None:
    """Two records were two people after all."""
    parting.part(kept=kept, other=other, merger=merger, now=now)
