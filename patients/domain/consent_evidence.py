"""The proof of a decision: the signed sheet kept with it, and who may open it.

It shows the name and the hand of the person, so it is for the service centre, and for whoever sees the name in full.
"""

import datetime as dt
import uuid

from django.db import transaction

from accounts.actors import Actor
from accounts.audit import record
from hospital_crm.private_files import intake, kinds
from patients.domain.attachments import vars_of
from patients.domain.field_rules import reader_of
from patients.models import ConsentEvidence, Patient

KINDS = (kinds.PDF, *kinds.PICTURES)


@transaction.atomic
def keep(person: Patient, examined: intake.Examined, *, actor: Actor, now: dt.datetime) -> ConsentEvidence:
    """Keeps an examined file as proof. One that is kept already is the same proof."""
    stored = intake.store(examined, folder=ConsentEvidence.folder)
    same = ConsentEvidence.objects.filter(patient=person, sha256=stored.sha256).first()
    if same is not None:
        return same
    row = ConsentEvidence(patient=person, uploaded_by=actor.staff, uploaded_at=now, **vars_of(stored))
    row.save()
    after = {"size": row.size, "sha256": row.sha256}
    record("patients.consent.keep_proof", person, actor=actor, after=after)
    return row


def may_open(person: Patient, actor: Actor) -> bool:
    """Whether the proofs of this person are for the actor."""
    reader = reader_of(actor, person)
    return reader.centre or reader.sight.numbers


def proof_of(person: Patient, public_id: uuid.UUID) -> ConsentEvidence | None:
    """The kept file, where there is one; a proof that another system only names has none here."""
    return ConsentEvidence.objects.filter(patient=person, public_id=public_id).first()
