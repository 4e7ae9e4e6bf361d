"""Earlier years of some people, so that every group and stage has somebody; two months of labels; a few calls to win
people back.
"""

import datetime as dt
import random
from collections.abc import Callable
from typing import NamedTuple

from accounts.actors import Actor
from accounts.calendar import today
from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import winback
from patients.domain.classification import classify_hospital
from patients.domain.label_overrides import set_by_hand
from patients.domain.segments import refreshing
from patients.models import Encounter, Patient, Segment
from patients.models.patient import LAPSED

WEEKS = 9
AT_ONCE = 1_000
EVERY_REGULAR, EVERY_RECOMMENDED, EVERY_CHECKUP = 6, 30, 25
OUTCOMES = (
    ("elsewhere", "已在外地子女家附近就诊"),
    ("will_come", "约下周复诊"),
    ("well", "自觉良好，不想跑"),
    ("not_content", "上次候诊太久，已登记"),
    ("not_reached", ""),
)


def fill_segments(hospital: Hospital, *, now: dt.datetime, told: Callable[[int, int], object]) -> None:
    """The members of every segment, worked out each week of two months."""
    with hospital_scope(hospital):
        segments = Segment.objects.count()
    for week in range(WEEKS):
        at = now - dt.timedelta(weeks=WEEKS - 1 - week)
        with hospital_scope(hospital):
            due = refreshing.segments_to_refresh(hospital, now=at)
        for number, segment_id in enumerate(due):
            with hospital_scope(hospital):
                refreshing.refresh(segment_id, now=at)
            told(week * segments + number + 1, WEEKS * segments)


def give_past(hospital: Hospital, *, today: dt.date, seed: int, told: Callable[[int, int], object]) -> None:
    """Visits of former years for one in six, health checks for some, people recommended by others."""
    chance = random.Random(seed)
    with hospital_scope(hospital):
        found = Patient.objects.exclude(last_department=None).order_by("pk").values_list("pk", "last_department_id")
        people = [_Known(*one) for one in found]

    def visits(chunk: list[_Known]) -> None:
        made = [visit for person in chunk for visit in _years_of(person, chance, today)]
        Encounter.objects.bulk_create(made, batch_size=1000)

    def checks(chunk: list[_Known]) -> None:
        days = [today - dt.timedelta(days=chance.randrange(40, 600)) for _person in chunk]
        made = [_visit(person, chance, day, "checkup") for person, day in zip(chunk, days, strict=True)]
        Encounter.objects.bulk_create(made, batch_size=1000)

    def recommendations(chunk: list[_Known]) -> None:
        known = [(person.pk, chance.choice(people[: len(people) // 2]).pk) for person in chunk]
        made = [Patient(pk=pk, referrer_id=referrer) for pk, referrer in known if pk != referrer]
        Patient.objects.bulk_update(made, ["referrer"], batch_size=500)

    parts = ((people[::EVERY_REGULAR], visits), (people[3::EVERY_CHECKUP], checks))
    parts += ((people[7::EVERY_RECOMMENDED], recommendations),)
    done, total = 0, sum(len(chosen) for chosen, _act in parts)
    for chosen, act in parts:
        for start in range(0, len(chosen), AT_ONCE):
            chunk = chosen[start : start + AT_ONCE]
            with hospital_scope(hospital):
                act(chunk)
            done += len(chunk)
            told(done, total)


class _Known(NamedTuple):
    """Somebody who has been in the house, and the department that saw the person last."""

    pk: int
    last_department_id: int


def _years_of(person: _Known, chance: random.Random, today: dt.date) -> list[Encounter]:
    """Visits about every four months over two to eight years, before the stays that are known."""
    first = chance.choice((700, 1100, 2200, 2900))
    days = range(410, first, chance.choice((90, 120, 150, 300)))
    return [_visit(person, chance, today - dt.timedelta(days=day + chance.randrange(20)), "outpatient") for day in days]


def _visit(person: _Known, chance: random.Random, on: dt.date, kind: str) -> Encounter:
    return Encounter(
        patient_id=person.pk, kind=kind, admitted_on=on, discharged_on=on, department_id=person.last_department_id,
        source_key=f"{kind}|demo|{person.pk}|{on:%Y%m%d}", fees=chance.choice((86, 140, 220, 480, 1260, 9800)),
    )  # fmt: skip


def label_people(
    hospital: Hospital, *, agent: Actor, now: dt.datetime, seed: int, bar: Callable[[], Callable[[int, int], object]]
) -> None:
    """The nightly run of two months ago, of last week and of today, each with a bar of its own; then calls, and one
    label set by hand.
    """
    for days in (60, 7, 0):
        classify_hospital(hospital, now=now - dt.timedelta(days=days), told=bar())
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
