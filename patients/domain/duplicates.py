"""Which records may be one person: found set-based, scored, each with its written reasons.

Two records are compared when they share two facts of four: how the name sounds (pinyin in every reading, so that
traditional and simplified characters, dots and blanks make no difference), a telephone, the birth date, the last six
of an identity number. The score adds up what agrees and takes off what contradicts; from `ENOUGH` on a pair waits for
somebody to look at it. A key shared by more than `CROWD` people (a number of the front desk, 1900-01-01) tells nothing.

The whole hospital is compared at night, people made since then within minutes. A pair that was dismissed stays
dismissed until one of the facts compared has changed; what was decided for many at once and waits for its turn is void
then.
"""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from accounts.audit import record
from accounts.calendar import today
from hospital_crm.tenancy.scope import required_hospital
from patients.domain.numbers_in_sql import OWN
from patients.domain.staging import HOSPITAL, executed, stage
from patients.models import DuplicateCandidate, Patient


class PairDecided(Exception):
    """Refused, with the reason."""


ENOUGH = 50
SURE = 85
CROWD = 40
AT_ONCE = 5000
RECENT = dt.timedelta(minutes=30)

WEIGHTS: dict[str, tuple[int, object]] = {
    "same_paper": (35, gettext_lazy("the same last six of the identity number")),
    "same_name": (30, gettext_lazy("the same name")),
    "sounds_alike": (20, gettext_lazy("the names sound alike: other or traditional characters")),
    "name_part": (15, gettext_lazy("one name is part of the other")),
    "one_character": (10, gettext_lazy("the names differ in one character")),
    "same_phone": (25, gettext_lazy("the same telephone")),
    "same_birth": (25, gettext_lazy("the same birth date")),
    "same_sex": (5, gettext_lazy("the same sex")),
    "other_name": (-20, gettext_lazy("other names")),
    "other_birth": (-25, gettext_lazy("other birth dates")),
    "other_sex": (-20, gettext_lazy("other sex")),
    "other_paper": (-50, gettext_lazy("other identity numbers")),
}

_MEMORY = "64MB"
_PLACEHOLDERS = "('无名氏', '無名氏', '无名', '佚名', '不详', '未知', '测试', '测试患者', 'test', 'unknown')"

# What is compared: one row per person. The key of a name leaves out blanks, dots and capitals.
_PEOPLE = f"""
create temporary table dup_people on commit drop as
select p.id, lower(translate(p.name, ' 　·•‧∙⋅・．･-''’', '')) as key, p.py_full as py, p.py_full_alt as py2,
       p.birth_date as birth, p.sex,
       (select array_agg(c.value order by c.value) from patients_contactpoint c
         where c.hospital_id = p.hospital_id and c.patient_id = p.id and c.system = 'phone'
           and c.number_state not in ('dead', 'wrong') and {OWN.format(day="%(day)s")}) as phones,
       (select array_agg(i.tail_hash order by i.tail_hash) from patients_identifier i
         where i.hospital_id = p.hospital_id and i.patient_id = p.id and i.system = 'national_id') as papers
  from patients_patient p
 where p.hospital_id = {HOSPITAL} and p.contact_state not in ('erased', 'binned') and p.py_full <> ''
   and lower(p.name) not in {_PLACEHOLDERS} and not p.name ^@ '无名氏'
"""

