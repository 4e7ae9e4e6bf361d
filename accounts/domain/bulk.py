"""One act on many rows of a list: chosen, looked at before, done in the background in parts, told, undone within a day.

The rows are fixed when they are chosen. Each part is one transaction: it holds the edit, so that two workers follow
each other, takes the next rows that wait, holds them and decides by what they are then. Killed in the middle, the next
worker goes on with what still waits. A row at which the act breaks is set aside with that reason; the others are done.
"""

import datetime as dt
import logging
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from accounts import lists
from accounts.actors import Actor, actor_for
from accounts.audit import log_access, record
from accounts.domain.saved_views import state_of
from accounts.lists import Act, Change, RegisteredList
from accounts.models import BulkEdit, BulkEditRow, Hospital
from hospital_crm.tenancy.queue import queue_on_commit
from hospital_crm.tenancy.scope import hospital_scope, required_hospital

log = logging.getLogger("crm.bulk")

TASK = "accounts.run_bulk_edit"
MOST_ROWS = 20_000
PART_ROWS = 500
SAMPLE = 8
UNDO_FOR = dt.timedelta(hours=24)
DRAFTS_KEPT = dt.timedelta(hours=24)
ROWS_KEPT = dt.timedelta(days=30)
CHANGED_SINCE, GONE, NOT_RESTORED, BROKE = "changed_since", "gone", "not_restored", "broke"


class BulkError(Exception):
    """Refused, with the reason."""


@dataclass(frozen=True)
class Sample:
    """One of the rows that would be changed, as it is read: the row's own words, before, after, or why not."""

    words: list[str]
    before: str
    after: str
    skipped: str


@transaction.atomic
def choose(
    entry: RegisteredList, *, act: str, picked: Sequence[uuid.UUID] | None, query: str, actor: Actor, now: dt.datetime
) -> BulkEdit:
    """Fixes the rows: those `picked` (public ids) among what the actor may see, or (None) all that the list shows.

    Refuses: an act the role may not do, no rows, more than can be changed at once.
    """
    chosen = _act_for(act, entry.key, actor)
    ids = entry.ids(actor, "" if picked is not None else state_of(query))
    if picked is not None:
        ids = ids.filter(public_id__in=list(picked)[:MOST_ROWS])
    found = list(ids[: MOST_ROWS + 1])
    if not found:
        raise BulkError(_("Nothing is marked."))
    if len(found) > MOST_ROWS:
        raise BulkError(
            _("At most %(most)s rows can be changed at once. Narrow the list.") % {"most": f"{MOST_ROWS:,}"}
        )
    edit = BulkEdit.objects.create(
        page=entry.key,
        query=state_of(query) if picked is None else "",
        act=chosen.key,
        made_by=actor.staff,
        role_code=actor.role_code,
        created_at=now,
    )
    rows = (BulkEditRow(edit=edit, number=place, row_id=row) for place, row in enumerate(found, 1))
    BulkEditRow.objects.bulk_create(rows, batch_size=2000)
    return edit


def act_of(edit: BulkEdit) -> Act:
    """The act of an edit. Refuses (BulkError) one that is not there any more."""
    if edit.act not in lists.acts or edit.page not in lists.lists:
        raise BulkError(_("This cannot be done any more."))
    return lists.acts[edit.act]


def _act_for(key: str, page: str, actor: Actor) -> Act:
    act = next((one for one in lists.acts_for(actor, page) if one.key == key), None)
    if act is None:
        raise BulkError(_("Your role does not allow this."))
    return act


