"""What is done on the pages of follow-up: a result is written once, two people notice each other, drafts are kept,
orders change hands,
results are filed, returned, sampled and scored; and the person's numbers are shown to nobody but the holder, on
record."""

import datetime as dt
import re
import uuid

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.models import AccessLog, HospitalSettings
from followups.models import Attempt, FollowUpOrder, OrderTransfer, Outcome, Reminder, Review
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import ContactPoint
from tests.api.systems import System, token_of
from tests.cast import Cast, client_of
from tests.followups.factories import AttemptFactory, ReviewFactory
from tests.followups.scene import order_of, submitted_of

pytestmark = pytest.mark.django_db


def result(order: FollowUpOrder, outcome: str = "completed", **fields: object) -> dict:
    """The form as a browser sends it."""
    version = FollowUpOrder.objects.get(pk=order.pk).version
    sent = {"outcome": outcome, "has_finding": "0", "version": version, "origin": "workbench", **fields}
    return {**sent, "idempotency_key": uuid.uuid4()}


def number_of(order: FollowUpOrder) -> str:
    return ContactPoint.objects.get(patient_id=order.patient_id).value


def post(client, order: FollowUpOrder, page: str, data: dict):
    return client.post(f"followups/orders/{order.public_id}/{page}/", data)


@pytest.fixture
def inside(north):
    """Rows are read inside the hospital."""
    with hospital_scope(north):
        yield


def test_a_result_is_written_and_the_next_order_opens(cast: Cast, client_as, inside):
    first, second = order_of(cast, cast.sun, days=0), order_of(cast, cast.sun, days=1)
    answer = post(client_as("agent"), first, "record", result(first, note="切口愈合好", next_step="none"))
    assert answer.status_code == 302
    assert answer.url.endswith(f"?order={second.public_id}")
    first.refresh_from_db()
    assert (first.state, first.note, first.attempts_count) == ("submitted", "切口愈合好", 1)


def test_the_same_form_sent_twice_is_one_attempt(cast, client_as, inside):
    order = order_of(cast, cast.sun)
    sent, client = result(order), client_as("agent")
    assert [post(client, order, "record", sent).status_code for _ in range(2)] == [302, 302]
    assert Attempt.objects.filter(order=order).count() == 1


def test_what_somebody_else_changed_is_not_overwritten_and_the_input_stays(cast, client_as, inside):
    order = order_of(cast, cast.sun)
    sent = result(order, note="我的记录")
    FollowUpOrder.objects.filter(pk=order.pk).update(version=7)
    answer = post(client_as("agent"), order, "record", sent)
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "我的记录" in body
    assert 'name="version" value="7"' in body
    assert Attempt.objects.count() == 0


@pytest.mark.parametrize(("outcome", "field"), [("partly", "agreed_at"), ("", "outcome")])
def test_what_is_missing_is_said_beside_its_field(cast, client_as, inside, outcome, field):
    order = order_of(cast, cast.sun)
    answer = post(client_as("agent"), order, "record", result(order, outcome, note="不丢"))
    assert answer.status_code == 422
    assert "不丢" in answer.content.decode()
    assert answer.context["form"].errors.keys() == {field}


ABSURD = {
    **{day: {"agreed_at": f"{day}T23:59", "deceased_on": day} for day in ("0001-01-01", "9999-12-31", "2627-03-01")},
    "no day": {"agreed_at": "2026-02-31T10:00", "deceased_on": "2026-02-31"},
    "just ahead": {
        "agreed_at": "1999-01-01T08:00",
        "deceased_on": (timezone.localdate() + dt.timedelta(2)).isoformat(),
    },
}
BESIDE = {"partly": "agreed_at", "died": "deceased_on"}


@pytest.mark.parametrize("origin", ["workbench", "phone"])
@pytest.mark.parametrize("days", ABSURD)
@pytest.mark.parametrize("outcome", BESIDE)
def test_days_that_cannot_be_are_refused_beside_their_field(cast, client_as, inside, outcome, days, origin):
    order = order_of(cast, cast.sun)
    answer = post(
        client_as("agent"), order, "record", result(order, outcome, origin=origin, note="不丢", **ABSURD[days])
    )
    assert (answer.status_code, "不丢" in answer.content.decode()) == (422, True)
    assert BESIDE[outcome] in answer.context["form"].errors
    assert (Attempt.objects.count(), order.patient.contact_state) == (0, "open")


