"""Earlier years of some people, so that every group and stage has somebody; two months of labels; a few calls to win
people back.
"""

import datetime as dt
import random

from accounts.actors import Actor
from accounts.calendar import today
from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import winback
from patients.domain.classification import classify_hospital
from patients.domain.label_overrides import set_by_hand
from patients.domain.segments import refreshing
from patients.models import Encounter, Patient
from patients.models.patient import LAPSED

EVERY_REGULAR, EVERY_RECOMMENDED, EVERY_CHECKUP = 6, 30, 25
OUTCOMES = (
    ("elsewhere", "已在外地子女家附近就诊"),
    ("will_come", "约下周复诊"),
    ("well", "自觉良好，不想跑"),
    ("not_content", "上次候诊太久，已登记"),
    ("not_reached", ""),
)


def fill_segments(hospital: Hospital, *, now: dt.datetime) -> None:
    """The members of every segment, worked out each week of two months."""
    for weeks in range(8, -1, -1):
        at = now - dt.timedelta(weeks=weeks)
        with hospital_scope(hospital):
            due = refreshing.segments_to_refresh(hospital, now=at)
        for segment_id in due:
            with hospital_scope(hospital):
                refreshing.refresh(segment_id, now=at)


def give_past(hospital: Hospital, *, today: dt.date, seed: int) -> None:
    """Visits of former years for one in six, health checks for some, people recommended by others."""
    chance = random.Random(seed)
    with hospital_scope(hospital):
        people = list(Patient.objects.exclude(last_department=None).order_by("pk"))
        visits = [visit for person in people[::EVERY_REGULAR] for visit in _years_of(person, chance, today)]
        visits += [
            _visit(person, chance, today - dt.timedelta(days=chance.randrange(40, 600)), "checkup")
            for person in people[3::EVERY_CHECKUP]
        ]
        Encounter.objects.bulk_create(visits, batch_size=1000)
        known = people[: len(people) // 2]
        for person in people[7::EVERY_RECOMMENDED]:
            person.referrer = chance.choice(known)
            if person.referrer_id != person.pk:
                person.save(update_fields=["referrer"])


def _years_of(person: Patient, chance: random.Random, today: dt.date) -> list[Encounter]:
    """Visits about every four months over two to eight years, before the stays that are known."""
    first = chance.choice((700, 1100, 2200, 2900))
    days = range(410, first, chance.choice((90, 120, 150, 300)))
    return [_visit(person, chance, today - dt.timedelta(days=day + chance.randrange(20)), "outpatient") for day in days]


def _visit(person: Patient, chance: random.Random, on: dt.date, kind: str) -> Encounter:
    return Encounter(
        patient=person, kind=kind, admitted_on=on, discharged_on=on, department_id=person.last_department_id,
        source_key=f"{kind}|demo|{person.pk}|{on:%Y%m%d}", fees=chance.choice((86, 140, 220, 480, 1260, 9800)),
    )  # fmt: skip


def label_people(hospital: Hospital, *, agent: Actor, now: dt.datetime, seed: int) -> None:
    """The nightly run of two months ago, of last week and of today; then calls, and one label set by hand."""
    for days in (60, 7, 0):
        classify_hospital(hospital, now=now - dt.timedelta(days=days))
    chance = random.Random(seed)
    with hospital_scope(hospital):
        for person in Patient.objects.filter(LAPSED).newest_first()[:9:2]:
            outcome, words = chance.choice(OUTCOMES)
            called = now - dt.timedelta(days=chance.randrange(1, 20))
            winback.note_call(patient=person, outcome=outcome, words=words, actor=agent, now=called)
        loyal = Patient.objects.filter(life_cycle="customer", contact_state="open").newest_first().first()
        if loyal is not None:
            set_by_hand(
                patient=loyal, axis="life_cycle", value="loyal", reason="多年陪同家人就诊，常推荐亲友来院",
                until=today(now=now) + dt.timedelta(days=180), actor=agent, now=now,
            )  # fmt: skip
