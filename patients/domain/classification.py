"""Who is in which group and stage, worked out by the published rules and kept with its reasons and history.

Every night for everybody, in chunks that go on where they stopped; at once for the people a feed or a union of records
changed. Somebody who died keeps the last labels. What somebody set by hand holds to its last day. Doing it twice
changes nothing, and history grows only when a group or stage changes. Who refuses to be sorted has no labels.
"""

import datetime as dt
from collections.abc import Callable, Collection

from django.db import transaction

from accounts.audit import record
from accounts.calendar import today
from accounts.models import Hospital
from hospital_crm.tenancy.queue import queue_on_commit
from hospital_crm.tenancy.scope import hospital_scope, required_hospital
from patients.domain import profiling, tallies
from patients.domain.label_rules import install_default, published_rules
from patients.domain.label_sql import statement_of
from patients.domain.staging import HOSPITAL, executed, fetched
from patients.models import ClassificationRun, Encounter, LabelRuleSet, Patient, PersonLabel

AT_ONCE = 5_000
_LOCK = "patients.labels"

# What the rules say beside what holds, of those whose label or reasons differ. By hand holds to its last day.
_FOUND = """
create temporary table found_labels on commit drop as
select said.*, held.id as held_id, coalesce(held.value, '') as before,
       said.value is distinct from coalesce(held.value, '') or coalesce(held.by_hand, false) as is_another
  from ({said}) said
  left join patients_personlabel held on held.hospital_id = {hospital} and held.patient_id = said.patient_id
                                     and held.axis = said.axis and held.until_at is null
 where not (coalesce(held.by_hand, false) and held.hand_until >= %(day)s)
   and (held.id is null and said.value <> ''
        or held.id is not null and (held.by_hand or held.value <> said.value or held.lines::text[] <> said.lines
                                    or held.unknown::text[] <> said.unknown or held.rule_set_id <> %(rules)s))
"""
_END = """
update patients_personlabel l set until_at = greatest(%(now)s, l.since_at)
  from pg_temp.found_labels f where l.hospital_id = {hospital} and l.id = f.held_id and f.is_another
"""
_BEGIN = """
insert into patients_personlabel (hospital_id, patient_id, axis, value, previous, since_at, rule_set_id, lines, inputs,
                                  unknown, decided_at, by_hand, reason)
select {hospital}, patient_id, axis, value, before, %(now)s, %(rules)s, lines, inputs, unknown, %(now)s, false, ''
  from pg_temp.found_labels where is_another and value <> ''
"""
_RENEW = """
update patients_personlabel l
   set rule_set_id = %(rules)s, lines = f.lines, inputs = f.inputs, unknown = f.unknown, decided_at = %(now)s
  from pg_temp.found_labels f where l.hospital_id = {hospital} and l.id = f.held_id and not f.is_another
"""
_SHOW = """
update patients_patient p
   set orientation = shown.orientation, life_cycle = shown.life_cycle, visit_cycle = shown.visit_cycle
  from (select p.id,
               coalesce(max(l.value) filter (where l.axis = 'orientation'), '') as orientation,
               coalesce(max(l.value) filter (where l.axis = 'life_cycle'), '') as life_cycle,
               coalesce(max(l.value) filter (where l.axis = 'visit_cycle'), '') as visit_cycle
          from unnest(%(ids)s::bigint[]) as p(id)
          left join patients_personlabel l on l.hospital_id = {hospital} and l.patient_id = p.id and l.until_at is null
         group by p.id) shown
 where p.hospital_id = {hospital} and p.id = shown.id
   and (p.orientation, p.life_cycle, p.visit_cycle)
       is distinct from (shown.orientation, shown.life_cycle, shown.visit_cycle)
"""


def alone() -> None:
    """One transaction of a hospital labels at a time: the nightly run, an event and somebody's hand never collide."""
    executed("select pg_advisory_xact_lock(hashtext(%s), %s::int)", [_LOCK, required_hospital().pk])


@transaction.atomic
def classify(*, patient_ids: Collection[int], now: dt.datetime) -> int:
    """Labels these people by the published rules; answers how many labels changed. The dead and erased are left out."""
    rules = published_rules()
    if rules is None or not patient_ids:
        return 0
    alone()
    return _label_or_let_go(_held_living(patient_ids), rules, now)


@transaction.atomic
def sort_or_let_go(patient_id: int, *, now: dt.datetime) -> None:
    """Somebody has decided about being sorted: a no ends labels and takes out of segments at once, also without rules;
    after a yes the rules look at the person again.
    """
    alone()
    if profiling.refusing([patient_id]):
        profiling.let_go([patient_id], now=now)
        show_labels([patient_id])
    else:
        classify(patient_ids=[patient_id], now=now)


