"""The tier of a person's care, as follow-up decided it for the last stay; shown in lists and on the record."""

from collections.abc import Mapping

from django.db import connection

from hospital_crm.tenancy.scope import required_hospital
from patients.domain.staging import stage


def set_care_tiers(tiers: Mapping[int, str]) -> int:
    """Writes the tier ('', A, B or C) of these people and answers how many changed."""
    if not tiers:
        return 0
    stage("staged_care_tiers", {"patient_id": "bigint", "tier": 'text collate "C"'}, tiers.items())
    with connection.cursor() as cursor:
        cursor.execute(
            "update patients_patient p set care_tier = s.tier from pg_temp.staged_care_tiers s"
            " where p.hospital_id = %s and p.id = s.patient_id and p.care_tier <> s.tier",
            [required_hospital().pk],
        )
        return cursor.rowcount
