"""The labels of a hospital of a million people, by the nightly run itself."""

import sys
import time

from django.db import connection
from django.utils import timezone

from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.classification import classify_hospital
from patients.models import ClassificationRun

TABLES = ("patients_personlabel", "patients_peoplecount", "patients_peoplechange", "patients_patient")


def ensure(hospital: Hospital) -> None:
    """Labels everybody and counts them, unless a run went through before."""
    with hospital_scope(hospital):
        if ClassificationRun.objects.filter(finished_at__isnull=False).exists():
            return
    start = time.monotonic()
    run = classify_hospital(hospital, now=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze " + ", ".join(TABLES))
    print(f"  labels: {run.changed} rows, {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
