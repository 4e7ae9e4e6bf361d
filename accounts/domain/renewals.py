"""Rows on record follow the rules by which they were worked out: search keys the readings of names, regions the reading
of addresses. A rule carries a version; after a higher one every row of the hospital is worked out again.

It goes by chunks, each a transaction of its own that holds the rows it changes and no others, so that everybody works
on meanwhile. A run that was interrupted goes on after its last chunk, and one that a version has done does nothing.
Each app registers its rules in its wiring.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Model

from accounts.audit import record
from accounts.models import Hospital, Renewal
from hospital_crm.tenancy.scope import hospital_scope


@dataclass(frozen=True)
class Chunk:
    """What one chunk did: the last row it looked at, None where none is left after it, and how many it changed."""

    last_id: int | None
    changed: int

    @classmethod
    def of(cls, rows: Sequence[Model], at_once: int, changed: int) -> "Chunk":
        """Of rows read by their number, `at_once` where there were as many."""
        return cls(rows[-1].pk if len(rows) == at_once else None, changed)


@dataclass(frozen=True)
class Rule:
    """`version()`: the present one; `chunk(after_id)`: works out the rows that follow; `verb` and `counted`: how the
    trail tells of a run that went through; `reads`: the table of the hospital that it looks at beside the rows.
    """

    key: str
    version: Callable[[], int]
    chunk: Callable[[int], Chunk]
    verb: str
    counted: str
    reads: str = ""


rules: dict[str, Rule] = {}


def register(rule: Rule) -> None:
    """Adds a rule; called once by the wiring of its app."""
    rules[rule.key] = rule


def renew_all(hospital: Hospital, *, now: dt.datetime) -> list[Renewal]:
    """What every rule has to work out anew."""
    return [renew(hospital, key, now=now) for key in rules]


def renew(hospital: Hospital, key: str, *, now: dt.datetime) -> Renewal:
    """Everything that the rule works out, in chunks."""
    rule = rules[key]
    with hospital_scope(hospital):
        run, _made = Renewal.objects.get_or_create(rule=key, version=rule.version())
    while run.finished_at is None:
        with hospital_scope(hospital):
            run = _one_chunk(rule, run, now)
    return run


def begin_anew(key: str) -> None:
    """The next run of the rule begins with the first row."""
    Renewal.objects.filter(rule=key, version=rules[key].version()).update(after_id=0, finished_at=None)


def table_changed(table: str) -> None:
    """A table that rules look at beside the rows has changed: these begin anew."""
    for rule in [rule for rule in rules.values() if rule.reads == table]:
        begin_anew(rule.key)


def _one_chunk(rule: Rule, run: Renewal, now: dt.datetime) -> Renewal:
    run = Renewal.objects.select_for_update().get(pk=run.pk)
    if run.finished_at is not None:
        return run
    done = rule.chunk(run.after_id)
    run.changed += done.changed
    if done.last_id is None:
        run.finished_at = now
        record(rule.verb, run, after={"version": run.version, rule.counted: run.changed})
    else:
        run.after_id = done.last_id
    run.save(update_fields=["after_id", "changed", "finished_at"])
    return run
