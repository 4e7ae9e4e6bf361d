"""A sampled result that the only head of its department sent: medical affairs scores it, so that none waits long."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import AccessLog, Hospital, Role
from followups.domain import refusals, reviews, samples
from followups.models import FollowUpOrder, Review
from tests.accounts.factories import StaffRoleFactory
from tests.cast import PARTS, Cast, MountedClient, actor_of, hire
from tests.followups.factories import ReviewFactory
from tests.followups.scene import submitted_of

pytestmark = pytest.mark.django_db
ActorOf = Callable[[str], Actor]
ClientAs = Callable[[str], MountedClient]


@pytest.fixture
def drawn(in_north: Hospital, cast: Cast) -> Review:
    """A result of cardiology, sent by its only head, that the month's sample drew."""
    return sampled(submitted_of(cast, cast.wang))


def sampled(order: FollowUpOrder) -> Review:
    month = timezone.localdate().replace(day=1)
    return ReviewFactory(order=order, kind="sample", verdict="pending", reviewer=None, sample_month=month)


def score(review: Review, actor: Actor) -> str:
    return reviews.score(review=review, points=4, remark="", actor=actor, now=timezone.now()).verdict


@pytest.mark.parametrize("role", ["medical_affairs", "centre_manager"])
def test_quality_scores_what_the_only_head_sent(drawn: Review, actor: ActorOf, role: str) -> None:
    def waiting() -> int:
        return samples.to_look_at(timezone.localdate()).filter(verdict="pending").count()

    assert waiting() == 1
    with pytest.raises(reviews.OwnResult):
        score(drawn, actor("department_head"))
    for other in ("physician", "head_nurse", "agent"):
        with pytest.raises(refusals.NotAllowed):
            score(drawn, actor(other))
    assert (score(drawn, actor(role)), waiting()) == ("scored", 0)
    with pytest.raises(reviews.AlreadyScored):
        score(drawn, actor(role))


def test_an_only_head_without_the_mark_is_one(drawn: Review, cast: Cast, actor: ActorOf) -> None:
    assert cast.chen.department_links.exists()
    cast.wang.department_links.update(is_head=False)
    assert score(drawn, actor("medical_affairs")) == "scored"


def test_not_while_another_head_may_nor_for_the_results_of_others(drawn: Review, cast: Cast, actor: ActorOf) -> None:
    affairs = actor("medical_affairs")
    with pytest.raises(refusals.NotAllowed):
        score(sampled(submitted_of(cast, cast.chen)), affairs)
    second = hire("wang2.north", PARTS["wang"]._replace(name="汪主任"))
    with pytest.raises(refusals.NotAllowed):
        score(drawn, affairs)
    second.is_active = False
    second.save()
    StaffRoleFactory(staff=cast.wang, role=Role.objects.get(code="medical_affairs"))
    with pytest.raises(reviews.OwnResult):
        score(drawn, actor_of(cast.wang, "medical_affairs"))
    assert score(drawn, affairs) == "scored"


def test_the_page_of_medical_affairs_leads_there(drawn: Review, cast: Cast, client_as: ClientAs) -> None:
    theirs, client = sampled(submitted_of(cast, cast.chen)), client_as("medical_affairs")
    listed, page = client.url("followups:quality") + "?list=sample", client.url("followups:score", drawn.pk)
    shown = client.get(listed).content.decode()
    assert (page in shown, client.url("followups:score", theirs.pk) in shown) == (True, False)
    assert client.get(client.url("followups:score", theirs.pk)).status_code == 404
    assert client_as("physician").get(page).status_code == 403
    before = AccessLog.objects.filter(page="followups:score").count()
    assert client.get(page).status_code == 200
    seen = AccessLog.objects.filter(page="followups:score")
    assert (before, list(seen.values_list("role_code", "kind"))) == (0, [("medical_affairs", "view")])
    sent = {"confirmed": "1", "score": "2", "remark": "未问伤口", "send_back": "on"}
    answer = client.post(page, sent)
    assert (answer.status_code, answer.url) == (302, listed)
    drawn.refresh_from_db()
    drawn.order.refresh_from_db()
    assert (drawn.score, drawn.verdict, drawn.order.state) == (2, "scored", "returned")
    assert page not in client.get(listed).content.decode()


def test_on_the_board_nobody_scores_the_own_result(drawn: Review, cast: Cast, client_as: ClientAs) -> None:
    theirs, client = sampled(submitted_of(cast, cast.chen)), client_as("department_head")
    board = client.get(client.url("followups:board")).content.decode()
    pages = [client.url("followups:score", review.pk) in board for review in (drawn, theirs)]
    assert (pages, board.count(">自己完成的结果<")) == ([False, True], 1)