@pytest.mark.parametrize("outcome", sorted({*Outcome.values} - {*BESIDE}))
def test_a_day_that_the_outcome_does_not_ask_for_never_ends_in_an_error(cast, client_as, inside, outcome):
    order = order_of(cast, cast.sun)
    sent = result(order, outcome, note="家属告知", agreed_at="9999-12-31T23:59", deceased_on="9999-12-31")
    assert post(client_as("agent"), order, "record", sent).status_code in (302, 422)


def test_a_death_before_the_discharge_is_asked_about(cast, client_as, inside):
    order = order_of(cast, cast.sun)
    before = (order.run.anchor_on - dt.timedelta(1)).isoformat()
    answer = post(client_as("agent"), order, "record", result(order, "died", deceased_on=before))
    said = f"死亡日期早于出院日期{order.run.anchor_on.isoformat()}。应再次核对日期。"
    assert answer.context["form"].errors == {"deceased_on": [said]}
    answer = post(
        client_as("agent"), order, "record", result(order, "died", deceased_on=order.run.anchor_on.isoformat())
    )
    order.patient.refresh_from_db()
    assert (answer.status_code, order.patient.contact_state) == (302, "deceased")


@pytest.mark.parametrize("outcome", ["completed", "completed_family"])
def test_whether_something_is_abnormal_is_chosen_by_the_caller(cast, client_as, inside, outcome):
    order, client = order_of(cast, cast.chen), client_as("physician")
    page = client.get(f"followups/orders/{order.public_id}/result/").content.decode()
    presets = re.findall(r'name="has_finding" value="(.)" data-code="\w+"( checked)?', page)
    assert presets == [("0", ""), ("1", "")]
    answer = post(client, order, "record", result(order, outcome, has_finding="", origin="mine"))
    assert (answer.status_code, "选择有无异常。" in answer.content.decode()) == (422, True)
    assert Attempt.objects.count() == 0
    sent = result(order, outcome, has_finding="1", note="胸痛", origin="mine")
    assert post(client, order, "record", sent).status_code == 302
    order.refresh_from_db()
    assert order.has_finding


@pytest.mark.parametrize("origin", ["mine", "workbench"])
def test_a_red_flag_says_what_was_heard(cast, client_as, inside, origin):
    order, client = order_of(cast, cast.chen), client_as("physician")
    sent = result(order, has_finding="1", note=" ", next_step="outpatient", origin=origin)
    answer = post(client, order, "record", sent)
    said = answer.content.decode()
    beside_note = said.index("写明听到的异常：有红旗时备注必填。") > said.index('id="note" name="note"')
    assert (answer.status_code, beside_note, Attempt.objects.count()) == (422, True, 0)
    form = answer.context["form"]
    assert (list(form.errors), form["has_finding"].value(), form["next_step"].value()) == (["note"], "1", "outpatient")
    assert post(client, order, "record", {**sent, "note": "胸痛"}).status_code == 302


def test_nobody_reached_is_not_asked_for_what_is_abnormal(cast, client_as, inside):
    order = order_of(cast, cast.sun)
    assert post(client_as("agent"), order, "record", result(order, "busy", has_finding="")).status_code == 302


def test_whoever_is_reached_is_an_attempt_and_no_day_without_an_answer(cast, client_as, inside):
    order, agent = order_of(cast, cast.sun), client_as("agent")
    at = timezone.localtime() + dt.timedelta(days=1)
    post(agent, order, "record", result(order, "partly", agreed_at=at.strftime("%Y-%m-%dT%H:%M")))
    told = strip_tags(agent.get(f"followups/orders/{order.public_id}/").content.decode())
    assert ("已尝试" in told, "1次，未接通0/3天" in told) == (True, True)
    row = agent.get("followups/calls/").content.decode()
    assert ("未接通</span>0/3天" in row, "尝试</th>" in row) == (True, False)


def test_the_last_stay_is_told_in_facts_parted_by_commas(cast, client_as, inside):
    order = order_of(cast, cast.chen)
    page = client_as("physician").get(f"followups/orders/{order.public_id}/result/").content.decode()
    assert "出院，高血压，医嘱：低盐饮食，两周后复诊" in page


