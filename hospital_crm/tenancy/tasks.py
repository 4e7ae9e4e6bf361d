"""Background work of one hospital: a task carries ids, opens the hospital, makes one domain call.

How work is asked for stands in `queue`.
"""

from typing import Any

from celery import Task, shared_task
from django.apps import apps

import hospital_crm.celery  # noqa: F401 - shared tasks belong to its application
from hospital_crm.stack import with_room
from hospital_crm.tenancy.directory import active_hospitals
from hospital_crm.tenancy.queue import send
from hospital_crm.tenancy.scope import hospital_scope


class HospitalTask(Task):
    """Base of every task on a hospital's rows. First argument: the hospital's id; the body runs inside its scope.

    With `own_scope = True` the body opens `hospital_scope` itself, once per unit of work (claim → call out → record).
    """

    abstract = True
    own_scope = False

    def __call__(self, hospital_id: int, *args: Any, **kwargs: Any) -> Any:
        hospital = apps.get_model("accounts", "Hospital").objects.get(pk=hospital_id)
        if self.own_scope:
            return with_room(self.run, hospital, *args, **kwargs)
        with hospital_scope(hospital):
            return with_room(self.run, hospital, *args, **kwargs)


@shared_task(name="tenancy.for_each_hospital", ignore_result=True)
def for_each_hospital(name: str, *args: Any, queue: str = "default") -> int:
    """Beat's only job: queues task `name` once per active hospital. Two beats are harmless, because tasks are."""
    hospitals = active_hospitals()
    for hospital in hospitals:
        send(name, hospital.pk, *args, queue=queue)
    return len(hospitals)
