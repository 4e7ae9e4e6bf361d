"""Every task twice: the second time changes nothing."""

from collections.abc import Callable

import pytest

from accounts.models import BulkEdit, Export, Hospital, Incident
from campaigns.models import Campaign
from hospital_crm.celery import app
from integrations.models import ImportBatch
from messaging.models import GatewayTrial, SenderCheck
from patients.models import Encounter, Patient
from tests.cast import Cast, north_stands
from tests.walks.rows import LOGS, fill, fingerprint

# What each task is given beside the hospital. A task that is not listed here fails the walk.
ARGUMENTS: dict[str, Callable[[Cast], tuple]] = {
    "accounts.seal_audit": lambda cast: (),
    "accounts.purge_audit": lambda cast: (),
    "groups.remind_of_ends": lambda cast: (),
    "accounts.renew": lambda cast: (),
    "accounts.resume_list_work": lambda cast: (),
    "accounts.forget_list_work": lambda cast: (),
    "accounts.make_export": lambda cast: (Export._base_manager.get(hospital=cast.hospital).pk,),
    "accounts.find_affected": lambda cast: (Incident._base_manager.get(hospital=cast.hospital).pk,),
    "accounts.run_bulk_edit": lambda cast: (BulkEdit._base_manager.get(hospital=cast.hospital).pk,),
    "accounts.empty_bins": lambda cast: (),
    "patients.expire_answers": lambda cast: (),
    "patients.assign_stations": lambda cast: (),
    "patients.refresh_segments": lambda cast: (),
    "patients.classify": lambda cast: (),
    "patients.classify_people": lambda cast: (list(Patient._base_manager.values_list("pk", flat=True)),),
    "patients.classify_stays": lambda cast: (list(Encounter._base_manager.values_list("pk", flat=True)),),
    "patients.follow_memberships": lambda cast: (),
    "patients.watch_viewings": lambda cast: (),
    "patients.refresh_numbers": lambda cast: (),
    "patients.work_off_pairs": lambda cast: (),
    "patients.find_duplicates": lambda cast: (),
    "patients.find_new_duplicates": lambda cast: (),
    "followups.follow_calendar": lambda cast: (),
    "followups.plan": lambda cast: (),
    "followups.plan_stays": lambda cast: ([],),
    "followups.plan_past": lambda cast: ([],),
    "followups.take_back": lambda cast: (),
    "followups.take_back_visits": lambda cast: (),
    "followups.sample": lambda cast: (),
    "followups.escalate": lambda cast: (),
    "campaigns.work_off": lambda cast: (),
    "campaigns.start": lambda cast: (Campaign._base_manager.filter(hospital=cast.hospital).first().pk,),
    "campaigns.keep_effect": lambda cast: (Campaign._base_manager.filter(hospital=cast.hospital).first().pk,),
    "campaigns.feed": lambda cast: (Campaign._base_manager.filter(hospital=cast.hospital).first().pk,),
    "messaging.send_due": lambda cast: (),
    "messaging.settle_interrupted": lambda cast: (),
    "messaging.morning_digest": lambda cast: (),
    "messaging.plan_contacts": lambda cast: (),
    "messaging.try_gateway": lambda cast: (GatewayTrial._base_manager.get(hospital=cast.hospital).pk,),
    "messaging.check_sender": lambda cast: (SenderCheck._base_manager.get(hospital=cast.hospital).pk,),
    "messaging.fetch_mail": lambda cast: (),
    "integrations.resume_imports": lambda cast: (),
    "integrations.apply_inbound": lambda cast: (),
    "integrations.tell_silence": lambda cast: (),
    "integrations.empty_messages": lambda cast: (),
    "integrations.name_messages": lambda cast: (),
    "integrations.forget_files": lambda cast: (),
    "integrations.deliver_webhooks": lambda cast: (),
    "integrations.release_webhooks": lambda cast: (),
    "integrations.forget_webhooks": lambda cast: (),
    "ops.sweep_private_files": lambda cast: (),
    "integrations.run_import": lambda cast: (ImportBatch._base_manager.get(hospital=cast.hospital).pk,),
}
OUTSIDE_HOSPITALS: dict[str, tuple] = {
    "tenancy.for_each_hospital": ("accounts.seal_audit",),
    "ops.heartbeat": ("default",),
    "accounts.seal_platform": (),
    "accounts.purge_platform": (),
    "integrations.sweep_files": (),
    "accounts.sweep_unfinished_exports": (),
    "accounts.forget_sessions": (),
}


def own_tasks() -> list[str]:
    """The tasks of this house, without Celery's own and those that tests make."""
    app.loader.import_default_modules()
    return sorted(name for name in app.tasks if not name.startswith(("celery.", "tests.")))


def test_every_task_is_walked() -> None:
    assert [name for name in own_tasks() if name not in ARGUMENTS | OUTSIDE_HOSPITALS] == []


@pytest.fixture(scope="module")
def filled_once(standing: None) -> None:
    """North gets rows in every table."""
    fill(north_stands())


@pytest.mark.parametrize("name", own_tasks())
def test_task_run_twice_is_harmless(filled_once: None, north: Hospital, cast: Cast, name: str) -> None:
    given = (north.pk, *ARGUMENTS[name](cast)) if name in ARGUMENTS else OUTSIDE_HOSPITALS[name]
    app.tasks[name].apply(args=given, throw=True)
    once = fingerprint(but=LOGS)
    app.tasks[name].apply(args=given, throw=True)
    assert fingerprint(but=LOGS) == once
