"""Evening out a ward: what nurses hold is shared; the service centre's pool and calls in hand are not."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone, translation

from accounts.models import Department, Hospital, Ward
from followups.domain import rebalance, refusals
from followups.domain.execution import start
from followups.models import CallInHand, FollowUpOrder, OrderTransfer
from tests.cast import CARDIOLOGY, CARDIOLOGY_WARD, Cast, actor_of
from tests.followups.scene import order_of, today
from tests.followups.test_planning import a_stay, planned

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward(in_north: Hospital, cast: Cast) -> Ward:
    """The cardiology ward with nurse Li and head nurse Zhou."""
    people = cast.li, cast.zhou
    return Ward.objects.get(name=CARDIOLOGY_WARD, staff_links__staff=people[0])


def pooled_in(ward: Ward) -> FollowUpOrder:
    """A C order as planning writes it, its window open now: the service centre's."""
    planned(a_stay(ward=ward, department=Department.objects.get(name=CARDIOLOGY)))
    FollowUpOrder.objects.filter(tier="C").update(earliest_on=today(), due_on=today(), latest_on=today())
    return FollowUpOrder.objects.get(tier="C")


def chips(client: Any, page: str) -> dict[str, int]:
    return {chip["label"]: chip.get("count") for chip in client.get(page).context["chips"]}


def test_the_pool_of_the_centre_stays_where_it_is(ward: Ward, cast: Cast) -> None:
    pooled, zhou = pooled_in(ward), actor_of(cast.zhou)
    held = [order_of(cast, cast.li) for _ in range(4)]
    assert rebalance.proposal(ward=ward, now=timezone.now()).count == 2
    assert rebalance.even_out(ward=ward, actor=zhou, now=timezone.now()) == 2
    pooled.refresh_from_db()
    assert (pooled.assignee, pooled.assignee_role, pooled.version) == (None, "centre", 0)
    assert FollowUpOrder.objects.filter(pk__in=[one.pk for one in held], assignee=cast.zhou).count() == 2


def test_what_belongs_to_nobody_is_dealt_out_unless_somebody_has_it_in_hand(ward: Ward, cast: Cast) -> None:
    free, taken = order_of(cast), order_of(cast)
    CallInHand.objects.create(order=taken, staff=cast.sun, taken_at=timezone.now())
    assert rebalance.even_out(ward=ward, actor=actor_of(cast.zhou), now=timezone.now()) == 1
    assert FollowUpOrder.objects.get(pk=free.pk).assignee is not None
    assert FollowUpOrder.objects.get(pk=taken.pk).assignee is None


def test_unassigned_is_the_same_on_the_ward_and_on_dispatch(ward: Ward, cast: Cast, client_as: Any) -> None:
    pooled_in(ward)
    order_of(cast)
    in_spring = dict.fromkeys(("earliest_on", "due_on", "latest_on"), today() + dt.timedelta(days=90))
    for _ in range(2):
        order_of(cast, **in_spring)
    assert chips(client_as("head_nurse"), "followups/ward/")["未分派"] == 3
    board = client_as("centre_manager").get("followups/dispatch/?list=unassigned")
    assert len(board.context["rows"]) == 3


def test_an_evened_out_order_says_so_in_the_language_of_who_reads(ward: Ward, cast: Cast, client_as: Any) -> None:
    order = order_of(cast)
    with translation.override("en"):
        rebalance.even_out(ward=ward, actor=actor_of(cast.zhou), now=timezone.now())
    row = OrderTransfer.objects.get(order=order)
    assert (row.kind, row.reason) == ("evened", "")
    assert "均衡工作量" in client_as("centre_manager").get(f"followups/orders/{order.public_id}/").content.decode()


def test_evening_out_is_for_who_hands_out(ward: Ward, cast: Cast) -> None:
    order_of(cast)
    with pytest.raises(refusals.NotAllowed):
        rebalance.even_out(ward=ward, actor=actor_of(cast.li), now=timezone.now())


def test_an_agent_at_the_telephone_keeps_the_call(ward: Ward, cast: Cast) -> None:
    pooled, sun = pooled_in(ward), actor_of(cast.sun)
    start(order=pooled, actor=sun, now=timezone.now())
    assert rebalance.even_out(ward=ward, actor=actor_of(cast.zhou), now=timezone.now()) == 0
