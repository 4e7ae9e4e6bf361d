"""The monthly sample: one of every ten results a physician sent, at random (PRODUCT §2: 10 % a month).

Results are taken in the order in which they came, ten at a time; once ten are there, one of them is drawn. Nobody
knows beforehand which, nothing that was sent later is left out, and each had one chance in ten. When the month is over
the rest of fewer than ten has the same chance; whoever sent fewer than ten in the whole month has one drawn. Each draw
keeps what it was drawn from and its seed, so that anybody can draw again.
"""

import datetime as dt
import hashlib
import random
import secrets
from collections.abc import Callable, Iterator
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import audit
from accounts.actors import Actor
from accounts.calendar import day_end, day_start, today
from accounts.models import Department, HospitalSettings
from followups.models import FollowUpOrder, Review, SampleDraw
from followups.models.orders import FollowUpOrderQuerySet
from hospital_crm.tenancy.scope import required_hospital

ONE_OF = 10


class Heap(NamedTuple):
    """Whose results are drawn from together: one person's in one department. Both may be unknown."""

    department_id: int | None
    staff_id: int | None


def _random_seed() -> str:
    return secrets.token_hex(8)


def draw_due(*, now: dt.datetime) -> int:
    """The nightly draw: of the month that goes on, and the rest of the one before."""
    this_month = today(now=now).replace(day=1)
    return sum(draw_sample(month=month, now=now) for month in (this_month - dt.timedelta(days=1), this_month))


@transaction.atomic
def draw_sample(
    *,
    month: dt.date,
    now: dt.datetime,
    department: Department | None = None,
    actor: Actor | None = None,
    new_seed: Callable[[], str] = _random_seed,
) -> int:
    """Draws from the results of a month, of one department or all, that no draw has seen; answers how many it drew.

    While the month goes on only from whole tens; afterwards from the rest too. Drawing again adds nothing.
    """
    first = month.replace(day=1)
    HospitalSettings.objects.select_for_update(no_key=True).get()  # one draw at a time
    is_over = first < today(now=now).replace(day=1)
    begun = _begun(first)
    draws = [
        SampleDraw(
            month=first,
            department_id=heap.department_id,
            staff_id=heap.staff_id,
            orders=part,
            drawn=drawn_from(part, seed, is_first=heap not in begun and n == 0),
            seed=seed,
            at=now,
        )
        for heap, ids in _unseen(first, department).items()
        for n, part in enumerate(_parts(ids, is_over=is_over))
        for seed in [new_seed()]
    ]
    SampleDraw.objects.bulk_create(draws)
    drawn = [_to_score(draw, order_id) for draw in draws for order_id in draw.drawn]
    Review.objects.bulk_create(drawn, ignore_conflicts=True)
    if draws:
        audit.record("followups.sample.draw", department, actor=actor, month=first.isoformat(), drawn=len(drawn))
    return len(drawn)


def drawn_from(order_ids: list[int], seed: str, *, is_first: bool) -> list[int]:
    """One of these results by this seed; of fewer than ten that are not somebody's only ones perhaps none, so that
    each has one chance in ten.
    """
    chance = random.Random(hashlib.sha256(seed.encode()).hexdigest())
    if not is_first and chance.random() * ONE_OF >= len(order_ids):
        return []
    return [chance.choice(sorted(order_ids))]


def completed_in(month: dt.date, department: Department | None = None) -> FollowUpOrderQuerySet:
    """The results first sent in a month, of one department or all, whatever became of them: what is drawn from."""
    first = month.replace(day=1)
    end = (first + dt.timedelta(31)).replace(day=1) - dt.timedelta(1)
    hospital = required_hospital()
    done = FollowUpOrder.objects.filter(
        completed_at__gte=day_start(first, hospital), completed_at__lt=day_end(end, hospital)
    )
    return done if department is None else done.filter(department=department)


def to_look_at(month: dt.date) -> QuerySet[Review]:
    """The sample of this month, and what was drawn of the month before and still waits for its score."""
    first = month.replace(day=1)
    before = (first - dt.timedelta(days=1)).replace(day=1)
    waits = Q(sample_month=before, verdict=Review.Verdict.PENDING)
    return Review.objects.filter(Q(sample_month=first) | waits, kind=Review.Kind.SAMPLE)


def _unseen(first: dt.date, department: Department | None) -> dict[Heap, list[int]]:
    """The results of the month that no draw has seen, by whose they are, in the order in which they came."""
    seen = {
        order_id for ids in SampleDraw.objects.filter(month=first).values_list("orders", flat=True) for order_id in ids
    }
    rows = completed_in(first, department).order_by("completed_at", "pk")
    heaps: dict[Heap, list[int]] = {}
    for order_id, *heap in rows.values_list("pk", "department_id", "submitted_by_id"):
        if order_id not in seen:
            heaps.setdefault(Heap(*heap), []).append(order_id)
    return heaps


def _begun(first: dt.date) -> set[Heap]:
    """Whose results of the month have been drawn from."""
    drawn = SampleDraw.objects.filter(month=first).values_list("department_id", "staff_id").distinct()
    return {Heap(*row) for row in drawn}


def _parts(ids: list[int], *, is_over: bool) -> Iterator[list[int]]:
    """Whole tens, and the rest once the month is over."""
    for start in range(0, len(ids), ONE_OF):
        part = ids[start : start + ONE_OF]
        if len(part) == ONE_OF or is_over:
            yield part


def _to_score(draw: SampleDraw, order_id: int) -> Review:
    return Review(
        order_id=order_id,
        kind=Review.Kind.SAMPLE,
        verdict=Review.Verdict.PENDING,
        at=draw.at,
        sample_month=draw.month,
        sample_seed=draw.seed,
    )
