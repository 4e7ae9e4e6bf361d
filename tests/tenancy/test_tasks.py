"""Background work opens its hospital, after the commit."""

import pytest
from celery import shared_task
from django.test import TestCase

from hospital_crm.tenancy.queue import queue_on_commit
from hospital_crm.tenancy.scope import current_hospital, hospital_scope
from hospital_crm.tenancy.tasks import HospitalTask, for_each_hospital

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
seen: list[tuple] = []


@shared_task(base=HospitalTask, name="tests.note")
def note(hospital, word):
    seen.append((hospital.slug, current_hospital().slug, word))


@shared_task(base=HospitalTask, name="tests.note_unscoped", own_scope=True)
def note_unscoped(hospital):
    seen.append((hospital.slug, current_hospital()))


@pytest.fixture(autouse=True)
def nothing_seen():
    seen.clear()


def test_task_runs_inside_its_hospital(north):
    note.apply(args=(north.pk, "a"), throw=True)
    assert seen == [("north", "north", "a")]


def test_task_with_own_scope_gets_the_hospital_without_a_scope(north):
    note_unscoped.apply(args=(north.pk,), throw=True)
    assert seen == [("north", None)]


def test_queued_work_waits_for_the_commit(north):
    with TestCase.captureOnCommitCallbacks(execute=True), hospital_scope(north):
        queue_on_commit("tests.note", "b")
        assert seen == []
    assert seen == [("north", "north", "b")]


def test_queueing_without_a_hospital_is_refused(db):
    with pytest.raises(LookupError):
        queue_on_commit("tests.note", "c")


def test_beat_queues_once_per_active_hospital(north, south):
    south.is_active = False
    south.save()
    assert for_each_hospital.apply(args=("tests.note", "d"), throw=True).result == 1
    assert seen == [("north", "north", "d")]
