"""How long it takes to count a segment of a million people with the reason of each who is not written to, and to freeze
it as rows, beside the bare SQL of the same sizes.

Row-level security is on. The campaign is one of text messages, for which every person has a number to be looked up;
four of ten have decided about it, and one of a hundred was contacted twice in the last days.
"""

import argparse
import statistics
import time
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Hospital
from benchmarks import crowd, crowd_consents, crowd_labels
from benchmarks.pages import timed
from campaigns.domain import audience
from campaigns.models import Campaign, CampaignRecipient
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import Segment, SegmentVersion

MUST = {"count_s": 2.0, "freeze_s": 30.0}
NAME = "基准受众"
_EVERYBODY = {"mode": "all", "parts": [{"fact": "contact_state", "op": "in", "values": ["open"]}]}
_TOUCHED = """
insert into messaging_touch (hospital_id, person_id, address, day, at, channel, purpose, is_approach, is_call, source,
                             source_id)
select p.hospital_id, p.id, '', current_date - n, now() - n * interval '1 day', 'sms', 'bench', true, false, 'bench',
       p.id * 10 + n
  from patients_patient p, generate_series(1, 2) n where p.hospital_id = %s and p.id %% 100 = 7
on conflict do nothing
"""
_BARE_COUNT = """
select count(*) from patients_patient p
  left join (select distinct on (patient_id) patient_id, value from patients_contactpoint where hospital_id = {h}
               and system = 'phone' order by patient_id, rank, id) a on a.patient_id = p.id
 where p.hospital_id = {h} and p.contact_state = 'open' and a.value is not null
"""
_BARE_FREEZE = """
insert into bench_audience (hospital_id, campaign_id, patient_id, outcome)
select p.hospital_id, 1, p.id, 'send' from patients_patient p where p.hospital_id = {h} and p.contact_state = 'open'
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--fresh", action="store_true", help="make the hospital anew")
    parser.add_argument("--explain", action="store_true", help="print the plan of the count")


def run(*, people: int, repeat: int = 5, fresh: bool = False, explain: bool = False, **options: Any) -> dict:
    """Makes the hospital where it is missing, then counts and freezes."""
    hospital = crowd.prepare(people, fresh=fresh)
    crowd_labels.ensure(hospital)
    crowd_consents.ensure(hospital)
    _touch(hospital)
    before, settings.DEBUG = settings.DEBUG, False
    try:
        campaign = _campaign(hospital)
        if explain:
            _explain(hospital, campaign)
        counted = [_counted(hospital, campaign) for _ in range(repeat)]
        outcomes, freeze_s = _frozen(hospital, campaign)
        bare_count = statistics.median(timed(lambda: _bare(hospital, _BARE_COUNT)) for _ in range(3)) / 1000
        bare_freeze = _bare_frozen(hospital)
    finally:
        settings.DEBUG = before
    count_s = statistics.median(counted)
    return {
        "people": people,
        "must": MUST,
        "count_s": round(count_s, 2),
        "slowest_count_s": round(max(counted), 2),
        "bare_count_s": round(bare_count, 2),
        "freeze_s": round(freeze_s, 2),
        "bare_freeze_s": round(bare_freeze, 2),
        "outcomes": outcomes,
        "passed": count_s <= MUST["count_s"] and freeze_s <= MUST["freeze_s"],
    }


def _touch(hospital: Hospital) -> None:
    """Who was contacted lately."""
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, [hospital.pk])
        cursor.execute("analyze messaging_touch")


def _campaign(hospital: Hospital) -> Campaign:
    """The campaign that is counted, without the rows of the run before."""
    with connection.cursor() as cursor:
        cursor.execute("truncate campaigns_campaignrecipient")
    with hospital_scope(hospital):
        segment, is_new = Segment.objects.get_or_create(code="bench_audience")
        if is_new:
            SegmentVersion.objects.create(segment=segment, number=1, rule=_EVERYBODY)
        about = {"kind": "offer", "channel": "sms", "is_commercial": True, "segment": segment}
        return Campaign.objects.get_or_create(name=NAME, defaults=about)[0]


def _counted(hospital: Hospital, campaign: Campaign) -> float:
    """Seconds of one count, as the page asks for it."""
    with hospital_scope(hospital):
        begun = time.perf_counter()
        if audience.count(campaign, now=timezone.now()) is None:
            raise RuntimeError("the count gave up")
        return time.perf_counter() - begun


def _frozen(hospital: Hospital, campaign: Campaign) -> tuple[dict[str, int], float]:
    """What was frozen, and the seconds it took with its commit."""
    begun = time.perf_counter()
    with hospital_scope(hospital):
        found = audience.freeze(campaign, now=timezone.now())
    seconds = time.perf_counter() - begun
    with hospital_scope(hospital):
        if CampaignRecipient.objects.count() != found.people:
            raise RuntimeError("not everybody was frozen")
    return found.outcomes, seconds


def _bare(hospital: Hospital, sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.format(h=hospital.pk))


def _bare_frozen(hospital: Hospital) -> float:
    """Seconds to write as many rows into a table without keys to others, as its owner."""
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists bench_audience")
        cursor.execute("create table bench_audience (like campaigns_campaignrecipient including all)")
        begun = time.perf_counter()
        with transaction.atomic():
            cursor.execute(_BARE_FREEZE.format(h=hospital.pk))
        seconds = time.perf_counter() - begun
        cursor.execute("drop table bench_audience")
    return seconds


def _explain(hospital: Hospital, campaign: Campaign) -> None:
    """The plan of the count, on the error output."""
    import sys

    with hospital_scope(hospital), connection.cursor() as cursor:
        sql, params = audience.judged(campaign, timezone.now())
        cursor.execute(f"explain (analyze, buffers) select outcome, count(*) from ({sql}) j group by outcome", params)
        print("\n".join(line for (line,) in cursor.fetchall()), file=sys.stderr)
