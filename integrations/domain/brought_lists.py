"""The lists that were brought in or are on their way: what they are narrowed to, newest first."""

import datetime as dt
from collections.abc import Mapping

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from hospital_crm.tenancy.counts import capped_counts
from hospital_crm.tenancy.keyset import Key, Page, page_of
from integrations.models import ImportBatch, ImportIssue

BY_UPLOAD = Key("created_at", dt.datetime.fromisoformat)
_States = ImportBatch.State
CHIPS: Mapping[str, object] = {
    "": _("All"),
    "open": _("To go on with"),
    "running": _("Being worked on"),
    "done": _("imported"),
    "remarks": _("with remarks"),
    "failed": _("broken off"),
    "undone": _("Undone or discarded"),
}
_OF_STATE: Mapping[str, tuple[str, ...]] = {
    "open": (_States.UPLOADED, _States.READY, _States.PAUSED),
    "running": ImportBatch.WORKED_ON,
    "done": (_States.DONE,),
    "failed": (_States.FAILED,),
    "undone": (_States.UNDONE, _States.DISCARDED),
}


def lists_seen(actor: Actor, chip: str, kind: str) -> QuerySet[ImportBatch]:
    """The lists of a chip and a kind ("": of every kind) that the actor may see. `remarks`: of what went in, at least
    one row did with a remark.
    """
    rows = ImportBatch.objects.visible_to(actor)
    if kind:
        rows = rows.filter(kind=kind)
    if chip == "remarks":
        remarks = ImportIssue.objects.filter(batch=OuterRef("pk"), is_dry=False, kind=ImportIssue.Kind.WARNING)
        return rows.filter(Exists(remarks))
    return rows.filter(state__in=_OF_STATE[chip]) if chip else rows


def counts(actor: Actor, kind: str) -> dict[str, int]:
    """How many stand behind each chip, up to 1,001, in one query."""
    return dict(zip(CHIPS, capped_counts(*(lists_seen(actor, chip, kind) for chip in CHIPS)), strict=True))


def page(actor: Actor, chip: str, kind: str, *, after: str = "", before: str = "") -> Page[ImportBatch]:
    """One page."""
    fetch = ImportBatch.objects.select_related("made_by", "group")
    return page_of(lists_seen(actor, chip, kind), BY_UPLOAD, fetch=fetch, after=after, before=before)


def kinds_seen(actor: Actor) -> list[tuple[str, object]]:
    """The kinds of which the actor may see a list."""
    sees_all, sees_staff = actor.can("integrations.import"), actor.can("integrations.import_staff")
    of_units = (ImportBatch.Kind.ROSTER,)
    return [
        (code, label)
        for code, label in ImportBatch.Kind.choices
        if (sees_staff if code == ImportBatch.Kind.STAFF else sees_all or code in of_units)
    ]
