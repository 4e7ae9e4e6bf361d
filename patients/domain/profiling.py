"""Whoever refuses to be sorted into groups for marketing has no labels and is in no segment, at once and for good.

Follow-up does not rest on either: tiers and orders come from what care needs.
"""

import datetime as dt
from collections.abc import Collection

from patients.domain.consents_in_sql import decided
from patients.domain.staging import fetched
from patients.models import Consent, Patient, PersonLabel, SegmentMember

PROFILING = Consent.Purpose.PROFILING


def refusing(patient_ids: Collection[int]) -> list[int]:
    """Those of these people who refuse, in order."""
    found = decided(PROFILING, Consent.Channel.ANY)
    rows = fetched(
        f"select d.patient_id from ({found.sql}) d where not d.is_granted and d.patient_id = any(%s) order by 1",
        [*found.params, list(patient_ids)],
    )
    return [pk for (pk,) in rows]


def refuses(patient: Patient) -> bool:
    """Whether this person refuses. Asked once per row object, because the page and the rules both ask."""
    known = vars(patient)
    if "_refuses_profiling" not in known:
        known["_refuses_profiling"] = bool(refusing([patient.pk]))
    return known["_refuses_profiling"]


def let_go(patient_ids: Collection[int], *, now: dt.datetime) -> int:
    """The labels of these people end, also those set by hand, and no segment has them; answers how many labels."""
    SegmentMember.objects.filter(patient_id__in=list(patient_ids)).delete()
    held = PersonLabel.objects.current().filter(patient_id__in=list(patient_ids))
    return held.end(now=now)