def test_late_is_completed_with_a_reason_only(cast, client_as, inside):
    order, client = order_of(cast, cast.sun, days=-2), client_as("agent")
    answer = post(client, order, "record", result(order))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["late_reason"])
    assert post(client, order, "record", result(order, late_reason="出差")).status_code == 302
    order.refresh_from_db()
    assert (order.state, order.late_reason) == ("submitted", "出差")


def test_dissatisfaction_is_kept_with_cause_and_handling(cast, client_as, inside):
    order = order_of(cast, cast.sun)
    said = {
        "dissatisfaction_cause": "waiting",
        "dissatisfaction_text": "等了两小时",
        "dissatisfaction_handling": "已致歉",
    }
    post(client_as("agent"), order, "record", result(order, **said))
    heard = order.dissatisfactions.get()
    assert (heard.cause, heard.text, heard.handling) == ("waiting", "等了两小时", "已致歉")


def test_numbers_are_shown_to_the_holder_on_record_and_to_nobody_else(cast, client_as, inside):
    order = order_of(cast, cast.chen, attending=cast.chen)
    number = number_of(order)
    seen = client_as("physician").get(f"followups/orders/{order.public_id}/result/").content.decode()
    assert f"tel:{number}" in seen
    assert list(AccessLog.objects.values_list("kind", "patient_id")) == [("dial", order.patient_id)]
    for role, page in [("centre_manager", ""), ("department_head", ""), ("agent", ""), ("agent", "print/")]:
        body = client_as(role).get(f"followups/orders/{order.public_id}/{page}").content.decode()
        assert number not in body, (role, page)


@pytest.mark.parametrize("page", ["calls/", "mine/", "dispatch/", "review/", "ward/", "board/", "quality/", "behind/"])
def test_no_list_holds_a_full_number_or_name(cast, client_as, inside, page):
    roles = {"calls/": "agent", "mine/": "physician", "ward/": "head_nurse", "board/": "department_head"}
    role = roles.get(page, "centre_manager")
    holder = cast.holding(role) if page in ("calls/", "mine/") else cast.chen
    orders = [order_of(cast, holder, days=-1, tier="A"), submitted_of(cast, cast.chen)]
    body = client_as(role).get(f"followups/{page}").content.decode()
    assert str(orders[0].public_id) in body or str(orders[1].public_id) in body
    for order in orders:
        assert order.patient.name not in body
        assert number_of(order) not in body


def test_the_dead_show_no_number_and_take_no_result(cast, client_as, inside):
    order = order_of(cast, cast.sun)
    sent = result(order)
    type(order.patient).objects.filter(pk=order.patient_id).update(
        contact_state="deceased", deceased_source="family", deceased_on=dt.date(2026, 11, 1)
    )
    page = client_as("agent").get(f"followups/calls/?order={order.public_id}").content.decode()
    assert number_of(order) not in page
    assert 'id="outcome"' not in page
    assert post(client_as("agent"), order, "record", sent).status_code == 422


def test_a_draft_is_kept_and_comes_back(cast, client_as, inside):
    order, client = order_of(cast, cast.sun), client_as("agent")
    assert post(client, order, "draft", {"note": "说到一半", "outcome": "partly"}).status_code == 200
    assert "说到一半" in client.get(f"followups/calls/?order={order.public_id}").content.decode()
    assert FollowUpOrder.objects.get(pk=order.pk).version == order.version


def test_a_draft_of_another_ones_order_is_refused(cast, client_as, inside):
    order = order_of(cast, cast.chen, attending=cast.chen)
    assert post(client_as("agent"), order, "draft", {"note": "x"}).status_code == 409


def test_an_order_is_handed_over_with_a_reason(cast, client_as, inside):
    order, li = order_of(cast, cast.chen, attending=cast.chen), cast.li
    client = client_as("physician")
    form = {"confirmed": "1", "to": li.public_id, "reason": "手术中"}
    assert post(client, order, "hand-over", {**form, "reason": ""}).status_code == 422
    assert post(client, order, "hand-over", form).status_code == 302
    order.refresh_from_db()
    assert order.assignee == li
    assert OrderTransfer.objects.get(order=order).reason == "手术中"


def act(client, name: str, orders: list[FollowUpOrder], **fields: object):
    return client.post("followups/act/", {"act": name, "picked": [str(o.public_id) for o in orders], **fields})


