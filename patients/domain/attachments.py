"""Files beside a record: attached, read on record, removed with the record or by hand."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from hospital_crm.private_files import intake
from patients.domain.field_rules import reader_of
from patients.models import Attachment, Audience, Patient

MOST = 200


class AttachmentError(Exception):
    """Refused, with the reason."""


@transaction.atomic
def attach(
    patient: Patient,
    examined: intake.Examined,
    *,
    kind: str = Attachment.Kind.OTHER,
    audience: str = Audience.CLINICAL,
    remark: str = "",
    actor: Actor,
    now: dt.datetime,
) -> Attachment:
    """Keeps an examined file beside the record. Refuses the same file twice, and more than 200 files."""
    Patient.objects.select_for_update().only("pk").get(pk=patient.pk)
    present = Attachment.objects.filter(patient=patient)
    if present.count() >= MOST:
        raise AttachmentError(_("The record holds 200 files already; remove some first."))
    stored = intake.store(examined, folder=Attachment.folder)
    if same := present.filter(sha256=stored.sha256).first():
        raise AttachmentError(_("This file is attached already: %(title)s.") % {"title": same.title})
    row = Attachment(patient=patient, kind=kind, audience=audience, remark=remark.strip(), **vars_of(stored))
    row.uploaded_by, row.uploaded_at = actor.staff, now
    row.save()
    after = {"kind": kind, "audience": audience, "size": row.size, "sha256": row.sha256}
    record("patients.attachment.add", patient, actor=actor, after=after, attachment=row.pk)
    return row


def vars_of(stored: intake.Stored) -> dict[str, object]:
    """The columns that say where a file lies and what it is."""
    return {name: getattr(stored, name) for name in ("storage_name", "title", "content_type", "size", "sha256")}


@transaction.atomic
def remove_attachment(row: Attachment, *, actor: Actor) -> None:
    """Deletes a file and its row. Refused for whoever neither attached it nor belongs to the service centre."""
    reader = reader_of(actor, row.patient)
    if row.uploaded_by_id != actor.staff.pk and not (reader.centre and reader.may_read(row)):
        raise AttachmentError(_("Only who attached a file or the service centre removes it."))
    before = {"kind": row.kind, "size": row.size, "sha256": row.sha256}
    record("patients.attachment.remove", row.patient, actor=actor, before=before, attachment=row.pk)
    row.delete()


def attachments_of(patient: Patient, actor: Actor) -> list[Attachment]:
    """The newest files that the actor may read."""
    reader = reader_of(actor, patient)
    rows = Attachment.objects.filter(patient=patient).select_related("uploaded_by").order_by("-uploaded_at", "-id")
    return [row for row in rows[:MOST] if reader.may_read(row)]
