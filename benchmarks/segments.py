"""How long it takes to count a segment of five conditions among a million people while it is being built, and to work
out the members of fifty segments, beside the bare SQL of the same.

Row-level security is on. A count is measured as the builder asks for it, the whole request through the client. The
fifty segments are worked out twice: for the first time, when every member is written, and for the day after, when a few
come and go.
"""

import argparse
import datetime as dt
import re
import statistics
import time
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Department, Hospital
from benchmarks import crowd, crowd_consents, crowd_labels
from benchmarks.pages import BACKEND, timed, user_of
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.segments import refreshing, rules
from patients.domain.segments.rules import Group, Line, Rule
from patients.models import Segment, SegmentCount, SegmentMember, SegmentVersion

MUST = {"count_ms": 500, "refresh_50_s": 60}
NAME = "基准分群"
SEGMENTS = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--patients", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--fresh", action="store_true", help="make the hospital anew")
    parser.add_argument("--explain", action="store_true", help="print the plan of every count")


def run(*, patients: int, repeat: int = 7, fresh: bool = False, explain: bool = False, **options: Any) -> dict:
    """Makes the hospital where it is missing, then counts and refreshes."""
    settings.ALLOWED_HOSTS = ["*"]
    hospital = crowd.prepare(patients, fresh=fresh)
    crowd_labels.ensure(hospital)
    crowd_consents.ensure(hospital)
    before, settings.DEBUG = settings.DEBUG, False
    try:
        counts = {name: _counted(hospital, rule, repeat) for name, rule in _five(hospital).items()}
        if explain:
            _explain(hospital)
        refreshed = _refreshed(hospital)
    finally:
        settings.DEBUG = before
    worst = max(figure["median_ms"] for figure in counts.values())
    slowest = max(refreshed["first_s"], refreshed["next_day_s"])
    return {
        "patients": patients,
        "must": MUST,
        "counts": counts,
        "bare_count_ms": _bare(hospital, _BARE_COUNT, repeat),
        "refresh": refreshed,
        "passed": worst <= MUST["count_ms"] and slowest <= MUST["refresh_50_s"],
    }


def _five(hospital: Hospital) -> dict[str, Rule]:
    """Segments of five conditions: of the record alone, with stays looked back on, with groups, with the labels, and
    with what people allow.
    """
    with hospital_scope(hospital):
        departments = tuple(str(pk) for pk in Department.objects.order_by("pk").values_list("pk", flat=True)[:3])
    age, sex = Line("age", "at_least", ("60",)), Line("sex", "in", ("F",))
    region = Line("region", "in", ("区县00", "区县01", "区县02"))
    tier, recent = Line("tier", "in", ("A", "B")), Line("last_visit", "within", ("365",))
    disease, visits = Line("disease", "in", ("A", "B0"), 36), Line("visits", "at_least", ("2",), 24)
    visited = Line("department", "in", departments, 24)
    cycle, life = Line("visit_cycle", "in", ("latent", "long_term")), Line("life_cycle", "in", ("customer", "loyal"))
    texts = Line("consent_marketing_sms", "in", ("granted",), way="sms")
    mails = Line("consent_marketing_mail", "not_in", ("withdrawn",), way="email")
    return {
        "record": Rule(Group("all", (age, sex, region, tier, recent))),
        "stays": Rule(Group("all", (age, sex, disease, visits, visited))),
        "groups": Rule(
            Group("all", (sex, Group("any", (tier, disease)), Group("none", (visits, Line("phone", "no")))))
        ),
        "labels": Rule(Group("all", (age, sex, tier, cycle, life))),
        "consents": Rule(Group("all", (age, sex, recent, texts, mails))),
    }


_BARE_COUNT = """
select count(*) from patients_patient p
 where p.hospital_id = {h} and p.contact_state in ('open', 'stopped') and p.sex = 'F'
   and p.birth_date <= current_date - interval '60 years'
   and p.id in (select patient_id from patients_encounter where hospital_id = {h} and not is_cancelled
                   and admitted_on >= current_date - interval '24 months' group by patient_id having count(*) >= 2)
"""


def _counted(hospital: Hospital, rule: Rule, repeat: int) -> dict[str, Any]:
    """The request of the builder that counts."""
    client = Client()
    client.force_login(user_of("centre_manager"), backend=BACKEND)
    boxes = {"r-mode": rule.root.mode, **_boxes(rule.root, "r")}

    def ask() -> Any:
        answer = client.post(f"/{hospital.slug}/segments/count/", boxes)
        found = re.search(r"<b>≈?([\d,]+)</b>", answer.content.decode())
        if answer.status_code != 200 or found is None:
            raise RuntimeError(f"the count answered {answer.status_code} and no number")
        return int(found[1].replace(",", ""))

    number = ask()
    times = [timed(ask) for _ in range(repeat)]
    return {"people": number, "median_ms": round(statistics.median(times), 1), "slowest_ms": round(max(times), 1)}


