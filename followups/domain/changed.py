"""Stays to be planned once more: written down with the change, asked for after the commit, taken up by planning.

Whoever is planned for the first time needs no row: planning finds a stay without a run by itself.
"""

import datetime as dt
from collections.abc import Collection, Iterable

from django.db.models import Exists, OuterRef, Q

from followups.domain.facts import among
from followups.domain.plan_context import CHUNK
from followups.models import ChangedStay, TierAssignment
from hospital_crm.tenancy.queue import queue_on_commit
from patients.domain.staging import HOSPITAL, executed
from patients.models import Encounter

_NOTE = f"insert into followups_changedstay (hospital_id, encounter_id) select {HOSPITAL}, unnest(%s::bigint[])"
_TAKE_UP = f"""
delete from followups_changedstay c using patients_encounter e
 where c.hospital_id = {HOSPITAL} and c.encounter_id = any(%s)
   and e.hospital_id = c.hospital_id and e.id = c.encounter_id and (e.discharged_on is null or e.discharged_on <= %s)
"""


def plan_later(*, encounter_ids: Iterable[int], made: Collection[int] = ()) -> None:
    """Asks for these stays to be planned after the commit. Where the request is lost, the night finds them: those that
    were `made` in this transaction because they have no run, all others by their row.
    """
    ids = sorted(set(encounter_ids))
    if known := sorted(set(ids).difference(made)):
        executed(_NOTE, [known])
    for start in range(0, len(ids), CHUNK):
        queue_on_commit("followups.plan_stays", ids[start : start + CHUNK])


def plan_people_later(*, patient_ids: Collection[int]) -> None:
    """Something that the rules read of these people has changed: asks for every stay of theirs that has a tier."""
    tiers = TierAssignment.objects.filter(encounter=OuterRef("pk"), is_current=True)
    stays = among(Encounter.objects.filter(Exists(tiers)), "patient_id", list(patient_ids))
    plan_later(encounter_ids=stays.values_list("pk", flat=True))


def take_up(encounter_ids: Collection[int], *, on: dt.date) -> None:
    """These stays are about to be read and planned as of that day: what was changed until now is seen. The caller holds
    their people. What is changed from now on keeps its row, and so does a stay that ends after the day.
    """
    executed(_TAKE_UP, [list(encounter_ids), on])


def waiting(on: dt.date) -> Q:
    """Stays that have a row and have not to wait for their end."""
    return Q(pk__in=ChangedStay.objects.values("encounter")) & ~Q(discharged_on__gt=on)
