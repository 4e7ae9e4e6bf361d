"""What each list of work is ordered by, page after page and back."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from followups.domain import worklists
from followups.models import FollowUpOrder
from followups.views import mine
from hospital_crm.tenancy.keyset import page_of
from hospital_crm.tenancy.scope import hospital_scope
from tests.cast import Cast, actor_of, client_of
from tests.followups.scene import order_of, today

pytestmark = pytest.mark.django_db


def coming(cast: Cast, assignee: Any, earliest: int, due: int, latest: int, **fields: Any) -> int:
    """An order whose window lies so many days from today."""
    days = dict(zip(("earliest_on", "due_on", "latest_on"), (earliest, due, latest), strict=True))
    return order_of(cast, assignee, **{name: today() + dt.timedelta(n) for name, n in days.items()}, **fields).pk


@pytest.fixture
def upcoming(cast: Cast) -> list[int]:
    """Dr Chen's orders that come up, as they are to be read: by due day, then by the earliest; made the other way."""
    windows = [(3, 5, 6), (1, 4, 9), (2, 3, 12), (1, 3, 12)]
    return [coming(cast, cast.chen, *window) for window in windows][::-1]


def test_what_comes_up_is_ordered_by_due_day_then_the_earliest(cast: Cast, upcoming: list[int]) -> None:
    client = client_of(cast.chen)
    for page in ("followups/mine/?list=upcoming", "followups/mine/"):
        (group,) = client.get(page).context["groups"]
        assert [row.order.pk for row in group.rows] == upcoming
    groups = client.get("followups/calls/?list=upcoming").context["groups"]
    assert [[row.order.pk for row in group.rows] for group in groups] == [upcoming[:2], upcoming[2:3], upcoming[3:]]


def test_own_list_shows_the_first_of_each_group_and_the_way_to_the_rest(
    cast: Cast, upcoming: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mine, "SHOWN", 2)
    page = client_of(cast.chen).get("followups/mine/")
    (group,) = page.context["groups"]
    assert ([row.order.pk for row in group.rows], group.count, group.rest_url) == (upcoming[:2], 4, "?list=upcoming")
    assert 'href="?list=upcoming">即将到期：查看全部4条</a>' in page.content.decode()
    (group,) = client_of(cast.chen).get("followups/mine/?list=upcoming").context["groups"]
    assert (len(group.rows), group.rest_url) == (4, "")


def test_pages_of_what_comes_up_lose_and_repeat_nothing(cast: Cast, upcoming: list[int]) -> None:
    with hospital_scope(cast.hospital):
        rows = worklists.workbench(actor_of(cast.chen), today=today()).rows("upcoming")
        key, fetch = worklists.order_of("upcoming"), FollowUpOrder.objects.all()
        forth, after = [], ""
        for _ in upcoming:
            page = page_of(rows, key, fetch=fetch, after=after, size=1)
            forth, after = [*forth, *(row.pk for row in page.rows)], page.older
        back, before = [], page.newer
        while before:
            page = page_of(rows, key, fetch=fetch, before=before, size=1)
            back, before = [*back, *(row.pk for row in page.rows)], page.newer
    assert (forth, after, back) == (upcoming, "", upcoming[-2::-1])


def test_agreed_calls_are_ordered_by_the_time_agreed(cast: Cast) -> None:
    at = timezone.now() + dt.timedelta(hours=30)
    later = coming(cast, cast.sun, -3, 0, 1, agreed_at=at + dt.timedelta(hours=1))
    sooner = coming(cast, cast.sun, -3, 0, 5, agreed_at=at)
    groups = client_of(cast.sun).get("followups/calls/?list=agreed").context["groups"]
    assert [row.order.pk for group in groups for row in group.rows] == [sooner, later]


def test_wards_coming_orders_are_ordered_by_due_day(cast: Cast) -> None:
    later, sooner = coming(cast, None, 2, 5, 6), coming(cast, None, 3, 4, 9)
    page = client_of(cast.zhou).get("followups/ward/?list=upcoming")
    assert [row.order.pk for row in page.context["rows"]] == [sooner, later]
