"""Two people at one order: the second is refused, told who was quicker, and keeps what was written."""

import pytest
from django.utils import timezone

from accounts.models import StaffMember
from followups.models import Attempt, FollowUpOrder, Review
from patients.models import PatientNote
from tests.followups.factories import AttemptFactory, DissatisfactionFactory, ReviewFactory
from tests.followups.scene import order_of, submitted_of
from tests.followups.test_pages_working import inside, post, result

__all__ = ["inside"]
pytestmark = pytest.mark.django_db


def overtake(order: FollowUpOrder, by: StaffMember) -> None:
    """A colleague finished the order meanwhile."""
    AttemptFactory(order=order, patient=order.patient, staff=by, outcome="completed", note="已完成")
    FollowUpOrder.objects.filter(pk=order.pk).update(
        state="submitted", submitted_by=by, submitted_at=timezone.now(), version=order.version + 1
    )


@pytest.mark.parametrize("origin", ["workbench", "mine"])
def test_what_was_written_stays_when_a_colleague_finished_the_order(cast, client_as, inside, origin):
    order = order_of(cast, cast.sun)
    sent = result(order, "partly", note="我的记录", agreed_at="2027-01-05T10:00", has_finding="1", origin=origin)
    overtake(order, cast.chen)
    answer = post(client_as("agent"), order, "record", sent)
    body = answer.content.decode()
    assert answer.status_code == 409
    for words in ("我的记录", "2027-01-05 10:00", "陈医师", "完成", "已提交", "保存为备注", "复制"):
        assert words in body, words
    assert 'name="outcome"' not in body
    assert Attempt.objects.filter(order=order).count() == 1
    note = {"text": answer.context["opened"].kept.text, "audience": "clinical"}
    assert client_as("agent").post(answer.context["opened"].kept.note_url, note).status_code == 302
    assert "我的记录" in PatientNote.objects.get(patient_id=order.patient_id).text


def test_answers_about_an_old_dissatisfaction_stay_after_a_conflict(cast, client_as, inside):
    order = order_of(cast, cast.sun)
    heard = DissatisfactionFactory(order=order, patient=order.patient)
    sent = result(order) | {f"asked-{heard.public_id}": "stands"}
    FollowUpOrder.objects.filter(pk=order.pk).update(version=7)
    body = post(client_as("agent"), order, "record", sent).content.decode()
    assert f'name="asked-{heard.public_id}" value="stands" checked' in body


@pytest.mark.parametrize("state", ["filed", "returned"])
def test_the_reason_of_a_return_stays_when_another_reviewer_was_quicker(cast, client_as, inside, state):
    order = submitted_of(cast, cast.chen)
    ReviewFactory(order=order, kind="centre", verdict=state, reviewer=cast.qian, reason="早先", at=timezone.now())
    FollowUpOrder.objects.filter(pk=order.pk).update(state=state, version=order.version + 1)
    sent = {"act": "return", "reason": "备注补全", "version": order.version}
    answer = client_as("centre_manager").post(f"followups/review/{order.public_id}/", sent)
    body = answer.content.decode()
    assert answer.status_code == 409
    assert ("备注补全" in body, 'id="kept-text"' in body, cast.qian.name in body) == (True, True, True)
    assert Review.objects.filter(order=order).count() == 1


def test_a_result_sent_anew_is_not_filed_unread(cast, client_as, inside):
    order = submitted_of(cast, cast.chen)
    seen = order.version
    FollowUpOrder.objects.filter(pk=order.pk).update(version=seen + 1)
    address, sent = f"followups/review/{order.public_id}/", {"act": "return", "reason": "补问伤口", "version": seen}
    client = client_as("centre_manager")
    assert client.post(address, {"act": "file", "version": seen}).status_code == 409
    answer = client.post(address, sent)
    assert (answer.status_code, "补问伤口" in answer.content.decode()) == (409, True)
    assert FollowUpOrder.objects.get(pk=order.pk).state == "submitted"
    assert f'name="version" value="{seen + 1}"' in answer.content.decode()
    assert client.post(address, {**sent, "version": seen + 1}).status_code == 302
