"""The monthly sample: every result has the same chance, whenever it was sent, and anybody can draw again."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from accounts.models import AuditEvent, Department, Hospital, StaffMember
from followups.domain import samples
from followups.models import FollowUpOrder, Review, SampleDraw
from tests.cast import CARDIOLOGY, Cast
from tests.followups.factories import FollowUpOrderFactory

pytestmark = pytest.mark.django_db
MARCH = dt.date(2026, 3, 1)
Send = Callable[..., list[FollowUpOrder]]


def day(number: int, month: int = 3) -> dt.datetime:
    """Noon of a day of the hospital."""
    return dt.datetime(2026, month, number, 4, tzinfo=dt.UTC)


def seeds() -> Callable[[], str]:
    """seed-0, seed-1, …"""
    numbers: Iterator[int] = count()
    return lambda: f"seed-{next(numbers)}"


@pytest.fixture
def send(in_north: Hospital, cast: Cast) -> Send:
    """`send(cast.li, 12, day(3))`: results of cardiology, a minute apart."""
    assert cast.li.name == "李护士"
    department = Department.objects.get(name=CARDIOLOGY)

    def make(by: StaffMember, number: int, at: dt.datetime, **fields: object) -> list[FollowUpOrder]:
        times = [at + dt.timedelta(minutes=n) for n in range(number)]
        same = {"department": department, "state": "submitted", "submitted_by": by, **fields}
        return [FollowUpOrderFactory(completed_at=time, submitted_at=time, **same) for time in times]

    return make


def drawn() -> set[int]:
    return set(Review.objects.filter(kind="sample").values_list("order_id", flat=True))


def test_of_every_ten_one_is_drawn_and_later_results_get_their_chance(send: Send, cast: Cast) -> None:
    first = send(cast.li, 12, day(3))
    assert samples.draw_sample(month=MARCH, now=day(4)) == 1
    assert samples.draw_sample(month=MARCH, now=day(4)) == 0
    early = drawn()
    later = send(cast.li, 13, day(20))
    assert samples.draw_sample(month=MARCH, now=day(21)) == 1
    assert early < drawn()
    blocks = list(SampleDraw.objects.order_by("pk").values_list("orders", flat=True))
    assert blocks == [[row.pk for row in first[:10]], [row.pk for row in [*first[10:], *later[:8]]]]


def test_the_rest_is_drawn_when_the_month_is_over_and_nothing_twice(send: Send, cast: Cast) -> None:
    rows = send(cast.li, 14, day(3)) + send(cast.chen, 3, day(31))
    assert samples.draw_sample(month=MARCH, now=day(31)) == 1
    samples.draw_due(now=day(1, month=4))
    seen = [order_id for draw in SampleDraw.objects.all() for order_id in draw.orders]
    assert sorted(seen) == sorted(row.pk for row in rows)
    assert samples.draw_due(now=day(2, month=4)) == 0
    assert SampleDraw.objects.count() == 3
    of_chen = SampleDraw.objects.get(staff=cast.chen)
    assert len(of_chen.drawn) == 1


def test_what_was_returned_or_sent_by_nobody_known_has_its_chance_too(send: Send, cast: Cast) -> None:
    rows = send(cast.li, 4, day(3), state="returned") + send(cast.li, 6, day(4), state="filed")
    samples.draw_sample(month=MARCH, now=day(5))
    assert SampleDraw.objects.get().orders == [row.pk for row in rows]
    FollowUpOrder.objects.update(submitted_by=cast.chen)
    assert samples.draw_sample(month=MARCH, now=day(1, month=5)) == 0


def test_other_months_departments_and_people_are_apart(send: Send, cast: Cast) -> None:
    send(cast.li, 10, day(28, month=2))
    send(cast.li, 5, day(3))
    send(cast.chen, 5, day(4))
    assert samples.draw_sample(month=MARCH, now=day(31)) == 0
    surgery = Department.objects.create(name="普外科")
    send(cast.li, 10, day(5), department=surgery)
    assert samples.draw_sample(month=MARCH, now=day(31), department=Department.objects.get(name=CARDIOLOGY)) == 0
    assert samples.draw_sample(month=MARCH, now=day(31), department=surgery) == 1


def test_anybody_can_draw_again_from_what_is_kept(send: Send, cast: Cast) -> None:
    send(cast.li, 34, day(3))
    samples.draw_sample(month=MARCH, now=day(1, month=4), new_seed=seeds())
    draws = list(SampleDraw.objects.order_by("pk"))
    assert [draw.seed for draw in draws] == ["seed-0", "seed-1", "seed-2", "seed-3"]
    assert [draw.drawn for draw in draws] == [
        samples.drawn_from(draw.orders, draw.seed, is_first=n == 0) for n, draw in enumerate(draws)
    ]
    assert drawn() == {order_id for draw in draws for order_id in draw.drawn}
    assert AuditEvent.objects.get(verb="followups.sample.draw").detail == {"month": "2026-03-01", "drawn": len(drawn())}


@pytest.mark.parametrize(
    ("size", "is_first", "chance"), [(10, True, 10), (10, False, 10), (4, False, 10), (4, True, 25)]
)
def test_each_of_them_has_the_same_chance(size: int, is_first: bool, chance: int) -> None:
    """In per cent, over 20 000 seeds; five standard deviations are less than 1.6."""
    ids = list(range(101, 101 + size))
    times = Counter(pk for n in range(20_000) for pk in samples.drawn_from(ids, f"{n}", is_first=is_first))
    assert sorted(times) == ids
    assert [pk for pk in ids if abs(times[pk] / 200 - chance) > 1.6] == []


def test_the_board_keeps_what_waits_of_the_month_before(send: Send, cast: Cast) -> None:
    february, march = send(cast.li, 2, day(20, month=2)), send(cast.li, 2, day(3))
    for row, verdict in zip([*february, *march], ["pending", "scored"] * 2, strict=True):
        month = row.completed_at.date().replace(day=1)
        Review.objects.create(order=row, kind="sample", verdict=verdict, at=day(4), sample_month=month, score=None)
    shown = samples.to_look_at(MARCH).values_list("order_id", flat=True)
    assert set(shown) == {february[0].pk, march[0].pk, march[1].pk}
