"""The pace of an account over all workers of all machines: each takes the next moments for a handful of messages from
one row, by the clock of the database.
"""

from typing import NamedTuple

from django.db import connection

from hospital_crm.tenancy.scope import required_hospital


class Slots(NamedTuple):
    """So many messages may go, the first in so many seconds; none: the next moment is that far away."""

    many: int
    wait: float


_BEGIN = """
insert into messaging_gatewaypace (hospital_id, account_id, next_at) values (%s, %s, clock_timestamp())
on conflict (hospital_id, account_id) do nothing
"""
# Nobody takes moments further ahead than a round; what lies further away was written by a clock that was wrong.
_TAKE = """
with free as (
    select id, clock_timestamp() as here,
           case when next_at > clock_timestamp() + interval '10 seconds' then clock_timestamp()
                else greatest(next_at, clock_timestamp()) end as starts
      from messaging_gatewaypace where hospital_id = %(hospital)s and account_id = %(account)s for update
), room as (
    select id, here, starts, greatest(0, least(%(many)s,
           ceil(extract(epoch from here + make_interval(secs => %(seconds)s) - starts) * %(rate)s)))::int as many
      from free
)
update messaging_gatewaypace p set next_at = r.starts + make_interval(secs => r.many / %(rate)s::float)
  from room r where p.id = r.id
returning r.many, extract(epoch from r.starts - r.here)::float
"""


def take(account_id: int, *, per_second: int, many: int, seconds: float) -> Slots:
    """Takes the moments of at most so many messages that lie within so many seconds. Commit at once: others wait."""
    hospital = required_hospital().pk
    asked = {"hospital": hospital, "account": account_id, "many": many, "seconds": max(0.0, seconds)}
    with connection.cursor() as cursor:
        for _again in range(2):
            cursor.execute(_TAKE, {**asked, "rate": per_second})
            found = cursor.fetchone()
            if found is not None:
                return Slots(*found)
            cursor.execute(_BEGIN, [hospital, account_id])
    raise LookupError(account_id)