def test_many_are_assigned_after_a_look_at_the_number(cast, client_as, inside):
    orders, client = [order_of(cast) for _ in range(3)], client_as("centre_manager")
    asked = act(client, "reassign", orders)
    assert "3步" in asked.content.decode()
    assert FollowUpOrder.objects.filter(assignee__isnull=True).count() == 3
    act(client, "reassign", orders, confirmed="1", to=cast.li.public_id, reason="分派")
    assert FollowUpOrder.objects.filter(assignee=cast.li, state="dispatched").count() == 3


def test_more_than_a_server_takes_in_fields_are_assigned_as_shown(cast, client_as, inside, monkeypatch):
    first = order_of(cast, tier="A")
    kept = ("run_id", "step_id", "patient_id", "department_id", "tier", "state", "earliest_on", "due_on", "latest_on")
    same = {name: getattr(first, name) for name in kept}
    FollowUpOrder.objects.bulk_create(FollowUpOrder(**same, occurrence=n) for n in range(2, 1102))
    client = client_as("centre_manager")
    asked = client.post("followups/act/", {"act": "reassign", "all_matching": "1", "query": "tier=A"})
    shown = {**dict(asked.context["fields"]), "confirmed": "1", "to": cast.li.public_id, "reason": "分派"}
    assert client.post("followups/act/", shown).status_code == 302
    assert FollowUpOrder.objects.filter(assignee=cast.li).count() == 1101
    monkeypatch.setattr("followups.views.picks.MOST_AT_ONCE", 7)
    monkeypatch.setattr("followups.views.acts.MOST_AT_ONCE", 7)
    again = client.post("followups/act/", {"act": "reassign", "all_matching": "1", "query": "tier=A"})
    assert "一次最多处理7步，按最晚日期先后；其余处理完后再选。" in again.content.decode()


def test_all_that_match_means_all_of_the_filter(cast, client_as, inside):
    for tier in ("A", "A", "B"):
        order_of(cast, tier=tier)
    client = client_as("centre_manager")
    sent = {"all_matching": "1", "query": "tier=A", "confirmed": "1", "to": cast.li.public_id, "reason": "分派"}
    # the confirmation carries the orders it named, so that what was shown is what is done
    asked = client.post("followups/act/", {"act": "reassign", "all_matching": "1", "query": "tier=A"})
    assert dict(asked.context["fields"])["act"] == "reassign"
    assert dict(asked.context["fields"])["picked"].count(",") == 1
    client.post("followups/act/", {"act": "reassign", **sent})
    assert sorted(FollowUpOrder.objects.filter(assignee=cast.li).values_list("tier", flat=True)) == ["A", "A"]


def test_a_head_reminds_and_only_in_the_own_department(cast, client_as, inside):
    own = order_of(cast, cast.chen, days=-2)
    foreign = order_of(cast, cast.xu, days=-2, department="普外科")
    act(client_as("department_head"), "remind", [own, foreign], confirmed="1")
    assert list(Reminder.objects.values_list("order_id", flat=True)) == [own.pk]


def test_nobody_acts_without_the_right(cast, client_as, inside):
    order = order_of(cast, cast.chen, days=-2)
    assert act(client_as("physician"), "remind", [order], confirmed="1").status_code == 403
    assert act(client_of(cast.li), "reassign", [order], confirmed="1").status_code == 403


def test_the_centre_files_and_the_next_opens(cast, client_as, inside):
    first, second = submitted_of(cast, cast.chen, days=0), submitted_of(cast, cast.chen, days=1)
    answer = client_as("centre_manager").post(f"followups/review/{first.public_id}/", {"act": "file"})
    assert answer.url.endswith(f"order={second.public_id}")
    first.refresh_from_db()
    assert first.state == "filed"


def test_a_second_call_of_the_day_is_asked_for_its_reason_and_told(cast, client_as, inside):
    order, client = order_of(cast, cast.chen, tier="B"), client_as("physician")
    page = f"followups/orders/{order.public_id}/result/"
    assert "second_call" not in client.get(page).content.decode()
    post(client, order, "record", result(order, "no_answer"))
    shown = client.get(page).content.decode()
    assert ("second_call" in shown, number_of(order) in shown) == (True, False)
    refused = post(client, order, "record", result(order, origin="mine"))
    assert refused.status_code == 422
    assert "该客户今天已打过电话，应选择再次通话的原因。" in refused.content.decode()
    assert post(client, order, "record", result(order, second_call="called_back")).status_code == 302
    told = client.get(f"followups/orders/{order.public_id}/").content.decode()
    assert "完成；当日第二次通话：客户回电" in told


