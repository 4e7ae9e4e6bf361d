"""Four eyes, also where the centre's only reviewer calls himself: the department head or medical affairs files."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import AuditEvent, Hospital, Role
from followups.domain import refusals, reviews
from followups.models import FollowUpOrder, Review
from messaging.models import Message
from tests.accounts.factories import StaffRoleFactory
from tests.cast import PARTS, SURGERY, Cast, MountedClient, hire
from tests.followups.calling import call
from tests.followups.scene import order_of, submitted_of

pytestmark = pytest.mark.django_db
ActorOf = Callable[[str], Actor]
ClientAs = Callable[[str], MountedClient]


@pytest.fixture
def own(in_north: Hospital, cast: Cast) -> FollowUpOrder:
    """A result of cardiology that the only manager of the centre sent."""
    return submitted_of(cast, cast.qian)


def file(order: FollowUpOrder, actor: Actor) -> str:
    return reviews.file_result(order=order, actor=actor, now=timezone.now()).state


@pytest.mark.parametrize("role", ["department_head", "medical_affairs"])
def test_somebody_stands_in_for_the_only_reviewer(own: FollowUpOrder, actor: ActorOf, role: str) -> None:
    with pytest.raises(reviews.OwnResult):
        file(own, actor("centre_manager"))
    assert file(own, actor(role)) == "filed"
    assert list(Review.objects.values_list("kind", "verdict", "reviewer__name")) == [
        ("supervision", "filed", actor(role).staff.name)
    ]
    assert AuditEvent.objects.filter(verb="followups.review.file").count() == 1


@pytest.mark.parametrize("role", ["department_head", "medical_affairs"])
def test_nobody_stands_in_while_another_may_review(own: FollowUpOrder, cast: Cast, actor: ActorOf, role: str) -> None:
    second = hire("feng2.north", PARTS["qian"]._replace(name="冯主任"))
    with pytest.raises(refusals.NotAllowed):
        file(own, actor(role))
    second.is_active = False
    second.save()
    assert file(own, actor(role)) == "filed"


def test_a_deputy_is_whoever_holds_the_capability(own: FollowUpOrder, cast: Cast, actor: ActorOf) -> None:
    assert cast.sun.name == "孙客服"
    role = Role.objects.get(code="agent")
    role.capabilities = [*role.capabilities, "followups.review"]
    role.save()
    with pytest.raises(refusals.NotAllowed):
        file(own, actor("department_head"))
    assert file(own, actor("agent")) == "filed"


def test_results_of_others_are_the_centre_s(own: FollowUpOrder, cast: Cast, actor: ActorOf) -> None:
    for role in ("department_head", "medical_affairs"):
        with pytest.raises(refusals.NotAllowed):
            file(submitted_of(cast, cast.chen), actor(role))


def test_a_head_stands_in_for_the_own_department_only_and_never_for_himself(
    own: FollowUpOrder, cast: Cast, actor: ActorOf
) -> None:
    with pytest.raises(refusals.NotAllowed):
        file(submitted_of(cast, cast.qian, department=SURGERY), actor("department_head"))
    StaffRoleFactory(staff=cast.wang, role=Role.objects.get(code="centre_manager"))
    cast.qian.is_active = False
    cast.qian.save()
    with pytest.raises(refusals.NotAllowed):
        file(submitted_of(cast, cast.wang), actor("department_head"))
    for role in ("physician", "nurse", "agent", "head_nurse"):
        with pytest.raises(refusals.NotAllowed):
            file(own, actor(role))


@pytest.mark.parametrize(("with_head", "told"), [(True, ["王主任"]), (False, ["马医务"])])
def test_the_stand_in_is_told(in_north: Hospital, cast: Cast, actor: ActorOf, with_head: bool, told: list[str]) -> None:
    people = [cast.ma, *([cast.wang] if with_head else [])]
    assert all(people)
    order, other = order_of(cast, cast.qian), order_of(cast, cast.chen)
    call(order, actor("centre_manager"), "completed", at=timezone.now())
    call(other, actor("physician"), "completed", at=timezone.now())
    rows = Message.objects.filter(purpose="followups.to_file")
    assert list(rows.values_list("staff__name", flat=True)) == told
    assert [row.link for row in rows] == [["followups:order", str(order.public_id)]]


def test_a_head_without_the_mark_stands_in_and_is_told(in_north: Hospital, cast: Cast, actor: ActorOf) -> None:
    assert all([cast.wang, cast.chen, cast.ma])
    cast.wang.department_links.update(is_head=False)
    order = order_of(cast, cast.qian)
    call(order, actor("centre_manager"), "completed", at=timezone.now())
    assert list(Message.objects.filter(purpose="followups.to_file").values_list("staff__name", flat=True)) == ["王主任"]
    order.refresh_from_db()
    assert file(order, actor("department_head")) == "filed"


def test_the_page_of_the_order_offers_it(own: FollowUpOrder, cast: Cast, client_as: ClientAs) -> None:
    head, affairs = client_as("department_head"), client_as("medical_affairs")
    page, post = head.url("followups:order", own.public_id), head.url("followups:file", own.public_id)
    for client in (head, affairs):
        assert post in client.get(page).content.decode()
    assert client_as("physician").post(post).status_code == 403
    assert head.get(post).status_code == 405
    assert affairs.post(post).status_code == 302
    own.refresh_from_db()
    assert own.state == "filed"
    assert post not in head.get(page).content.decode()
    theirs = submitted_of(cast, cast.chen)
    assert head.post(head.url("followups:file", theirs.public_id)).status_code == 302
    theirs.refresh_from_db()
    assert theirs.state == "submitted"


@pytest.mark.parametrize("role", ["department_head", "medical_affairs"])
def test_whoever_stands_in_may_return_it(own: FollowUpOrder, cast: Cast, actor: ActorOf, role: str) -> None:
    back = reviews.return_result(order=own, reason="未问伤口", actor=actor(role), now=timezone.now())
    assert back.state == "returned"
    assert list(Review.objects.values_list("kind", "verdict", "reviewer__name")) == [
        ("supervision", "returned", actor(role).staff.name)
    ]


def test_medical_affairs_returns_nothing_else(own: FollowUpOrder, cast: Cast, actor: ActorOf) -> None:
    theirs, affairs = submitted_of(cast, cast.chen), actor("medical_affairs")
    with pytest.raises(refusals.NotAllowed):
        reviews.return_result(order=theirs, reason="未问伤口", actor=affairs, now=timezone.now())
    hire("feng2.north", PARTS["qian"]._replace(name="冯主任"))
    with pytest.raises(refusals.NotAllowed):
        reviews.return_result(order=own, reason="未问伤口", actor=affairs, now=timezone.now())


def test_somebody_is_told_where_nobody_may_review(in_north: Hospital, cast: Cast, actor: ActorOf) -> None:
    assert cast.ma.name == "马医务"
    order = order_of(cast, cast.chen)
    call(order, actor("physician"), "completed", at=timezone.now())
    assert list(Message.objects.filter(purpose="followups.to_file").values_list("staff__name", flat=True)) == ["马医务"]
    order.refresh_from_db()
    assert file(order, actor("medical_affairs")) == "filed"


def test_the_page_of_medical_affairs_lists_it(own: FollowUpOrder, cast: Cast, client_as: ClientAs) -> None:
    theirs, affairs = submitted_of(cast, cast.chen), client_as("medical_affairs")
    listed, page = affairs.url("followups:quality") + "?list=file", affairs.url("followups:order", own.public_id)
    shown = affairs.get(listed).content.decode()
    assert (page in shown, affairs.url("followups:order", theirs.public_id) in shown) == (True, False)
    assert page not in client_as("centre_manager").get(listed).content.decode()
    act, one = affairs.url("followups:act"), f"return:{own.public_id}"
    assert one in affairs.get(page).content.decode()
    assert affairs.post(act, {"only": f"return:{theirs.public_id}", "confirmed": "1", "reason": "x"}).status_code == 422
    assert affairs.post(act, {"only": one}).status_code == 200
    assert affairs.post(act, {"only": one, "confirmed": "1", "reason": "未问伤口"}).status_code == 302
    for order, state in ((own, "returned"), (theirs, "submitted")):
        order.refresh_from_db()
        assert order.state == state
    assert page not in affairs.get(listed).content.decode()