def _boxes(group: Group, name: str) -> dict[str, Any]:
    """The fields of the builder for a rule."""
    found: dict[str, Any] = {f"{name}-mode": group.mode, f"{name}-size": str(len(group.parts))}
    for number, part in enumerate(group.parts):
        inner = f"{name}-{number}"
        if isinstance(part, Group):
            found |= {f"{inner}-is": "group", **_boxes(part, inner)}
            continue
        found |= {f"{inner}-is": "line", f"{inner}-fact": part.fact, f"{inner}-op": part.op}
        found |= {f"{inner}-v": list(part.values), f"{inner}-months": "" if part.months is None else str(part.months)}
        found |= {f"{inner}-way": part.way} if part.way else {}
        found |= {f"{inner}-{end}": value for end, value in zip("ab", part.values, strict=False)}
    return found


def _fifty(hospital: Hospital) -> list[Rule]:
    """Fifty segments as a hospital may keep them: from a few hundred people to half of all."""
    ages = (
        ("between", ("0", "6")),
        ("between", ("20", "40")),
        ("between", ("41", "64")),
        ("at_least", ("65",)),
        ("at_least", ("80",)),
    )
    others = (
        Line("tier", "in", ("A",)),
        Line("last_visit", "within", ("180",)),
        Line("last_visit", "longer", ("365",)),
        Line("region", "in", ("区县00", "区县07")),
        Line("last_disease", "in", ("A", "C1")),
        Line("disease", "in", ("B0", "D"), 24),
        Line("visits", "at_least", ("2",), 12),
        Line("visit_kind", "in", ("inpatient",), 6),
        Line("sex", "in", ("F",)),
        Line("phone", "yes"),
    )
    return [Rule(Group("all", (Line("age", op, values), other))) for op, values in ages for other in others]


def _refreshed(hospital: Hospital) -> dict[str, Any]:
    """The fifty worked out for the first time and for the day after."""
    with hospital_scope(hospital):
        _forget()
        segments = Segment.objects.bulk_create(
            Segment(name=f"{NAME}{number}", facts=rules.facts_of(rule)) for number, rule in enumerate(_fifty(hospital))
        )
        SegmentVersion.objects.bulk_create(
            SegmentVersion(segment=segment, number=1, rule=rules.as_json(rule))
            for segment, rule in zip(segments, _fifty(hospital), strict=True)
        )
    now = timezone.now()
    first, members = _worked_out(hospital, segments, now)
    with connection.cursor() as cursor:
        cursor.execute("analyze patients_segmentmember")
    later, _members = _worked_out(hospital, segments, now + dt.timedelta(days=1))
    figures = {"segments": len(segments), "members": members, "first_s": first, "next_day_s": later}
    return {**figures, "bare_select_s": _bare_fifty(hospital)}


def _forget() -> None:
    """Segments of an earlier run; the owner of the tables deletes, for versions stay."""
    former = Segment.objects.filter(name__prefix=NAME)
    ids = list(former.values_list("pk", flat=True))
    for model in (SegmentMember, SegmentCount):
        model.objects.filter(segment_id__in=ids)._raw_delete("default")
    former.update(retired_at=timezone.now())


def _worked_out(hospital: Hospital, segments: list[Segment], now: dt.datetime) -> tuple[float, int]:
    members, start = 0, time.perf_counter()
    for segment in segments:
        with hospital_scope(hospital):
            done = refreshing.refresh(segment.pk, now=now)
            if done is None or not done.is_counted:
                raise RuntimeError(f"{segment}: not worked out")
            members += done.member_count or 0
    return round(time.perf_counter() - start, 1), members


def _bare_fifty(hospital: Hospital) -> float:
    """Fifty times the scan that every refresh needs at least: the index of people, read once."""
    sql = (
        f"select count(*) from patients_patient where hospital_id = {hospital.pk}"
        " and contact_state in ('open', 'stopped') and birth_date <= current_date - interval '65 years'"
    )
    with hospital_scope(hospital), connection.cursor() as cursor:
        start = time.perf_counter()
        for _ in range(SEGMENTS):
            cursor.execute(sql)
            cursor.fetchall()
        return round(time.perf_counter() - start, 1)


def _bare(hospital: Hospital, sql: str, repeat: int) -> float:
    """Median of the statement alone."""
    with hospital_scope(hospital), connection.cursor() as cursor:
        statement = sql.replace("{h}", str(hospital.pk))
        times = [timed(lambda: (cursor.execute(statement), cursor.fetchall())) for _ in range(repeat)]
        return round(statistics.median(times), 1)


def _explain(hospital: Hospital) -> None:
    from accounts.calendar import today
    from patients.domain.segments import compiling

    with hospital_scope(hospital), compiling.wide_reading():
        for name, rule in _five(hospital).items():
            people = compiling.people_of(rule, day=today()).order_by().values("pk")
            print(f"-- {name}\n{people.explain(analyze=True, buffers=True)}")
