"""The Celery application. Queues by urgency; broker options and their reasons are in `docs/operations.md`.

A worker logs like the web: one line each, with the task's id and the hospital.
"""

import logging.config
import os
from typing import Any

import django
import structlog
from celery import Celery
from celery.signals import beat_init, setup_logging, task_postrun, task_prerun, worker_init
from django.core.exceptions import ImproperlyConfigured

from hospital_crm import schedule

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital_crm.settings")

app = Celery("hospital_crm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = schedule.BEAT_SCHEDULE
app.autodiscover_tasks()


@setup_logging.connect
def log_like_the_web(**kwargs: Any) -> None:
    """Celery's own handlers and formats stay out."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


@worker_init.connect
@beat_init.connect
def refuse_to_start_unsafe(**kwargs: Any) -> None:
    """A worker or beat whose database role sees every hospital ends at once; Celery would only log another error."""
    django.setup()
    from hospital_crm.tenancy.checks import refuse_to_start_unsafe

    try:
        refuse_to_start_unsafe()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from error


@task_prerun.connect
def name_the_task(task_id: str, task: Any, args: Any = (), **kwargs: Any) -> None:
    """Every line of a task carries its id, its name and, for a hospital's task, the hospital's number."""
    structlog.contextvars.bind_contextvars(task_id=task_id, task=task.name)
    if hasattr(task, "own_scope") and args:
        structlog.contextvars.bind_contextvars(hospital_id=args[0])


@task_postrun.connect
def forget_the_task(**kwargs: Any) -> None:
    """The next task starts with a clean slate."""
    structlog.contextvars.unbind_contextvars("task_id", "task", "hospital_id")