# A key is two facts together; people who share one are compared.
_KEYS = """
create temporary table dup_keys on commit drop as
with sounds as (select id, py, birth, phones, papers from dup_people
                union all select id, py2, birth, phones, papers from dup_people where py2 <> '')
select hashtextextended(py || '|' || birth, 1) as key, id from sounds where birth is not null
union all
select hashtextextended(py || '|' || phone, 2), id from sounds, unnest(phones) phone
union all
select hashtextextended(py || '|' || paper, 3), id from sounds, unnest(papers) paper
union all
select hashtextextended(birth || '|' || phone, 4), id from dup_people, unnest(phones) phone where birth is not null
union all
select hashtextextended(birth || '|' || paper, 5), id from dup_people, unnest(papers) paper where birth is not null
"""
_PAIRS = f"""
create temporary table dup_pairs on commit drop as
select distinct a as left_id, b as right_id
  from (select array_agg(distinct id) as ids from dup_keys group by key having count(*) between 2 and {CROWD}) g
 cross join lateral unnest(g.ids) a cross join lateral unnest(g.ids) b
 where a < b
"""
_COMPARED = """
select q.left_id, q.right_id,
       md5(concat_ws('|', a.key, a.birth, a.sex, a.phones, a.papers, b.key, b.birth, b.sex, b.phones, b.papers))
         as facts,
       array_remove(array[
         case when a.papers && b.papers then 'same_paper'
              when a.papers is not null and b.papers is not null then 'other_paper' end,
         case when a.key = b.key then 'same_name'
              when a.py in (b.py, b.py2) or (a.py2 <> '' and a.py2 in (b.py, b.py2)) then 'sounds_alike'
              when least(length(a.key), length(b.key)) > 1 and (a.key ^@ b.key or b.key ^@ a.key) then 'name_part'
              when length(a.key) = length(b.key) and length(a.key) > 1 and 1 = (
                   select count(*) from generate_series(1, length(a.key)) n
                    where substr(a.key, n, 1) <> substr(b.key, n, 1)) then 'one_character'
              else 'other_name' end,
         case when a.phones && b.phones then 'same_phone' end,
         case when a.birth = b.birth then 'same_birth' when a.birth <> b.birth then 'other_birth' end,
         case when 'U' in (a.sex, b.sex) then null when a.sex = b.sex then 'same_sex' else 'other_sex' end
       ], null) as reasons
  from dup_pairs q join dup_people a on a.id = q.left_id join dup_people b on b.id = q.right_id
"""
_FOUND = f"""
create temporary table dup_found on commit drop as
select * from (
  select c.*, (select sum(w.weight) from unnest(c.reasons) r join dup_weights w on w.code = r)::int as score
    from ({_COMPARED}) c) scored
 where score >= {ENOUGH}
"""
_KEEP = f"""
insert into patients_duplicatecandidate as known
       (hospital_id, public_id, left_id, right_id, score, reasons, facts, state, found_at, planned, note)
select {HOSPITAL}, gen_random_uuid(), left_id, right_id, least(score, 100), to_jsonb(reasons), facts, 'open',
       %(now)s, '', ''
  from dup_found
    on conflict (hospital_id, left_id, right_id) do update
   set score = excluded.score, reasons = excluded.reasons, facts = excluded.facts, state = 'open', planned = ''
 where known.facts <> excluded.facts
"""
_LET_GO = f"""
delete from patients_duplicatecandidate d
 where d.hospital_id = {HOSPITAL} and d.state = 'open'
   and not exists (select 1 from dup_found f where f.left_id = d.left_id and f.right_id = d.right_id)
"""
_OF_ASKED = " and (d.left_id in (select id from dup_asked) or d.right_id in (select id from dup_asked))"
_SEXES = ", ".join(f"'{sex}'" for sex in Patient.Sex.values)
# Who shares a key with any of these people; each line is answered by an index. All sexes are named because the index
# by birth date has the sex first.
_AROUND = f"""
select id from dup_asked
union
select p.id from dup_asked d join patients_patient q on q.id = d.id and q.hospital_id = {HOSPITAL}
  join patients_patient p on p.hospital_id = q.hospital_id and p.sex in ({_SEXES}) and p.birth_date = q.birth_date
   and (p.py_full in (q.py_full, nullif(q.py_full_alt, ''))
        or p.py_full_alt in (q.py_full, nullif(q.py_full_alt, '')))
union
select c.patient_id from dup_asked d join patients_contactpoint o on o.patient_id = d.id and o.hospital_id = {HOSPITAL}
  join patients_contactpoint c on c.hospital_id = o.hospital_id and c.value = o.value
union
select i.patient_id from dup_asked d join patients_identifier o on o.patient_id = d.id and o.hospital_id = {HOSPITAL}
  join patients_identifier i on i.hospital_id = o.hospital_id and i.tail_hash = o.tail_hash and o.tail_hash <> ''
"""


def find_all(*, now: dt.datetime) -> int:
    """Compare everybody of the hospital; answers how many pairs wait. Open pairs that no longer look alike go."""
    _compare("", now)
    executed(_LET_GO)
    return DuplicateCandidate.objects.waiting().count()


