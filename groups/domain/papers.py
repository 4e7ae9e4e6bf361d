"""Files kept with a unit."""

import datetime as dt

from django.db import transaction

from accounts.actors import Actor
from accounts.audit import record
from groups.models import GroupCustomer, GroupFile
from hospital_crm.private_files.intake import Examined, store


@transaction.atomic
def attach(group: GroupCustomer, file: Examined, *, note: str, actor: Actor, now: dt.datetime) -> GroupFile:
    """Keep a file with the unit."""
    stored = store(file, folder=GroupFile.folder)
    kept = GroupFile.objects.create(
        group=group,
        note=note.strip()[:200],
        uploaded_by=actor.staff,
        uploaded_at=now,
        storage_name=stored.storage_name,
        title=stored.title,
        content_type=stored.content_type,
        size=stored.size,
        sha256=stored.sha256,
    )
    record("groups.file.attach", group, actor=actor, file=str(kept.public_id))
    return kept


@transaction.atomic
def remove(file: GroupFile, *, actor: Actor) -> None:
    """The file goes, on disk too."""
    record("groups.file.remove", file.group, actor=actor, file=str(file.public_id), name=file.title)
    file.delete()
