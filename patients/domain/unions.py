"""Unions on record: where an old address leads, what a person's timeline says of them."""

import datetime as dt
import uuid
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actors import Actor
from patients.domain.seldom import seldom_of
from patients.models import Patient, PersonMerger
from patients.registry import TimelineEntry

STANDING = f"""
select merged_id as gone, kept_id as kept from {PersonMerger._meta.db_table}
 where hospital_id = %(hospital)s and undone_at is null
"""


def kept_for(public_id: uuid.UUID) -> uuid.UUID | None:
    """Where the address of a record that was united with another leads now; None where it never was."""
    found = PersonMerger.objects.filter(merged_public_id=public_id, undone_at__isnull=True)
    return found.values_list("kept__public_id", flat=True).first()


def entries(patient: Patient, actor: Actor, now: dt.datetime) -> Iterator[TimelineEntry]:
    """Records united with this one, and unions that were taken apart."""
    for row in seldom_of(patient)["unions"]:
        url = ""
        if row.undone_at is None and row.merged_public_id and actor.can("patients.merge"):
            url = reverse("patients:union", args=[row.merged_public_id])
        by = row.by or _("another system")
        yield TimelineEntry(at=row.at, title=_("United with another record"), by=by, url=url)
        if row.undone_at:
            by = row.undone_by or ""
            yield TimelineEntry(at=row.undone_at, title=_("Union taken apart"), text=row.undo_reason, by=by)
