"""Dissatisfaction: listed until it is settled, handled by centre, owner or head, asked about by the next caller."""

import uuid
from typing import Any

import pytest

from accounts.models import AccessLog, AuditEvent
from followups.models import Dissatisfaction, DissatisfactionEntry, FollowUpOrder
from hospital_crm.tenancy.scope import hospital_scope
from messaging.models import Message
from tests.cast import Cast, client_of
from tests.followups.factories import DissatisfactionFactory
from tests.followups.scene import order_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def inside(north):
    """Rows are read inside the hospital."""
    with hospital_scope(north):
        yield


@pytest.fixture
def heard(cast: Cast, inside) -> Dissatisfaction:
    """Somebody of cardiology waited too long; the head owns it."""
    order = order_of(cast, cast.chen, attending=cast.chen)
    return DissatisfactionFactory(
        order=order, patient=order.patient, owner=cast.wang, text="候药两小时", heard_by=cast.li, cause="waiting"
    )


def page_of(row: Dissatisfaction) -> str:
    return f"followups/dissatisfactions/{row.public_id}/"


def test_open_ones_are_listed_and_settled_ones_apart(cast: Cast, client_as, heard):
    settled = DissatisfactionFactory(state="settled", handling="已退费", cause="cost")
    manager = client_as("centre_manager")
    assert [row["one"] for row in manager.get("followups/dissatisfactions/").context["rows"]] == [heard]
    listed = manager.get("followups/dissatisfactions/?list=settled").context["rows"]
    assert [row["one"] for row in listed] == [settled]
    html = manager.get("followups/dissatisfactions/").content.decode()
    assert ("候药两小时" in html, heard.patient.name in html) == (True, False)
    assert AccessLog.objects.filter(page="followups:dissatisfactions", patient_id=heard.patient_id).count() == 2


def test_who_sees_which(cast: Cast, client_as, heard):
    other = DissatisfactionFactory(owner=cast.chen)
    seen = {}
    for role in ("centre_manager", "medical_affairs", "department_head", "physician", "nurse", "agent"):
        rows = client_as(role).get("followups/dissatisfactions/").context["rows"]
        seen[role] = {row["one"].pk for row in rows}
    both = {heard.pk, other.pk}
    assert seen == {
        "centre_manager": both,
        "medical_affairs": both,
        "department_head": {heard.pk},
        "physician": {other.pk},
        "nurse": set(),
        "agent": set(),
    }
    assert client_as("nurse").get(page_of(heard)).status_code == 404
    assert client_as("nurse").post(page_of(heard), {"handling": "x", "cause": "cost"}).status_code == 404
    for role in ("auditor", "hospital_leader", "liaison"):
        assert client_as(role).get(page_of(heard)).status_code == 403


def test_owner_handles_then_settles_and_every_step_stays(cast: Cast, client_as, heard):
    head = client_as("department_head")
    assert head.get(page_of(heard)).status_code == 200
    assert head.post(page_of(heard), {"handling": "已联系药房", "cause": "process"}).status_code == 302
    heard.refresh_from_db()
    assert (heard.state, heard.handling, heard.cause, heard.settled_at) == ("handling", "已联系药房", "process", None)
    sent = head.post(page_of(heard), {"handling": "增开窗口", "cause": "process", "is_settled": "on"}, follow=True)
    heard.refresh_from_db()
    assert (heard.state, heard.handling, heard.settled_at is None) == ("settled", "增开窗口", False)
    steps = list(DissatisfactionEntry.objects.values_list("kind", "text", "by__name"))
    assert steps == [("handled", "已联系药房", "王主任"), ("settled", "增开窗口", "王主任")]
    html = sent.content.decode()
    assert ("已联系药房" in html, "增开窗口" in html) == (True, True)
    event = AuditEvent.objects.filter(verb="followups.dissatisfaction.handle").latest("pk")
    assert (event.before, event.after["state"]) == ({"state": "handling"}, "settled")