def find_for(person_ids: Collection[int], *, now: dt.datetime) -> int:
    """Compare these people with everybody; answers how many pairs of theirs wait."""
    if not person_ids:
        return 0
    stage("dup_asked", {"id": "bigint"}, ((pk,) for pk in person_ids))
    executed("drop table if exists pg_temp.dup_around")
    executed(f"create temporary table dup_around on commit drop as {_AROUND}")
    _compare(" and p.id in (select id from dup_around)", now)
    executed(_LET_GO + _OF_ASKED)
    waiting = DuplicateCandidate.objects.waiting()
    return waiting.filter(Q(left_id__in=person_ids) | Q(right_id__in=person_ids)).count()


def find_for_new(*, now: dt.datetime, since: dt.timedelta = RECENT) -> int:
    """Compare the people who were made a moment ago; asked more often than `since`, so that nobody is left out."""
    found, upto = 0, None
    while True:
        rows = Patient.objects.order_by("-pk").filter(**({"pk__lt": upto} if upto else {}))
        page = list(rows.values_list("pk", "created_at")[:AT_ONCE])
        fresh = [pk for pk, made in page if made >= now - since]
        found += find_for(fresh, now=now)
        if len(fresh) < AT_ONCE:
            return found
        upto = fresh[-1]


@transaction.atomic
def dismiss(pair: DuplicateCandidate, *, note: str = "", actor: Actor | None, now: dt.datetime) -> DuplicateCandidate:
    """Somebody looked and says that these are two people. Refused where it was decided meanwhile."""
    pair = DuplicateCandidate.objects.select_for_update().get(pk=pair.pk)
    if pair.state != DuplicateCandidate.State.OPEN:
        raise PairDecided(_("Somebody has already decided this."))
    _decide(pair, DuplicateCandidate.State.DISMISSED, actor, now, note)
    record("patients.duplicate.dismiss", pair, actor=actor, people=[pair.left_id, pair.right_id])
    return pair


def forget_pairs(kept_id: int, other_id: int, *, actor: Actor | None, now: dt.datetime) -> None:
    """The second record is gone: its pair with the kept one is united, its open pairs with others wait no more."""
    _decide(_pair(kept_id, other_id), DuplicateCandidate.State.MERGED, actor, now)
    DuplicateCandidate.objects.waiting().filter(Q(left_id=other_id) | Q(right_id=other_id)).delete()


def keep_apart(first_id: int, second_id: int, *, actor: Actor | None, now: dt.datetime) -> None:
    """It was found that these are two people after all: the pair does not wait again while nothing changes."""
    find_for([first_id, second_id], now=now)
    _decide(_pair(first_id, second_id), DuplicateCandidate.State.DISMISSED, actor, now)


def _pair(first_id: int, second_id: int) -> DuplicateCandidate:
    left, right = sorted((first_id, second_id))
    found = DuplicateCandidate.objects.filter(left_id=left, right_id=right).first()
    return found or DuplicateCandidate(left_id=left, right_id=right, score=0, facts="")


def _decide(pair: DuplicateCandidate, state: str, actor: Actor | None, now: dt.datetime, note: str = "") -> None:
    pair.state, pair.decided_at, pair.planned, pair.note = state, now, "", note.strip()
    pair.decided_by = actor.staff if actor else None
    pair.save()


def words(reasons: Collection[str]) -> list[tuple[int, object]]:
    """The reasons of a pair as they are shown: points and words, what speaks for it first."""
    return sorted((WEIGHTS[code] for code in reasons if code in WEIGHTS), key=lambda found: -found[0])


def _compare(people: str, now: dt.datetime) -> None:
    """All pairs among these people, in tables of this transaction."""
    required_hospital()
    executed("select set_config('work_mem', %s, true)", [_MEMORY])
    for name in ("dup_people", "dup_keys", "dup_pairs", "dup_found"):
        executed(f"drop table if exists pg_temp.{name}")
    stage("dup_weights", {"code": "text", "weight": "int"}, ((code, weight) for code, (weight, _w) in WEIGHTS.items()))
    for statement, table in (
        (_PEOPLE + people, "dup_people"),
        (_KEYS, "dup_keys"),
        (_PAIRS, "dup_pairs"),
        (_FOUND, "dup_found"),
    ):
        executed(statement, {"day": today(now=now)})
        executed(f"analyze pg_temp.{table}")
    executed(_KEEP, {"now": now})
