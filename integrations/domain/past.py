"""Old lists: stays whose every step was over when they came in are followed all the same where somebody says so."""

from django.db import transaction
from django.db.models import QuerySet

from accounts import audit
from accounts.actors import Actor
from followups.domain import planning
from integrations.domain.stay_lists import stays_of
from integrations.models import ImportBatch
from patients.models import Encounter


def stays_too_old(batch: ImportBatch) -> QuerySet[Encounter]:
    """The stays of a list that nobody follows because they were over before planning began."""
    if batch.kind != ImportBatch.Kind.DISCHARGES or batch.state != ImportBatch.State.DONE:
        return Encounter.objects.none()
    return planning.too_old(stays_of(batch))


@transaction.atomic
def plan_past(batch: ImportBatch, *, actor: Actor) -> int:
    """Asks for the old stays of a list to be planned, their steps as late orders; answers for how many."""
    ids = list(stays_too_old(batch).values_list("pk", flat=True))
    planning.plan_past_later(encounter_ids=ids)
    audit.record("integrations.batch.plan_past", batch, actor=actor, stays=len(ids))
    return len(ids)