def _held_living(patient_ids: Collection[int]) -> list[int]:
    """Of these people those who live, held to the end in one order: a union or a death of one of them waits, or is
    waited for and seen.
    """
    living = Patient.objects.filter(pk__any_of=sorted(patient_ids), contact_state__in=("open", "stopped"))
    return list(living.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))


def classify_stays(*, encounter_ids: Collection[int], now: dt.datetime) -> int:
    """Labels the people of these stays and visits, cancelled ones too."""
    people = Encounter.objects.filter(pk__in=list(encounter_ids)).values_list("patient_id", flat=True)
    return classify(patient_ids=set(people), now=now)


def classify_later(*, encounter_ids: Collection[int]) -> None:
    """As `classify_stays`, by a worker after the commit, so that no feed waits for it."""
    if encounter_ids:
        queue_on_commit("patients.classify_stays", sorted(encounter_ids), queue="bulk")


def _label_or_let_go(ids: list[int], rules: LabelRuleSet, now: dt.datetime) -> int:
    """By the rules, but whoever refuses to be sorted."""
    left_out = set(profiling.refusing(ids))
    ended = profiling.let_go(left_out, now=now) if left_out else 0
    if ended:
        show_labels(left_out)
    return ended + _label([one for one in ids if one not in left_out], rules, now)


def _label(ids: list[int], rules: LabelRuleSet, now: dt.datetime) -> int:
    if not ids:
        return 0
    said = statement_of(rules)
    values = {**said.params, "ids": ids, "day": today(now=now), "rules": rules.pk, "now": now}
    executed("drop table if exists pg_temp.found_labels")
    executed(_FOUND.format(said=said.sql, hospital=HOSPITAL), values)
    for statement in (_END, _BEGIN, _RENEW):
        executed(statement.format(hospital=HOSPITAL), values)
    another = fetched("select patient_id, count(*) from pg_temp.found_labels where is_another group by patient_id")
    if another:
        show_labels([pk for pk, _number in another])
    return sum(number for _pk, number in another)


def show_labels(patient_ids: Collection[int]) -> None:
    """Repeats on the people what holds of them."""
    executed(_SHOW.format(hospital=HOSPITAL), {"ids": list(patient_ids)})


def classify_hospital(
    hospital: Hospital, *, now: dt.datetime, told: Callable[[int, int], object] | None = None
) -> ClassificationRun:
    """The run of the day by the published rules: everybody, in chunks, each a transaction of its own.

    A run that was interrupted goes on after its last chunk; one that is done does nothing. Counts are made anew at its
    end. `told` hears after every chunk how many people were looked at, and how many there are.
    """
    with hospital_scope(hospital):
        people = Patient.objects.count() if told else 0
        rules = install_default(now=now)
        run, _made = ClassificationRun.objects.get_or_create(
            rule_set=rules, day=today(now=now), defaults={"started_at": now}
        )
    while run.finished_at is None:
        with hospital_scope(hospital):
            run = _one_chunk(run, rules, now)
        if told:
            told(min(run.seen, people), people)
    return run


def _one_chunk(run: ClassificationRun, rules: LabelRuleSet, now: dt.datetime) -> ClassificationRun:
    alone()
    run = ClassificationRun.objects.select_for_update().get(pk=run.pk)
    if run.finished_at is not None:
        return run
    chunk = list(Patient.objects.filter(pk__gt=run.after_id).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    if chunk:
        run.after_id, run.seen = chunk[-1], run.seen + len(chunk)
        run.changed += _label_or_let_go(_held_living(chunk), rules, now)
    if len(chunk) < AT_ONCE:
        tallies.recount()
        run.finished_at = now
        record("patients.labels.classify", run, after={"seen": run.seen, "changed": run.changed})
    run.save(update_fields=["after_id", "seen", "changed", "finished_at"])
    return run


@transaction.atomic
def bring_together(*, kept: Patient, merged: Patient, now: dt.datetime) -> None:
    """Two records are one person: what somebody set by hand on the second holds where the first is labelled by rules;
    all else of the second that held ends. The rules look at the united person after the commit.
    """
    by_hand = PersonLabel.objects.current().filter(patient=merged, by_hand=True).values_list("axis", flat=True)
    own = PersonLabel.objects.current().filter(patient=kept)
    own.filter(by_hand=False, axis__in=list(by_hand)).end(now=now)
    taken = list(own.values_list("axis", flat=True))
    PersonLabel.objects.current().filter(patient=merged, axis__in=taken).end(now=now)
    queue_on_commit("patients.classify_people", [kept.pk], queue="default")
