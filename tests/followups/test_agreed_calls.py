"""A call agreed for today stands among today's everywhere, however far its due day; and it is agreed for an hour at
which somebody may call.
"""

import datetime as dt
from typing import Any

import pytest

from accounts.actors import Actor
from accounts.calendar import day_start
from accounts.models import HospitalSettings
from followups.domain import refusals, worklists
from followups.models import FollowUpOrder
from hospital_crm.tenancy.counts import counts_within
from hospital_crm.tenancy.scope import hospital_scope
from tests.api.systems import System, token_of
from tests.cast import Cast, actor_of, client_of
from tests.followups.calling import DAY, MORNING, call
from tests.followups.numbers import badge, chips
from tests.followups.scene import today
from tests.followups.test_list_orders import coming
from tests.followups.test_mornings import lines_of

pytestmark = pytest.mark.django_db


def at(cast: Cast, days: int) -> dt.datetime:
    """Ten in the morning, so many days from today."""
    return day_start(today() + dt.timedelta(days), cast.hospital) + dt.timedelta(hours=10)


def agreed(cast: Cast, holder: Any) -> dict[str, int]:
    """Calls due in three weeks, by what was agreed: for today, before the window opens, a missed one, and ahead."""
    windows = {"today": (-1, 0), "early": (9, 0), "missed": (-1, -1), "tomorrow": (9, 1), "far": (9, 12)}
    return {
        name: coming(cast, holder, earliest, 20, 30, agreed_at=at(cast, day))
        for name, (earliest, day) in windows.items()
    }


def shown(client: Any, page: str) -> set[int]:
    """The orders of a list."""
    return {row.order.pk for group in client.get(page).context["groups"] for row in group.rows}


def test_own_list_badge_and_digest_have_what_was_agreed_for_today(cast: Cast) -> None:
    made, client = agreed(cast, cast.li), client_of(cast.li)
    due = {made[name] for name in ("today", "early", "missed")}
    assert shown(client, "followups/mine/?list=today") == due
    assert shown(client, "followups/mine/?list=upcoming") == {made["tomorrow"]}
    assert shown(client, "followups/mine/?list=agreed") == set(made.values())
    assert chips(client.get("followups/mine/"))["today"] == 3
    assert lines_of(cast.li) == {"due today": 3}
    with hospital_scope(cast.hospital):
        assert badge(actor_of(cast.li), "followups:mine") == 3


def test_workbench_badge_digest_and_programs_have_what_was_agreed_for_today(cast: Cast) -> None:
    made, client = agreed(cast, cast.sun), client_of(cast.sun)
    callable_today = {made[name] for name in ("today", "early", "missed")}
    assert shown(client, "followups/calls/") == callable_today
    assert shown(client, "followups/calls/?list=upcoming") == {made["tomorrow"]}
    assert shown(client, "followups/calls/?list=agreed") == set(made.values())
    assert lines_of(cast.sun) == {"to call today": 3}
    program = System(cast.hospital, token_of(cast.sun, "agent", ["orders.read"])[1])
    assert len(program.get("orders/mine/").json()["results"]) == 3
    with hospital_scope(cast.hospital):
        assert badge(actor_of(cast.sun), "followups:workbench") == 3


def test_a_late_call_stays_late_whatever_was_agreed(cast: Cast) -> None:
    for day in (-1, 0, 1):
        coming(cast, cast.li, -9, -5, -2, agreed_at=at(cast, day))
    counts = chips(client_of(cast.li).get("followups/mine/"))
    assert (counts["late"], counts["today"], counts["upcoming"]) == (3, 0, 0)


@pytest.mark.parametrize("role", ["nurse", "agent", "centre_manager"])
def test_numbers_written_once_are_those_of_the_lists(cast: Cast, role: str) -> None:
    holder = cast.holding(role)
    agreed(cast, holder)
    agreed(cast, None)
    for window in ((-9, -5, -2), (-2, 0, 3), (-2, 5, 9), (3, 5, 9)):
        coming(cast, holder, *window, state="returned")
    FollowUpOrder._base_manager.filter(assignee=None).update(assignee_role="centre")
    with hospital_scope(cast.hospital):
        actor = actor_of(holder)
        assert worklists.mine_counts(actor, today=today()) == counts_within(worklists.mine(actor, today=today()))[0]
        listed, _done = worklists.workbench_counts(actor, today=today())
        assert listed == counts_within(worklists.workbench(actor, today=today()))[0]


def evening(order: FollowUpOrder, hour: float) -> dt.datetime:
    """That hour of Tuesday 10 March in the hospital, which calls from eight to nine in the evening."""
    HospitalSettings.objects.update(care_from_hour=8, care_until_hour=21)
    return day_start((MORNING + DAY).date(), order.hospital) + dt.timedelta(hours=hour)


@pytest.mark.parametrize("hour", [3, 7.99, 21, 23.5])
def test_no_call_is_agreed_for_an_hour_at_which_nobody_calls(order: FollowUpOrder, nurse: Actor, hour: float) -> None:
    with pytest.raises(refusals.AgreedTimeOutsideHours):
        call(order, nurse, "partly", agreed_at=evening(order, hour))


@pytest.mark.parametrize("hour", [8, 20.99])
def test_a_call_is_agreed_within_the_hours(order: FollowUpOrder, nurse: Actor, hour: float) -> None:
    assert call(order, nurse, "partly", agreed_at=evening(order, hour)).order.agreed_at == evening(order, hour)


def test_safety_is_called_at_any_hour_that_was_agreed(order: FollowUpOrder, nurse: Actor) -> None:
    assert call(order, nurse, "partly", has_finding=True, agreed_at=evening(order, 3)).order.has_finding


def test_a_visit_may_be_agreed_for_any_hour(order: FollowUpOrder, nurse: Actor) -> None:
    FollowUpOrder.objects.update(channel="visit")
    assert call(order, nurse, "partly", agreed_at=evening(order, 7)).order.agreed_at
