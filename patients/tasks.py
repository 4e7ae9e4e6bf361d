"""Celery entry points of patients."""

from celery import shared_task
from django.utils import timezone

from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from hospital_crm.tenancy.tasks import HospitalTask
from patients.domain import (
    classification,
    duplicate_review,
    duplicates,
    memberships,
    reach,
    stations,
    subject_copy,
    watching,
)
from patients.domain.segments import refreshing


@shared_task(base=HospitalTask, own_scope=True, name="patients.assign_stations", ignore_result=True)
def assign_stations(hospital: Hospital) -> None:
    """Releases people from closed stations and assigns by address to those in use, in the nightly run."""
    with hospital_scope(hospital):
        stations.release_from_closed(actor=None, now=timezone.now())
    after: int | None = 0
    while after is not None:
        with hospital_scope(hospital):
            _assigned, after = stations.assign_by_area(now=timezone.now(), after=after)


@shared_task(base=HospitalTask, own_scope=True, name="patients.refresh_segments", ignore_result=True)
def refresh_segments(hospital: Hospital) -> None:
    """Works out the members of the segments that are due, each in a transaction of its own."""
    with hospital_scope(hospital):
        due = refreshing.segments_to_refresh(hospital, now=timezone.now())
    for segment_id in due:
        with hospital_scope(hospital):
            refreshing.refresh(segment_id, now=timezone.now())


@shared_task(base=HospitalTask, own_scope=True, name="patients.classify", ignore_result=True)
def classify(hospital: Hospital) -> None:
    """Labels everybody by the published rules: nightly, and when other rules were published."""
    classification.classify_hospital(hospital, now=timezone.now())


@shared_task(base=HospitalTask, name="patients.classify_people", ignore_result=True)
def classify_people(hospital: Hospital, patient_ids: list[int]) -> None:
    """Labels these people."""
    classification.classify(patient_ids=patient_ids, now=timezone.now())


@shared_task(base=HospitalTask, name="patients.classify_stays", ignore_result=True)
def classify_stays(hospital: Hospital, encounter_ids: list[int]) -> None:
    """Labels the people of these stays."""
    classification.classify_stays(encounter_ids=encounter_ids, now=timezone.now())


@shared_task(base=HospitalTask, name="patients.refresh_numbers", ignore_result=True)
def refresh_numbers(hospital: Hospital) -> int:
    """Numbers that ended yesterday or begin today change whom one dials first."""
    return reach.refresh_ended(now=timezone.now())


@shared_task(base=HospitalTask, name="patients.find_duplicates", ignore_result=True)
def find_duplicates(hospital: Hospital) -> None:
    """Compares everybody, in the nightly run."""
    duplicates.find_all(now=timezone.now())


@shared_task(base=HospitalTask, name="patients.find_new_duplicates", ignore_result=True)
def find_new_duplicates(hospital: Hospital) -> None:
    """Compares the people who were made within the last half hour."""
    duplicates.find_for_new(now=timezone.now())


@shared_task(base=HospitalTask, own_scope=True, name=duplicate_review.TASK, ignore_result=True)
def work_off_pairs(hospital: Hospital) -> None:
    """Unites or dismisses the pairs that were decided many at once."""
    taken = 1
    while taken:
        with hospital_scope(hospital):
            taken = duplicate_review.work_off(now=timezone.now())


@shared_task(base=HospitalTask, name="patients.expire_answers", ignore_result=True)
def expire_answers(hospital: Hospital) -> None:
    """Files that answered privacy requests go when their days are over."""
    subject_copy.expire(timezone.now())


@shared_task(base=HospitalTask, name="patients.follow_memberships", ignore_result=True)
def follow_memberships(hospital: Hospital) -> None:
    """Memberships that ended yesterday or begin today change the category of their members."""
    memberships.follow_category(now=timezone.now())


@shared_task(base=HospitalTask, own_scope=True, name="patients.watch_viewings", ignore_result=True)
def watch_viewings(hospital: Hospital) -> None:
    """Flags unusual viewing of records, a day of the access log at a time."""
    is_left = True
    while is_left:
        with hospital_scope(hospital):
            is_left = watching.look_through(now=timezone.now())