def test_nothing_is_settled_without_words(cast: Cast, client_as, heard):
    answer = client_as("centre_manager").post(page_of(heard), {"handling": " ", "cause": "waiting", "is_settled": "on"})
    assert (answer.status_code, "应写明处理情况" in answer.content.decode()) == (422, True)
    heard.refresh_from_db()
    assert (heard.state, DissatisfactionEntry.objects.count()) == ("open", 0)


def test_centre_passes_it_on_and_the_owner_hears_of_it(cast: Cast, client_as, heard):
    sent = {"handling": "", "cause": "waiting", "owner": str(cast.xu.public_id)}
    assert client_as("centre_manager").post(page_of(heard), sent).status_code == 302
    heard.refresh_from_db()
    assert (heard.owner, heard.state) == (cast.xu, "handling")
    assert list(Message.objects.values_list("purpose", "staff__name")) == [("followups.dissatisfaction", "许医师")]
    assert client_as("department_head").get(page_of(heard)).status_code == 200
    assert client_of(cast.xu).get(page_of(heard)).status_code == 200


def test_medical_affairs_reads_and_does_not_write(cast: Cast, client_as, heard):
    client = client_as("medical_affairs")
    assert 'name="handling"' not in client.get(page_of(heard)).content.decode()
    assert client.post(page_of(heard), {"handling": "x", "cause": "cost"}).status_code == 422
    heard.refresh_from_db()
    assert heard.handling == ""


@pytest.mark.tenancy
def test_of_another_hospital_does_not_exist(cast: Cast, zhao, heard):
    assert client_of(zhao).get(f"/south/{page_of(heard)}").status_code == 404
    assert client_of(zhao).get(f"/north/{page_of(heard)}").status_code == 403


# --- the next caller --------------------------------------------------------------------------------------------


def send(client: Any, order: FollowUpOrder, **fields: str) -> Any:
    order.refresh_from_db()
    form = {"outcome": "completed", "has_finding": "0", "version": order.version, "origin": "mine"}
    form["idempotency_key"] = str(uuid.uuid4())
    return client.post(f"followups/orders/{order.public_id}/record/", {**form, **fields})


@pytest.mark.parametrize(
    ("answer", "state", "steps"),
    [("content", "settled", ["content"]), ("stands", "open", ["stands"]), ("", "open", []), ("nonsense", "open", [])],
)
def test_next_caller_sees_it_and_asks(cast: Cast, client_as, heard, answer: str, state: str, steps: list[str]):
    physician = client_as("physician")
    html = physician.get(f"followups/orders/{heard.order.public_id}/result/").content.decode()
    assert "此前不满（等候）：现在解决了吗？" in html
    assert "候药两小时" in html
    assert send(physician, heard.order, **{f"asked-{heard.public_id}": answer}).status_code == 302
    heard.refresh_from_db()
    assert (heard.state, heard.settled_at is not None) == (state, state == "settled")
    assert list(DissatisfactionEntry.objects.values_list("kind", flat=True)) == steps
    told = Message.objects.filter(purpose="followups.dissatisfaction", staff=cast.wang).count()
    assert told == (1 if answer == "stands" else 0)


def test_what_a_caller_settles_is_written_in_the_language_of_the_hospital(cast: Cast, client_as, heard):
    cast.chen.user.language = "en"
    cast.chen.user.save()
    send(client_as("physician"), heard.order, **{f"asked-{heard.public_id}": "content"})
    heard.refresh_from_db()
    assert heard.handling == "客户在后续回访中表示已解决。"


def test_an_answer_about_somebody_else_changes_nothing(cast: Cast, client_as, heard):
    other = DissatisfactionFactory()
    assert send(client_as("physician"), heard.order, **{f"asked-{other.public_id}": "content"}).status_code == 302
    other.refresh_from_db()
    assert other.state == "open"


def test_what_is_settled_is_not_asked(cast: Cast, client_as, heard):
    Dissatisfaction.objects.update(state="settled", handling="已退费")
    html = client_as("physician").get(f"followups/orders/{heard.order.public_id}/result/").content.decode()
    assert "现在解决了吗" not in html
