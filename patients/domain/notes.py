"""What staff write down about a person. A note is never changed; one that was wrong is withdrawn."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from patients.domain.field_rules import reader_of
from patients.models import Audience, Patient, PatientNote

MOST_PINNED = 5


class NoteError(Exception):
    """Refused, with the reason."""


@transaction.atomic
def add_note(
    patient: Patient,
    text: str,
    *,
    kind: str = PatientNote.Kind.GENERAL,
    audience: str = Audience.CLINICAL,
    is_pinned: bool = False,
    actor: Actor,
    now: dt.datetime,
) -> PatientNote:
    """A free note on the person's timeline. One on the state of health is for who may read clinical text, whatever was
    asked. Refuses an empty one. The audit holds no word of it.
    """
    if not text.strip():
        raise NoteError(_("An empty note says nothing."))
    if kind == PatientNote.Kind.CONDITION:
        audience = Audience.CLINICAL
    note = PatientNote(patient=patient, text=text.strip(), kind=kind, audience=audience, author=actor.staff)
    note.noted_at = now
    note.save()
    record("patients.note.add", patient, actor=actor, after={"kind": kind, "audience": audience}, note=note.pk)
    if is_pinned:
        pin_note(note, True, actor=actor)
    return note


@transaction.atomic
def pin_note(note: PatientNote, is_pinned: bool, *, actor: Actor) -> PatientNote:
    """Puts a note on top, or back into its place. Refuses more than five on top: then nothing stands out."""
    note = PatientNote.objects.select_for_update().get(pk=note.pk)
    if note.is_pinned == is_pinned or note.withdrawn_at:
        return note
    pinned = PatientNote.objects.filter(patient=note.patient_id, is_pinned=True, withdrawn_at__isnull=True)
    if is_pinned and pinned.count() >= MOST_PINNED:
        raise NoteError(_("Five notes stand on top already; take one down first."))
    note.is_pinned = is_pinned
    note.save(update_fields=["is_pinned"])
    verb = "patients.note.pin" if is_pinned else "patients.note.unpin"
    record(verb, note.patient, actor=actor, note=note.pk)
    return note


@transaction.atomic
def withdraw_note(note: PatientNote, *, actor: Actor, now: dt.datetime) -> PatientNote:
    """Takes a wrong note off every page. Refused for anybody but its author."""
    note = PatientNote.objects.select_for_update().get(pk=note.pk)
    if note.author_id != actor.staff.pk:
        raise NoteError(_("Only the author withdraws a note."))
    if note.withdrawn_at is None:
        note.withdrawn_at, note.withdrawn_by, note.is_pinned = now, actor.staff, False
        note.save(update_fields=["withdrawn_at", "withdrawn_by", "is_pinned"])
        record("patients.note.withdraw", note.patient, actor=actor, note=note.pk)
    return note


def pinned_notes(patient: Patient, actor: Actor) -> list[PatientNote]:
    """The notes on top that the actor may read, newest first."""
    rows = PatientNote.objects.filter(patient=patient, is_pinned=True, withdrawn_at__isnull=True)
    reader = reader_of(actor, patient)
    return [note for note in rows.select_related("author").order_by("-noted_at") if reader.may_read(note)]