def sample(edit: BulkEdit, params: dict[str, Any], *, actor: Actor) -> list[Sample]:
    """The first rows with what would become of them; changes nothing. They are logged as seen."""
    act, entry = act_of(edit), lists.lists[edit.page]
    ids = list(edit.lines.order_by("number").values_list("row_id", flat=True)[:SAMPLE])
    visible = set(entry.ids(actor, "").filter(pk__in=ids))
    ids = [row for row in ids if row in visible]
    names = [column.key for column in entry.chosen(actor, ())[:2]]
    log_access(actor, "list", entry.people(ids), page=f"bulk:{entry.key}")
    changes = act.changes(ids, params)
    return [
        Sample(words, *_in_words(act, changes.get(row, Change(skipped=GONE))))
        for row, words in zip(ids, entry.cells(actor, ids, names, False), strict=True)
    ]


def _in_words(act: Act, change: Change) -> tuple[str, str, str]:
    if change.skipped:
        return act.words(change.before), "", reason_words(act, change.skipped)
    return act.words(change.before), act.words(change.after), ""


def reason_words(act: Act, reason: str) -> str:
    """Why a row was left, in the reader's language."""
    own = {
        CHANGED_SINCE: _("somebody has changed it since"),
        GONE: _("not there any more, or not yours to see"),
        BROKE: _("an error stopped it; the other rows were done"),
        NOT_RESTORED: _("the former value is not in use any more"),
    }
    return str(own.get(reason) or act.reasons.get(reason, reason)) if reason else ""


@transaction.atomic
def start(edit: BulkEdit, params: dict[str, Any], *, actor: Actor, now: dt.datetime) -> BulkEdit:
    """Sends a chosen edit to be done. Pressing twice sends it once; refused to anybody but who chose the rows."""
    edit = _held(edit, actor, BulkEdit.State.DRAFT)
    act = _act_for(edit.act, edit.page, actor)
    edit.params, edit.state = params, BulkEdit.State.QUEUED
    edit.save(update_fields=["params", "state"])
    record("accounts.bulk_edit.start", edit, actor=actor, act=act.key, rows=edit.lines.count(), params=params)
    queue_on_commit(TASK, edit.pk, queue="bulk")
    return edit


@transaction.atomic
def undo(edit: BulkEdit, *, actor: Actor, now: dt.datetime) -> BulkEdit:
    """Asks for the former values. Pressing twice asks once; refused a day after, and to anybody but who did it."""
    edit = _held(edit, actor, BulkEdit.State.DONE)
    if not may_undo(edit, now):
        raise BulkError(_("This can no longer be undone: a day has passed."))
    _act_for(edit.act, edit.page, actor)
    edit.state = BulkEdit.State.UNDOING
    edit.save(update_fields=["state"])
    record("accounts.bulk_edit.undo", edit, actor=actor)
    queue_on_commit(TASK, edit.pk, queue="bulk")
    return edit


def may_undo(edit: BulkEdit, now: dt.datetime) -> bool:
    """Whether the former values can still be put back: it is done, less than a day ago."""
    return edit.state == BulkEdit.State.DONE and bool(edit.finished_at) and now - edit.finished_at < UNDO_FOR  # type: ignore[operator]


def _held(edit: BulkEdit, actor: Actor, state: str) -> BulkEdit:
    edit = BulkEdit.objects.select_for_update(no_key=True).get(pk=edit.pk)
    if edit.made_by_id != actor.staff.pk:
        raise BulkError(_("Your role does not allow this."))
    if edit.state != state:
        raise BulkError(_("This is already in another step: %(state)s.") % {"state": edit.get_state_display()})
    return edit


def counts(edit: BulkEdit) -> Counter[str]:
    """How many rows are in which state."""
    found = BulkEditRow.objects.filter(edit=edit).values_list("state").annotate(n=Count("pk"))
    return Counter(dict(found.order_by()))


def rows_of(edit: BulkEdit) -> int:
    """How many rows were chosen."""
    return BulkEditRow.objects.filter(edit=edit).count()


def reasons(edit: BulkEdit) -> list[tuple[str, int]]:
    """Why rows were left as they were, or not put back, and how many for each reason."""
    found = BulkEditRow.objects.filter(edit=edit).exclude(reason="").values_list("reason").annotate(n=Count("pk"))
    return list(found.order_by("-n", "reason"))


