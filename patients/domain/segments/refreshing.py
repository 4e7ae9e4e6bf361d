"""Who is in a segment, worked out anew: once a day, and after each change of the rule.

One statement for each segment finds who fulfils the rule, takes out who does not any more and adds who does now, so
that a refresh costs what has changed. Running it twice changes nothing.
"""

import datetime as dt

from django.db import OperationalError, connection, transaction

from accounts.calendar import day_start, today
from accounts.models import Hospital
from hospital_crm.tenancy.scope import required_hospital
from patients.domain.segments import compiling, rules
from patients.models import Segment, SegmentCount, SegmentVersion

LONGEST_MS = 120_000

_REFRESH = """
with fulfil(id) as materialized ({people}),
gone as (
    delete from patients_segmentmember m
     where m.hospital_id = %s and m.segment_id = %s
       and not exists (select from fulfil f where f.id = m.patient_id)
    returning 1
), come as (
    insert into patients_segmentmember (hospital_id, segment_id, patient_id, since_on)
    select %s, %s, f.id, %s from fulfil f
     where not exists (select from patients_segmentmember m
                        where m.hospital_id = %s and m.segment_id = %s and m.patient_id = f.id)
     order by f.id
    on conflict (hospital_id, segment_id, patient_id) do nothing
    returning 1
)
select (select count(*) from fulfil), (select count(*) from come), (select count(*) from gone)
"""


def segments_to_refresh(hospital: Hospital, *, now: dt.datetime) -> list[int]:
    """Ids of the segments that were not worked out on this day of the hospital, or not by their present version."""
    midnight = day_start(today(hospital, now), hospital)
    return list(Segment.objects.to_refresh(midnight).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def refresh(segment_id: int, *, now: dt.datetime) -> Segment | None:
    """Works out the members of one segment by its present version. None where it is gone, retired or being refreshed by
    somebody else. Where its rule cannot be read any more or takes too long, it keeps what it had and says so.
    """
    rows = Segment.objects.in_use().select_for_update(skip_locked=True, of=("self",))
    segment = rows.filter(pk=segment_id).first()
    if segment is None:
        return None
    segment.refreshed_at, segment.refreshed_version, segment.refresh_problem = now, segment.version, ""
    try:
        with transaction.atomic():
            members, came, left = _work_out(segment, now)
    except rules.RuleError:
        segment.refresh_problem = Segment.Problem.RULE
    except OperationalError:
        segment.refresh_problem = Segment.Problem.TIME
    else:
        _write_count(segment, now, members, came, left)
        segment.member_count = members
    segment.save(update_fields=["member_count", "refreshed_at", "refreshed_version", "refresh_problem"])
    return segment


def _work_out(segment: Segment, now: dt.datetime) -> tuple[int, int, int]:
    """How many fulfil the rule, came, and left; the rows of members are changed."""
    version = SegmentVersion.objects.get(segment=segment, number=segment.version)
    day, hospital_id = today(now=now), required_hospital().pk
    people = compiling.people_of(rules.from_json(version.rule), day=day).order_by().values("pk")
    sql, params = people.query.sql_with_params()
    own = [hospital_id, segment.pk]
    with compiling.wide_reading(LONGEST_MS), connection.cursor() as cursor:
        cursor.execute(_REFRESH.format(people=sql), [*params, *own, *own, day, *own])
        return cursor.fetchone()


def _write_count(segment: Segment, now: dt.datetime, members: int, came: int, left: int) -> None:
    """One row a day: the last refresh decides how many, what came and left adds up."""
    values = {"version": segment.version, "members": members}
    count, is_new = SegmentCount.objects.get_or_create(
        segment=segment, on=today(now=now), defaults={**values, "came": came, "left": left}
    )
    if not is_new:
        count.version, count.members = segment.version, members
        count.came, count.left = count.came + came, count.left + left
        count.save(update_fields=["version", "members", "came", "left"])
