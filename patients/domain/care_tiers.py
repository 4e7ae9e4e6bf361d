"""The tier of a person's care, as follow-up decided it for the last stay; shown in lists and on the record."""

from collections.abc import Mapping

from django.db import connection

from patients.domain.staging import HOSPITAL

# The ids stand there twice on purpose: they lead to the people by their key, never through all of the hospital.
_SET = f"""
update patients_patient p set care_tier = wanted.tier
  from unnest(%(ids)s::bigint[], %(tiers)s::text[]) as wanted(id, tier)
 where p.hospital_id = {HOSPITAL} and p.id = any(%(ids)s) and p.id = wanted.id
   and p.care_tier <> wanted.tier collate "C"
"""


def set_care_tiers(tiers: Mapping[int, str]) -> int:
    """Writes the tier ('', A, B or C) of these people and answers how many changed."""
    if not tiers:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_SET, {"ids": list(tiers), "tiers": list(tiers.values())})
        return cursor.rowcount