def value_words(edit: BulkEdit) -> str:
    """The value that rows get, as it is read: of the first one that was changed."""
    values = BulkEditRow.objects.filter(edit=edit, state__in=["changed", "restored", "kept"]).order_by("number")
    changed = values.values_list("after", flat=True).first()
    return act_of(edit).words(changed) if changed is not None else ""


def run(hospital: Hospital, edit_id: int, *, now: dt.datetime, part: int = PART_ROWS) -> bool:
    """Does what the edit waits for, part by part; answers whether there was anything to do."""
    worked = False
    while True:
        with hospital_scope(hospital):
            step = _next_part(edit_id, now, part)
        if step is None:
            return worked
        worked = True


def _next_part(edit_id: int, now: dt.datetime, part: int) -> bool | None:
    """One part in the transaction around it; None where nothing is left, or another worker has it."""
    waiting = BulkEdit.objects.unfinished().filter(pk=edit_id)
    edit = (
        waiting.select_for_update(no_key=True, skip_locked=True, of=("self",)).select_related("made_by__user").first()
    )
    if edit is None:
        return None
    is_undo = edit.state == BulkEdit.State.UNDOING
    state = BulkEditRow.State.CHANGED if is_undo else BulkEditRow.State.WAITING
    rows = list(BulkEditRow.objects.filter(edit=edit, state=state).order_by("number")[:part])
    actor = actor_for(edit.made_by.user, hospital=required_hospital(), role_code=edit.role_code)
    if rows:
        work = _restore if is_undo else _apply
        work(edit, rows, actor if actor and actor.role_code == edit.role_code else None, now)
        return True
    edit.state = BulkEdit.State.UNDONE if is_undo else BulkEdit.State.DONE
    edit.undone_at, edit.finished_at = (now, edit.finished_at) if is_undo else (None, now)
    edit.save(update_fields=["state", "finished_at", "undone_at"])
    _tell(edit, is_undo, actor)
    return None


def _tell(edit: BulkEdit, is_undo: bool, actor: Actor | None) -> None:
    verb = "accounts.bulk_edit.undone" if is_undo else "accounts.bulk_edit.done"
    record(verb, edit, actor=actor, act=edit.act, rows=dict(counts(edit)))


def _apply(edit: BulkEdit, rows: list[BulkEditRow], actor: Actor | None, now: dt.datetime) -> None:
    """Changes these rows as they are at this moment; what cannot be changed is told with its reason."""
    act, ids = act_of(edit), _allowed(edit, rows, actor)

    def work(some: list[int]) -> dict[int, Change]:
        changes = act.changes(some, edit.params)
        done = {row: change for row, change in changes.items() if not change.skipped}
        if actor is not None and done:
            act.apply(done, edit.params, actor, now)
        return changes

    act.hold(ids)
    changes = _without_broken(edit, ids, work)
    for row in rows:
        change = changes.get(row.row_id, Change(skipped=GONE))
        row.state = BulkEditRow.State.SKIPPED if change.skipped else BulkEditRow.State.CHANGED
        row.reason, row.before, row.after = change.skipped, change.before, change.after
    BulkEditRow.objects.bulk_update(rows, ["state", "reason", "before", "after"])


def _restore(edit: BulkEdit, rows: list[BulkEditRow], actor: Actor | None, now: dt.datetime) -> None:
    """Puts the former values back where they are still what this edit made them."""
    act, ids = act_of(edit), _allowed(edit, rows, actor, is_undo=True)
    lines = {row.row_id: row for row in rows}

    def work(some: list[int]) -> dict[int, Change]:
        present = act.changes(some, edit.params)
        still = {row for row in present if present[row].before == lines[row].after}
        back = {row: Change(before=lines[row].after, after=lines[row].before) for row in still}
        if actor is not None and back:
            act.restore(back, edit.params, actor, now)
        now_are = act.changes(list(back), edit.params) if back else {}
        done = {row for row in still if now_are[row].before == lines[row].before}
        return {
            row: Change(skipped="" if row in done else NOT_RESTORED if row in still else CHANGED_SINCE)
            for row in present
        }

    act.hold(ids)
    changes = _without_broken(edit, ids, work)
    for row in rows:
        row.reason = changes.get(row.row_id, Change(skipped=GONE)).skipped
        row.state = BulkEditRow.State.KEPT if row.reason else BulkEditRow.State.RESTORED
    BulkEditRow.objects.bulk_update(rows, ["state", "reason"])


