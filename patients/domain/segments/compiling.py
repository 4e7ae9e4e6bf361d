"""From a rule to people: one condition, one statement, an exact number.

Erased records, and people who refuse to be sorted into groups, are in no segment. Counting is given a few seconds; a
rule that needs longer is told so and worked out in the background.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from django.db.models import Q, QuerySet

from accounts.actors import Actor
from accounts.calendar import today
from patients import segment_facts
from patients.domain.consents_in_sql import people_allowed
from patients.domain.segments import rules
from patients.domain.segments.rules import Group, Line, Rule
from patients.models import Consent, Patient

_LIVING = (Patient.ContactState.OPEN, Patient.ContactState.STOPPED)
_TIMED_OUT = "57014"
COUNT_MS = 5000


def people_of(rule: Rule, *, day: dt.date) -> QuerySet[Patient]:
    """Everybody who fulfils the rule on a day, whoever asks. RuleError where the rule cannot be read."""
    return countable(rule).filter(condition_of(rule.root, day=day))


def countable(rule: Rule) -> QuerySet[Patient]:
    """Who can be in the segment at all: the living, and the dead where they are asked for; never erased records, and
    nobody who refuses to be sorted.
    """
    states = (*_LIVING, Patient.ContactState.DECEASED) if rule.with_deceased else _LIVING
    return Patient.objects.filter(_sortable(), contact_state__in=states)


def _sortable() -> Q:
    return people_allowed(Consent.Purpose.PROFILING, Consent.Channel.ANY)


def condition_of(part: Line | Group, *, day: dt.date) -> Q:
    """What somebody must fulfil for this part of a rule."""
    if isinstance(part, Line):
        return ~asked_of(part, day=day) if rules.is_contrary(part) else asked_of(part, day=day)
    conditions = [condition_of(inner, day=day) for inner in part.parts]
    if not conditions:
        raise rules.RuleError({"": "an empty group"})
    together = conditions[0]
    for condition in conditions[1:]:
        together = together & condition if part.mode == "all" else together | condition
    return ~together if part.mode == "none" else together


def asked_of(line: Line, *, day: dt.date, only: int | None = None) -> Q:
    """What the line asks of its fact; of a contrary line this is what must not hold."""
    try:
        asked = rules.read(line, today=day, only=only)
    except ValueError as problem:
        raise rules.RuleError({"": str(problem)}) from problem
    return segment_facts.facts[line.fact].condition(asked)


def count(rule: Rule, *, actor: Actor, now: dt.datetime) -> int | None:
    """How many of the people whom the actor may see fulfil the rule, exactly; None where that takes longer than five
    seconds.
    """
    visible = Patient.objects.visible_to(actor)
    people = people_of(rule, day=today(now=now))
    people = people if actor.sees == "all" else people.filter(pk__in=visible.values("pk"))
    try:
        with transaction.atomic(), wide_reading(COUNT_MS):
            return people.order_by().count()
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") != _TIMED_OUT:
            raise
        return None


# Room to hold ids, so that no question is asked once for each person. No compiling, which takes longer than it saves.
# One helper, who shares the pass over the people; a second would gather the same ids yet again. What helpers hold in
# common would lie in shared memory, of which containers have little. How many visits each person had is counted in
# the order of people, which an index has, in a third of the time of a table in memory. A page of people costs more
# than a page of an index: each row is opened up to its last columns.
_WIDE = {
    "work_mem": "96MB",
    "jit": "off",
    "max_parallel_workers_per_gather": "1",
    "enable_parallel_hash": "off",
    "enable_hashagg": "off",
    "seq_page_cost": "2",
}
_SETTINGS = (*_WIDE, "statement_timeout")
_READ = "select " + ", ".join(f"current_setting('{name}')" for name in _SETTINGS)
_WRITE = "select " + ", ".join(f"set_config('{name}', %s, true)" for name in _SETTINGS)


@contextmanager
def wide_reading(milliseconds: int = 0) -> Iterator[None]:
    """Statements that look at all people of a hospital. 0: as long as it takes."""
    with connection.cursor() as cursor:
        cursor.execute(_READ)
        before = cursor.fetchone()
        cursor.execute(_WRITE, [*_WIDE.values(), str(milliseconds)])
        yield
        cursor.execute(_WRITE, before)
