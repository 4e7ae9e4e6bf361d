"""Background work of accounts."""

from celery import shared_task
from django.utils import timezone

from accounts.domain import answers, bins, bulk, export_files, exports, incidents, renewals, retention, seals, sessions
from accounts.models import Hospital
from hospital_crm.tenancy.scope import no_hospital_scope
from hospital_crm.tenancy.tasks import HospitalTask


@shared_task(base=HospitalTask, name="accounts.seal_audit", ignore_result=True)
def seal_audit(hospital: Hospital) -> None:
    """Seals what was recorded since the last seal."""
    seals.seal_all()


@shared_task(name="accounts.seal_platform", ignore_result=True)
def seal_platform() -> None:
    """Seals failed sign-ins and acts of platform operators, which have no hospital."""
    with no_hospital_scope():
        seals.seal_all(seals.PLATFORM_CHAINS)


@shared_task(base=HospitalTask, name="accounts.purge_audit", ignore_result=True)
def purge_audit(hospital: Hospital) -> None:
    """Deletes what the hospital need not keep any longer."""
    retention.purge_hospital(now=timezone.now())


@shared_task(name="accounts.purge_platform", ignore_result=True)
def purge_platform() -> None:
    """Deletes what of no hospital need not be kept any longer."""
    with no_hospital_scope():
        retention.purge_platform(now=timezone.now())


@shared_task(base=HospitalTask, own_scope=True, name=exports.TASK, ignore_result=True)
def make_export(hospital: Hospital, export_id: int) -> bool:
    """Makes the file of an export; a second worker finds the row held and leaves it."""
    return export_files.make(hospital, export_id, now=timezone.now())


@shared_task(base=HospitalTask, own_scope=True, name=bulk.TASK, ignore_result=True)
def run_bulk_edit(hospital: Hospital, edit_id: int) -> bool:
    """Does what a bulk edit waits for, its changes or their undoing."""
    return bulk.run(hospital, edit_id, now=timezone.now())


@shared_task(base=HospitalTask, own_scope=True, name=incidents.TASK, ignore_result=True)
def find_affected(hospital: Hospital, incident_id: int) -> bool:
    """Works out whom an incident concerns; a second worker finds the row held and leaves it."""
    return incidents.find(hospital, incident_id, now=timezone.now())


@shared_task(base=HospitalTask, own_scope=True, name="accounts.renew", ignore_result=True)
def renew(hospital: Hospital) -> None:
    """Works out anew what is kept by rules that have changed."""
    renewals.renew_all(hospital, now=timezone.now())


@shared_task(base=HospitalTask, name="accounts.resume_list_work", ignore_result=True)
def resume_list_work(hospital: Hospital) -> int:
    """Queues exports, bulk edits and incidents that should be worked on; files whose link has expired go."""
    exports.expire(timezone.now())
    return export_files.queue_waiting() + bulk.queue_unfinished() + incidents.queue_waiting()


@shared_task(base=HospitalTask, name="accounts.forget_list_work", ignore_result=True)
def forget_list_work(hospital: Hospital) -> int:
    """Bulk edits never started, rows of old ones, files that no export knows, and old answers of the API go."""
    now = timezone.now()
    return bulk.forget_old(now) + exports.sweep_files() + answers.forget_old(now=now)


@shared_task(name="accounts.sweep_unfinished_exports", ignore_result=True)
def sweep_unfinished_exports() -> int:
    """Removes what a killed worker left in the clear."""
    return export_files.sweep_unfinished()


@shared_task(name="accounts.forget_sessions", ignore_result=True)
def forget_sessions() -> int:
    """Sessions whose time is over go."""
    return sessions.forget_over(now=timezone.now())


@shared_task(base=HospitalTask, name="accounts.empty_bins", ignore_result=True)
def empty_bins(hospital: Hospital) -> None:
    """Records that have lain in a bin for thirty days go for good."""
    bins.empty_all(timezone.now())
