"""Nobody keeps an order who can no longer do it: who left, may not complete it any more, or is away without a cover."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.domain import rights
from accounts.models import Department, Hospital, Role, StaffMember, StaffRole, Ward
from followups.domain import dispatch, handing, refusals, reviews
from followups.domain.ladder import POOL, Ladder
from followups.models import FollowUpOrder, OrderTransfer
from hospital_crm.schedule import BEAT_SCHEDULE
from hospital_crm.tenancy.scope import hospital_scope
from messaging.models import Message
from patients.domain.life import resume_contact, stop_contact
from tests.accounts.factories import AbsenceFactory, UserFactory
from tests.cast import BACKEND, CARDIOLOGY, CARDIOLOGY_WARD, Cast, Part, actor_of, give_second_factor, hire
from tests.followups.test_dispatch import without_completing
from tests.followups.test_planning import MONDAY, NOW, a_stay, planned

TUESDAY, DUE = dt.date(2026, 3, 3), dt.date(2026, 3, 9)
NIGHT = dt.datetime(2026, 3, 9, 18, 55, tzinfo=dt.UTC)  # 10 March, 02:55 in the hospital
LADDER = ["attending", "nurse", "department_head", "centre"]


@pytest.fixture
def stay(in_north: Hospital, cast: Cast) -> Any:
    """Four A orders of physician Chen, due on 4, 9 and 16 March and 1 April; nurses Li and Zhou come next."""
    people = cast.chen, cast.li, cast.zhou, cast.wang
    places = {"department": Department.objects.get(name=CARDIOLOGY), "ward": Ward.objects.get(name=CARDIOLOGY_WARD)}
    found = a_stay(surgery_level=3, attending=people[0], **places)
    planned(found)
    return found


def step(number: int) -> FollowUpOrder:
    return FollowUpOrder.objects.select_related("assignee", "patient").get(step__number=number)


def holders() -> list[str]:
    """Who holds the four steps."""
    names = FollowUpOrder.objects.order_by("due_on").values_list("assignee__name", flat=True)
    return [name or "" for name in names]


def is_nurse(name: str) -> bool:
    return name in ("李护士", "周护士长")


def leave(staff: StaffMember) -> None:
    StaffMember.objects.filter(pk=staff.pk).update(is_active=False)


def test_a_result_returned_after_its_sender_left_finds_another(stay: Any, cast: Cast, actor: Any) -> None:
    FollowUpOrder.objects.filter(step__number=1).update(state="submitted", submitted_by=cast.chen, completed_at=NOW)
    leave(cast.chen)
    dispatch.release(staff=cast.chen, actor=None, now=NOW)
    assert holders()[0] == "陈医师"  # what was sent stays with its sender
    back = reviews.return_result(order=step(1), reason="未问伤口", actor=actor("centre_manager"), now=NOW)
    assert back.state == "returned"
    assert is_nurse(back.assignee.name)
    assert OrderTransfer.objects.get(order=back).kind == "left"
    told = Message.objects.filter(staff=back.assignee).values_list("purpose", flat=True)
    assert set(told) == {"followups.assigned", "followups.returned"}
    assert FollowUpOrder.objects.get(pk=back.pk).version == back.version


def test_a_result_is_returned_to_who_is_here(stay: Any, cast: Cast, actor: Any) -> None:
    FollowUpOrder.objects.filter(step__number=1).update(state="submitted", submitted_by=cast.chen, completed_at=NOW)
    away = AbsenceFactory(staff=cast.chen, cover=cast.li, starts_on=MONDAY, ends_on=DUE)
    back = reviews.return_result(order=step(1), reason="未问伤口", actor=actor("centre_manager"), now=NOW)
    assert back.assignee == cast.chen  # the cover calls
    FollowUpOrder.objects.filter(step__number=1).update(state="submitted")
    away.cover = None
    away.save()
    back = reviews.return_result(order=step(1), reason="未问伤口", actor=actor("centre_manager"), now=NOW)
    assert is_nurse(back.assignee.name)
    assert OrderTransfer.objects.get(order=back).kind == "leave"


def test_orders_given_back_find_others_where_their_holder_left(
    stay: Any, cast: Cast, actor: Any, django_capture_on_commit_callbacks: Callable
) -> None:
    stop_contact(stay.patient, words="不要再打了", actor=None, now=NOW)
    leave(cast.chen)
    with django_capture_on_commit_callbacks(execute=True):
        resume_contact(stay.patient, reason="又同意了", actor=actor("centre_manager"), now=NOW)
    assert set(FollowUpOrder.objects.values_list("state", flat=True)) == {"dispatched"}
    assert all(map(is_nurse, holders()))


def test_a_role_withdrawn_sends_the_orders_on(
    stay: Any, cast: Cast, actor: Any, django_capture_on_commit_callbacks: Callable
) -> None:
    link = StaffRole.objects.get(staff=cast.chen)
    with django_capture_on_commit_callbacks(execute=True):
        rights.withdraw(link, actor=actor("security_officer"))
    assert all(map(is_nurse, holders()))
    assert set(OrderTransfer.objects.values_list("kind", "from_staff__name")) == {("unable", "陈医师")}
    told = Message.objects.filter(purpose="followups.assigned").values_list("staff__name", flat=True)
    assert set(told) == set(holders())


def test_a_role_that_is_not_the_last_one_to_call_with_changes_nothing(
    stay: Any, cast: Cast, actor: Any, django_capture_on_commit_callbacks: Callable
) -> None:
    link = StaffRole.objects.create(staff=cast.chen, role=Role.objects.get(code="agent"))
    with django_capture_on_commit_callbacks(execute=True):
        rights.withdraw(link, actor=actor("security_officer"))
    assert holders() == ["陈医师"] * 4


def test_a_bundle_that_loses_the_calling_sends_the_orders_on(
    stay: Any, actor: Any, django_capture_on_commit_callbacks: Callable
) -> None:
    role = Role.objects.get(code="physician")
    before = role.capabilities
    role.capabilities = [one for one in before if one != "followups.complete"]
    with django_capture_on_commit_callbacks(execute=True):
        rights.adjust_role(role, before=before, actor=actor("security_officer"))
    assert all(map(is_nurse, holders()))


def test_an_account_switched_off_sends_the_orders_on(
    north: Hospital, cast: Cast, django_capture_on_commit_callbacks: Callable
) -> None:
    with hospital_scope(north):
        people = cast.chen, cast.li, cast.wang
        places = {"department": Department.objects.get(name=CARDIOLOGY), "ward": Ward.objects.get(name=CARDIOLOGY_WARD)}
        planned(a_stay(surgery_level=3, attending=people[0], **places))
    user, operator, client = cast.chen.user, UserFactory(is_operator=True), Client()
    give_second_factor(operator)
    client.force_login(operator, backend=BACKEND)
    form = {"username": user.username, "name": user.name, "email": "", "language": ""}
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"/platform/accounts/user/{user.pk}/change/", form).status_code == 302
    with hospital_scope(north):
        assert holders() == ["李护士"] * 4


def test_the_nightly_job_takes_back_what_was_missed(stay: Any, cast: Cast) -> None:
    without_completing("physician")
    assert dispatch.take_back(actor=None, now=NIGHT) == 4
    assert all(map(is_nurse, holders()))
    assert dispatch.take_back(actor=None, now=NIGHT) == 0
    assert BEAT_SCHEDULE["take-back-orders-nightly"]["args"] == ("followups.take_back",)


def test_the_night_in_which_a_leave_begins_takes_what_is_late_and_leaves_what_is_due_after_it(
    stay: Any, cast: Cast
) -> None:
    AbsenceFactory(staff=cast.chen, starts_on=DUE + dt.timedelta(1), ends_on=dt.date(2026, 3, 20))
    FollowUpOrder.objects.filter(step__number=2).update(state="suspended")
    assert dispatch.take_back(actor=None, now=NIGHT - dt.timedelta(1)) == 0
    assert dispatch.take_back(actor=None, now=NIGHT) == 3
    assert [is_nurse(name) for name in holders()] == [True, True, True, False]
    assert step(2).state == "suspended"


def test_who_is_covered_keeps_the_orders_until_the_cover_is_away_too(stay: Any, cast: Cast) -> None:
    AbsenceFactory(staff=cast.chen, cover=cast.wang, starts_on=MONDAY, ends_on=dt.date(2026, 3, 20))
    assert dispatch.take_back(actor=None, now=NIGHT) == 0
    away = AbsenceFactory(staff=cast.wang, starts_on=DUE, ends_on=dt.date(2026, 3, 20))
    dispatch.cover_absence(absence=away, actor=None, now=NIGHT)
    assert [is_nurse(name) for name in holders()] == [True, True, True, False]


def test_leave_without_a_cover_takes_every_order_whose_window_touches_it(stay: Any, cast: Cast) -> None:
    """Step 1: due on the 4th, window to the 7th. Step 2: due on the 9th, window to the 11th."""
    FollowUpOrder.objects.filter(step__number=2).update(state="suspended")
    away = AbsenceFactory(staff=cast.chen, starts_on=dt.date(2026, 3, 6), ends_on=dt.date(2026, 3, 13))
    assert dispatch.cover_absence(absence=away, actor=None, now=NOW) == 2
    assert [is_nurse(name) for name in holders()] == [True, True, False, False]
    assert (step(1).state, step(2).state) == ("dispatched", "suspended")
    assert set(OrderTransfer.objects.values_list("kind", flat=True)) == {"leave"}


def test_leave_that_has_begun_takes_what_is_late_already(stay: Any, cast: Cast) -> None:
    away = AbsenceFactory(staff=cast.chen, starts_on=DUE, ends_on=dt.date(2026, 3, 13))
    assert dispatch.cover_absence(absence=away, actor=None, now=NIGHT) == 2
    assert [is_nurse(name) for name in holders()] == [True, True, False, False]


def test_an_agents_call_goes_back_to_the_pool(in_north: Hospital, cast: Cast) -> None:
    """A first try has taken the order out of the pool."""
    planned(a_stay())
    FollowUpOrder.objects.update(assignee=cast.sun, state="attempted", attempts_count=1)
    away = AbsenceFactory(staff=cast.sun, starts_on=dt.date(2026, 3, 13), ends_on=dt.date(2026, 4, 1))
    assert dispatch.cover_absence(absence=away, actor=None, now=NOW) == 1
    order = FollowUpOrder.objects.get()
    assert (order.assignee, order.assignee_role, order.state) == (None, "centre", "attempted")


def test_a_leave_that_is_over_moves_nothing(stay: Any, cast: Cast) -> None:
    FollowUpOrder.objects.update(assignee=cast.wang)
    away = AbsenceFactory(staff=cast.wang, starts_on=MONDAY, ends_on=DUE)
    assert dispatch.cover_absence(absence=away, actor=None, now=NIGHT + dt.timedelta(1)) == 0
    assert holders() == ["王主任"] * 4


def test_no_order_goes_to_a_cover_who_is_away_as_well(stay: Any, cast: Cast) -> None:
    AbsenceFactory(staff=cast.chen, cover=cast.li, starts_on=MONDAY, ends_on=DUE)
    asked = {"attending_id": cast.chen.pk, "ward_id": None, "department_id": None, "due_on": DUE, "spread": 0}
    assert Ladder().assign(LADDER, **asked) == (cast.li.pk, "attending")
    AbsenceFactory(staff=cast.li, starts_on=DUE, ends_on=DUE)
    assert Ladder().assign(LADDER, **asked) == POOL
    assert Ladder().reached(cast.chen.pk, TUESDAY) == cast.li.pk
    assert Ladder().reached(cast.chen.pk, DUE) is None


def test_a_colleague_who_follows_up_nobody_is_given_no_order(stay: Any, cast: Cast) -> None:
    clerk = hire("lu.north", Part("陆信息", ("information_officer",)))
    with pytest.raises(refusals.CannotFollowUp):
        handing.hand_over_one(order=step(1), to=clerk, reason="年休", actor=actor_of(cast.chen), now=NOW)
