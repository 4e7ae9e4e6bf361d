"""Taking a list out of the house: asked for with a reason and a limit of rows, allowed by a second person where it is
large or shows whole values, fetched within a day by who asked for it, each time on record.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import partial

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import lists
from accounts.actors import Actor, actor_for
from accounts.audit import log_access, record
from accounts.domain.numbers import draw_number
from accounts.domain.saved_views import state_of
from accounts.models import Export, NumberSeries
from accounts.signals import export_settled
from hospital_crm.private_files import vault
from hospital_crm.tenancy.queue import queue_on_commit
from hospital_crm.tenancy.scope import required_hospital

WITHOUT_APPROVAL = 500
MOST_ROWS = 50_000
KEPT = dt.timedelta(hours=24)
FOLDER = "exports"
TASK = "accounts.make_export"
OPEN = (Export.State.ASKED, Export.State.QUEUED)
MOST_OPEN = 5


class ExportError(Exception):
    """Refused, with the reason."""


def asker(export: Export) -> Actor | None:
    """Who asked, in the role of the asking; None where it is not held any more."""
    actor = actor_for(export.asked_by.user, hospital=required_hospital(), role_code=export.role_code)
    return actor if actor is not None and actor.role_code == export.role_code else None


def needs_approval(*, row_limit: int, is_whole: bool) -> bool:
    """Whether the security officer has to allow it."""
    return is_whole or row_limit > WITHOUT_APPROVAL


def rows_behind(entry: lists.RegisteredList, query: str, *, actor: Actor) -> int:
    """How many rows an export of this list would have, counted up to one more than the most there may be."""
    return entry.ids(actor, state_of(query)).order_by()[: MOST_ROWS + 1].count()


@transaction.atomic
def ask(
    entry: lists.RegisteredList,
    *,
    query: str,
    columns: Sequence[str],
    format: str,
    reason: str,
    row_limit: int,
    is_whole: bool = False,
    actor: Actor,
    now: dt.datetime,
) -> Export:
    """Asks for an export; a small, masked one is made at once, any other waits for approval.

    Refuses: no right to export or to see the list, no reason, more rows than any export may have, whole values for a
    role that may not see them, and a sixth export while five are open.
    """
    _refuse(entry, reason, row_limit, is_whole, actor)
    waits = entry.always_approved or needs_approval(row_limit=row_limit, is_whole=is_whole)
    export = Export.objects.create(
        serial=draw_number(NumberSeries.Register.EXPORTS),
        page=entry.key,
        query=state_of(query),
        columns=[column.key for column in entry.chosen(actor, columns)],
        format=format if format in Export.Format.values else Export.Format.XLSX,
        reason=reason.strip()[:200],
        row_limit=row_limit,
        is_whole=is_whole,
        state=Export.State.ASKED if waits else Export.State.QUEUED,
        asked_by=actor.staff,
        role_code=actor.role_code,
        language=get_language() or "",
        asked_at=now,
    )
    asked = {"page": entry.key, "limit": row_limit, "whole": is_whole, "columns": export.columns}
    record("accounts.export.ask", export, actor=actor, **asked)
    if not waits:
        queue_on_commit(TASK, export.pk, queue="default")
    return export


def _refuse(entry: lists.RegisteredList, reason: str, row_limit: int, is_whole: bool, actor: Actor) -> None:
    if not (actor.can("exports.make") and actor.can(entry.capability)):
        raise ExportError(_("Your role does not allow this."))
    if not reason.strip():
        raise ExportError(_("Say what the export is for."))
    if not 1 <= row_limit <= MOST_ROWS:
        raise ExportError(_("An export has between 1 and %(most)s rows.") % {"most": f"{MOST_ROWS:,}"})
    if is_whole and not (entry.unmask and actor.can(entry.unmask)):
        raise ExportError(_("Your role sees these values masked, and so does its export."))
    if Export.objects.visible_to(actor).filter(state__in=OPEN).count() >= MOST_OPEN:
        raise ExportError(_("Five of your exports are still open. Wait until one of them is ready."))


@transaction.atomic
def decide(export: Export, *, is_allowed: bool, note: str = "", actor: Actor, now: dt.datetime) -> Export:
    """Allows or refuses an export.

    Refuses: who may not approve, who asked for it, one that was decided meanwhile, and refusing without a word why.
    """
    if not actor.can("exports.approve"):
        raise ExportError(_("Your role does not allow this."))
    export = Export.objects.select_for_update(no_key=True).get(pk=export.pk)
    if export.asked_by_id == actor.staff.pk:
        raise ExportError(_("Whoever asked for an export does not allow it."))
    if export.state != Export.State.ASKED:
        raise ExportError(_("Somebody has decided this export already."))
    if not is_allowed and not note.strip():
        raise ExportError(_("Say why it is refused."))
    export.state = Export.State.QUEUED if is_allowed else Export.State.REFUSED
    export.decided_by, export.decided_at, export.decision_note = actor.staff, now, note.strip()[:200]
    export.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])
    record("accounts.export.allow" if is_allowed else "accounts.export.refuse", export, actor=actor)
    if is_allowed:
        queue_on_commit(TASK, export.pk, queue="bulk")
    else:
        export_settled.send(sender=Export, export=export, now=now)
    return export


def fetch(export: Export, *, actor: Actor, now: dt.datetime) -> Iterator[bytes]:
    """The file, piece by piece, for who asked for it; one row of the access log with everybody in it.

    Refuses: anybody else, a role that may not export any more, a link that has expired, a file that is not there.
    """
    if export.asked_by_id != actor.staff.pk or not actor.can("exports.make"):
        raise ExportError(_("Your role does not allow this."))
    if export.state != Export.State.READY or export.expires_at is None or export.expires_at <= now:
        raise ExportError(_("The link has expired. Ask for the export again."))
    pieces = vault.opened(export.stored_as, hospital_id=required_hospital().pk, folder=FOLDER)
    try:
        first = next(pieces, b"")
    except FileNotFoundError:
        raise ExportError(_("The link has expired. Ask for the export again.")) from None
    log_access(actor, "export", export.people, purpose=export.reason, page=f"export:{export.page}")
    record("accounts.export.fetch", export, actor=actor, rows=export.rows)
    return _chained(first, pieces)


def _chained(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from pieces


@transaction.atomic
def expire(now: dt.datetime) -> int:
    """Files whose link has expired go; answers how many. The export itself, and who was in it, stay on record."""
    gone = list(Export.objects.outlived(now).select_for_update(skip_locked=True))
    for export in gone:
        name, export.stored_as, export.state = export.stored_as, "", Export.State.GONE
        export.save(update_fields=["stored_as", "state"])
        transaction.on_commit(partial(vault.remove, name, hospital_id=required_hospital().pk, folder=FOLDER))
    if gone:
        record("accounts.export.expire", exports=len(gone))
    return len(gone)


def sweep_files() -> int:
    """Files of the hospital in scope that no export knows go after a day; answers how many."""
    known = set(Export.objects.exclude(stored_as="").values_list("stored_as", flat=True))
    return vault.sweep(FOLDER, hospital_id=required_hospital().pk, known=known)
