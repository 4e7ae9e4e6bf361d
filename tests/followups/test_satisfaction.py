"""The one question on satisfaction of a step that asks it: answered with the completed result, shown and kept."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from accounts.actors import Actor
from accounts.models import Hospital
from followups.domain import chronicle, refusals, reviews
from followups.domain.dissatisfactions import Complaint
from followups.domain.taking_back import take_back_result
from followups.models import Attempt, Dissatisfaction, FollowUpOrder
from patients.registry import Span
from tests.cast import Cast
from tests.followups.calling import DAY, MORNING, call
from tests.followups.factories import AttemptFactory
from tests.followups.scene import order_of, submitted_of
from tests.followups.test_pages_working import inside, post, result
from tests.followups.test_planning import a_stay, planned

__all__ = ["inside"]
pytestmark = pytest.mark.django_db
WAITED = Complaint("waiting", "结算等候时间长")


@pytest.fixture
def asking(in_north: Hospital, nurse: Actor) -> FollowUpOrder:
    """Step 4 of tier A of the shipped protocol, which asks; step 1 does not."""
    planned(a_stay(surgery_level=3))
    FollowUpOrder.objects.update(assignee=nurse.staff, state="dispatched", earliest_on="2026-03-02")
    return FollowUpOrder.objects.get(step__number=4)


@pytest.mark.parametrize("outcome", ["completed", "completed_family"])
def test_a_completed_step_that_asks_has_an_answer(asking: FollowUpOrder, nurse: Actor, outcome: str) -> None:
    with pytest.raises(refusals.SatisfactionMissing):
        call(asking, nurse, outcome)
    done = call(asking, nurse, outcome, satisfaction=4).order
    assert (done.state, done.satisfaction, Attempt.objects.get().satisfaction) == ("submitted", 4, 4)


def test_not_asked_is_an_answer(asking: FollowUpOrder, nurse: Actor) -> None:
    assert call(asking, nurse, "completed", satisfaction=0).order.satisfaction == 0


@pytest.mark.parametrize("outcome", ["partly", "no_answer", "readmitted"])
def test_other_results_of_the_step_have_none(asking: FollowUpOrder, nurse: Actor, outcome: str) -> None:
    with pytest.raises(refusals.SatisfactionNotAsked):
        call(asking, nurse, outcome, satisfaction=5, agreed_at=MORNING + DAY)
    assert call(asking, nurse, outcome, agreed_at=MORNING + DAY).order.satisfaction is None


def test_the_answer_of_an_earlier_result_stands_when_a_later_one_is_taken_back(
    asking: FollowUpOrder, nurse: Actor, actor: Callable[[str], Actor]
) -> None:
    hour = dt.timedelta(hours=1)
    call(asking, nurse, "completed", satisfaction=5)
    reviews.return_result(order=asking, reason="未问伤口", actor=actor("centre_manager"), now=MORNING + hour)
    for hours in (2, 4):
        call(asking, nurse, "completed", satisfaction=4, second_call="cut_off", at=MORNING + hours * hour)
        back = take_back_result(order=asking, actor=nurse, now=MORNING + (hours + 1) * hour)
        assert (back.state, back.satisfaction) == ("returned", 5)


def test_other_steps_have_none(order: FollowUpOrder, nurse: Actor) -> None:
    with pytest.raises(refusals.SatisfactionNotAsked):
        call(order, nurse, "completed", satisfaction=5)
    assert call(order, nurse, "completed").order.satisfaction is None


@pytest.mark.parametrize("answer", [1, 2])
def test_who_is_not_content_says_with_what(asking: FollowUpOrder, nurse: Actor, answer: int) -> None:
    with pytest.raises(refusals.CauseMissing):
        call(asking, nurse, "completed", satisfaction=answer)
    done = call(asking, nurse, "completed", satisfaction=answer, complaint=WAITED).order
    assert (done.satisfaction, done.has_dissatisfaction) == (answer, True)
    assert Dissatisfaction.objects.get().cause == "waiting"


def test_a_redo_does_not_record_the_same_dissatisfaction_twice(asking: FollowUpOrder, nurse: Actor) -> None:
    call(asking, nurse, "completed", satisfaction=2, complaint=WAITED)
    FollowUpOrder.objects.filter(pk=asking.pk).update(state="returned")
    assert call(asking, nurse, "completed", at=MORNING + DAY, satisfaction=2).order.state == "submitted"
    assert Dissatisfaction.objects.count() == 1


def test_the_database_refuses_another_scale_and_an_answer_without_a_result(
    asking: FollowUpOrder, nurse: Actor, in_north: Hospital
) -> None:
    with pytest.raises(IntegrityError, match="order_satisfaction"), transaction.atomic():
        FollowUpOrder.objects.filter(pk=asking.pk).update(satisfaction=3)
    with pytest.raises(IntegrityError, match="order_satisfaction"), transaction.atomic():
        FollowUpOrder.objects.filter(pk=asking.pk).update(satisfaction=6, completed_at=MORNING)
    with pytest.raises(IntegrityError, match="attempt_satisfaction"), transaction.atomic():
        AttemptFactory(order=asking, outcome="no_answer", satisfaction=3)


@pytest.mark.parametrize("role", ["agent", "physician"])
def test_only_the_form_of_such_a_step_asks(cast: Cast, client_as: Any, inside: None, role: str) -> None:
    holder = cast.sun if role == "agent" else cast.chen
    asks, other = order_of(cast, holder, step__asks_satisfaction=True), order_of(cast, holder)
    for order, is_asked in ((asks, True), (other, False)):
        page = {"agent": f"followups/calls/?order={order.public_id}"}.get(
            role, f"followups/orders/{order.public_id}/result/"
        )
        body = client_as(role).get(page).content.decode()
        assert ('name="satisfaction"' in body, "总的来说，对医院满意吗？" in body) == (is_asked, is_asked)


def test_what_is_missing_stands_beside_the_question_and_the_cause(cast: Cast, client_as: Any, inside: None) -> None:
    order, client = order_of(cast, cast.sun, step__asks_satisfaction=True), client_as("agent")
    answer = post(client, order, "record", result(order))
    assert (answer.status_code, answer.context["form"].errors.keys()) == (422, {"satisfaction"})
    answer = post(client, order, "record", result(order, satisfaction="2"))
    assert (answer.status_code, answer.context["form"].errors.keys()) == (422, {"dissatisfaction_cause"})
    body = answer.content.decode()
    assert 'value="2" data-code="Digit2" data-opens="#not-content" checked' in body
    assert '<details class="rail-sec" id="not-content" open>' in body
    sent = result(order, satisfaction="2", dissatisfaction_cause="cost")
    assert post(client, order, "record", sent).status_code == 302
    assert FollowUpOrder.objects.get(pk=order.pk).satisfaction == 2


def test_an_answer_left_under_another_outcome_is_not_sent(cast: Cast, client_as: Any, inside: None) -> None:
    order = order_of(cast, cast.sun, step__asks_satisfaction=True)
    assert post(client_as("agent"), order, "record", result(order, "no_answer", satisfaction="5")).status_code == 302
    assert Attempt.objects.get().satisfaction is None


def test_a_draft_and_a_conflict_keep_the_answer(cast: Cast, client_as: Any, inside: None) -> None:
    order, client = order_of(cast, cast.sun, step__asks_satisfaction=True), client_as("agent")
    assert post(client, order, "draft", {"outcome": "completed", "satisfaction": "5"}).status_code == 200
    body = client.get(f"followups/calls/?order={order.public_id}").content.decode()
    assert 'name="satisfaction" value="5" data-code="Digit5" checked' in body
    sent = result(order, satisfaction="3")
    FollowUpOrder.objects.filter(pk=order.pk).update(state="filed", version=9)
    answer = post(client, order, "record", sent)
    assert answer.status_code == 409
    assert "对医院的满意度：一般" in answer.context["opened"].kept.text


def test_the_answer_is_read_on_the_pages_of_the_order(cast: Cast, client_as: Any, inside: None) -> None:
    order = submitted_of(cast, cast.chen, satisfaction=4, step__asks_satisfaction=True)
    done = {"order": order, "patient": order.patient, "staff": cast.chen, "outcome": "completed", "is_reached": True}
    AttemptFactory(**done, satisfaction=4)
    pages = {
        "physician": (f"followups/orders/{order.public_id}/", f"followups/orders/{order.public_id}/print/"),
        "centre_manager": (f"followups/review/?order={order.public_id}",),
    }
    for role, addresses in pages.items():
        for address in addresses:
            body = client_as(role).get(address).content.decode()
            assert "对医院的满意度" in body, address
            assert "满意" in body.split("对医院的满意度", 1)[1][:60], address


def test_the_timeline_tells_it_to_who_may_read_what_was_said(asking: FollowUpOrder, nurse: Actor, actor: Any) -> None:
    call(asking, nurse, "completed", satisfaction=5)
    span = Span()

    def details(reader: Actor) -> list[str]:
        with override("zh-hans"):
            lines = chronicle.timeline(asking.patient, reader, timezone.now(), span)
            return [line.detail for line in lines if line.detail]

    assert details(nurse) == ["A级第4步 · 对医院的满意度：非常满意"]
    assert details(actor("liaison")) == ["A级第4步"]