def _without_broken(
    edit: BulkEdit, ids: list[int], work: Callable[[list[int]], dict[int, Change]]
) -> dict[int, Change]:
    """What became of these rows, done together; where that breaks, each half by itself, down to the row at which it
    breaks. A database that is away breaks all of it.
    """
    try:
        with transaction.atomic():
            return work(ids)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        if len(ids) <= 1:
            log.warning("bulk_row_broke", extra={"edit": edit.pk, "row": ids[:1], "error": type(error).__name__})
            return {row: Change(skipped=BROKE) for row in ids}
    middle = len(ids) // 2
    return _without_broken(edit, ids[:middle], work) | _without_broken(edit, ids[middle:], work)


def _allowed(edit: BulkEdit, rows: list[BulkEditRow], actor: Actor | None, *, is_undo: bool = False) -> list[int]:
    """Those of the rows that who asked may still see and change, and where it is undone those that the act itself took
    out of sight; nobody's where the role was taken away meanwhile.
    """
    offered = lists.acts_for(actor, edit.page) if actor is not None else []
    act = next((one for one in offered if one.key == edit.act), None)
    if actor is None or act is None:
        return []
    ids = [row.row_id for row in rows]
    seen = list(lists.lists[edit.page].ids(actor, "").filter(pk__in=ids))
    return sorted({*seen, *act.gone(ids)}) if is_undo and act.gone else seen


def result_rows(edit: BulkEdit, *, actor: Actor) -> Iterator[list[str]]:
    """The rows of the result file: the words of each row, what became of it, before, after, why. Logged as exported."""
    act, entry = act_of(edit), lists.lists[edit.page]
    names = [column.key for column in entry.chosen(actor, ())[:2]]
    lines = list(edit.lines.order_by("number"))
    log_access(actor, "export", entry.people([line.row_id for line in lines]), page=f"bulk:{entry.key}")
    for at in range(0, len(lines), PART_ROWS):
        part = lines[at : at + PART_ROWS]
        visible = list(entry.ids(actor, "").filter(pk__in=[line.row_id for line in part]))
        words = dict(zip(visible, entry.cells(actor, visible, names, False), strict=True))
        for line in part:
            own = words.get(line.row_id, [""] * len(names))
            values = [act.words(value) if value is not None else "" for value in (line.before, line.after)]
            yield [*own, str(line.get_state_display()), *values, reason_words(act, line.reason)]


def queue_unfinished() -> int:
    """Queues every edit of the hospital in scope that should be worked on; answers how many."""
    waiting = list(BulkEdit.objects.unfinished().values_list("pk", flat=True))
    for edit_id in waiting:
        queue_on_commit(TASK, edit_id, queue="bulk")
    return len(waiting)


@transaction.atomic
def forget_old(now: dt.datetime) -> int:
    """Edits that were never started go after a day; the rows of finished ones after a month. Answers how many edits
    went.
    """
    BulkEditRow.objects.filter(edit__finished_at__lt=now - ROWS_KEPT).exclude(
        edit__state__in=BulkEdit.WORKED_ON
    ).delete()
    drafts = BulkEdit.objects.filter(state=BulkEdit.State.DRAFT, created_at__lt=now - DRAFTS_KEPT)
    _total, by_model = drafts.delete()
    return by_model.get(BulkEdit._meta.label, 0)