def test_a_return_needs_its_reason_and_goes_back(cast, client_as, inside):
    order, client = submitted_of(cast, cast.chen), client_as("centre_manager")
    assert client.post(f"followups/review/{order.public_id}/", {"act": "return"}).status_code == 422
    client.post(f"followups/review/{order.public_id}/", {"act": "return", "reason": "备注补全"})
    order.refresh_from_db()
    assert (order.state, Review.objects.get(order=order).reason) == ("returned", "备注补全")
    assert "备注补全" in client_as("physician").get(f"followups/orders/{order.public_id}/result/").content.decode()


def test_the_sample_is_drawn_scored_and_returned(cast, client_as, inside):
    order = submitted_of(cast, cast.chen)
    client = client_as("department_head")
    review = ReviewFactory(order=order, kind="sample", verdict="pending", reviewer=None)
    sent = {"confirmed": "1", "score": "2", "remark": "未问伤口", "send_back": "on"}
    assert client.post(f"followups/board/score/{review.pk}/", {**sent, "remark": ""}).status_code == 422
    client.post(f"followups/board/score/{review.pk}/", sent)
    review.refresh_from_db()
    order.refresh_from_db()
    assert (review.score, review.verdict, order.state) == (2, "scored", "returned")


def test_a_ward_is_evened_out_after_a_look(cast, client_as, inside):
    for _ in range(4):
        order_of(cast, cast.li, days=2)
    client = client_as("head_nurse")
    assert client.get("followups/ward/even-out/").status_code == 200
    client.post("followups/ward/even-out/", {"confirmed": "1"})
    held = [FollowUpOrder.objects.filter(assignee=staff).count() for staff in (cast.li, cast.zhou)]
    assert held == [2, 2]


def test_lowering_a_tier_is_a_physicians_and_needs_a_reason(cast, client_as, inside):
    order = order_of(cast, cast.li)
    page = f"followups/orders/{order.public_id}/tier/"
    assert client_as("nurse").post(page, {"tier": "C", "reason": ""}).status_code == 422
    assert client_as("centre_manager").get(page).status_code == 403


def test_a_second_call_over_http_follows_the_same_rules(cast, inside):
    tried, other = order_of(cast, cast.chen, tier="B"), order_of(cast, cast.chen, tier="B")
    system = System(cast.hospital, token_of(cast.chen, "physician", ["orders.write"])[1])

    def send(order: FollowUpOrder, reason: str) -> int:
        path = f"orders/{order.public_id}/results/"
        version = FollowUpOrder.objects.get(pk=order.pk).version
        body = {"outcome": "no_answer", "key": str(uuid.uuid4()), "version": version, "second_call": reason}
        return system.post(path, body).status_code

    for n, part in enumerate(("morning", "afternoon", "evening"), 1):
        day, at = timezone.localdate() - dt.timedelta(days=n), timezone.now() - dt.timedelta(days=n)
        AttemptFactory(order=tried, patient=tried.patient, at=at, on=day, day_part=part)
    assert [send(tried, "asked"), send(tried, "")] == [422, 422]
    assert [send(other, reason) for reason in ("", "asked", "asked", "cut_off")] == [201, 201, 422, 422]


def test_an_hour_at_night_is_said_before_the_call(cast, client_as, inside, monkeypatch):
    order = order_of(cast, cast.sun)
    night = timezone.now().astimezone(order.hospital.tz).replace(hour=22)
    monkeypatch.setattr("followups.views.workbench.timezone.now", lambda: night)
    agent = client_as("agent")
    assert f"tel:{number_of(order)}" in agent.get(f"followups/calls/?order={order.public_id}").content.decode()
    HospitalSettings.objects.update(care_from_hour=8, care_until_hour=21)
    page = agent.get(f"followups/calls/?order={order.public_id}").content.decode()
    assert "随访电话的时间为8:00至21:00，届时显示号码。" in page
    assert number_of(order) not in page
