"""Pages of a whole run: a suspended one goes on, one without findings ends when the physician agrees."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import AccessLog
from followups.domain.worklists import ends_to_decide
from followups.models import FollowUpOrder, FollowUpRun
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.masking import mask_name
from patients.models import Patient
from tests.accounts.factories import AbsenceFactory
from tests.cast import SURGERY, Cast
from tests.followups.scene import order_of

pytestmark = pytest.mark.django_db
OWN, OTHER = "欧阳小安", "司马小康"


@pytest.fixture
def held(cast: Cast) -> FollowUpOrder:
    """An order of Chen's that waits because the person was reported as readmitted."""
    order = order_of(cast, cast.chen, attending=cast.chen, state="suspended", state_reason="in_house")
    with hospital_scope(cast.hospital):
        FollowUpRun.objects.update(state="suspended")
    return order


def states(cast: Cast) -> tuple[str, str]:
    """Of the one order and its run."""
    with hospital_scope(cast.hospital):
        order = FollowUpOrder.objects.select_related("run").get()
        return order.state, order.run.state


def test_physician_lets_a_run_go_on_with_the_reason(cast: Cast, client_as, held):
    physician, page = client_as("physician"), f"followups/orders/{held.public_id}/"
    html = physician.get(page).content.decode()
    assert "客户再次住院。新的出院会新开随访计划。" in html
    assert f"{page}resume/" in html
    assert physician.get(f"{page}resume/").status_code == 200
    assert physician.post(f"{page}resume/", {"confirmed": "1", "reason": ""}).status_code == 422
    assert states(cast) == ("suspended", "suspended")
    sent = physician.post(f"{page}resume/", {"confirmed": "1", "reason": "误报"}, follow=True)
    assert "随访已恢复：1步。" in sent.content.decode()
    assert states(cast) == ("dispatched", "open")
    assert physician.get(f"{page}resume/").status_code == 404


def test_what_waits_for_a_doubt_of_death_says_so_and_is_not_let_go_on(cast: Cast, client_as, held):
    with hospital_scope(cast.hospital):
        Patient.objects.update(death_in_doubt_since=timezone.now())
    html = client_as("physician").get(f"followups/orders/{held.public_id}/").content.decode()
    assert "疑似已故" in html
    assert "确认前任何人不得拨打。" in html
    assert "客户再次住院。" not in html
    assert "/resume/" not in html


@pytest.mark.parametrize("role", ["agent", "medical_affairs", "auditor", "hospital_leader"])
def test_who_may_not_let_it_go_on_is_refused(cast: Cast, client_as, held, role):
    page = f"followups/orders/{held.public_id}/resume/"
    assert client_as(role).get(page).status_code == 403
    assert client_as(role).post(page, {"confirmed": "1", "reason": "x"}).status_code == 403
    assert states(cast) == ("suspended", "suspended")


@pytest.fixture
def proposed(cast: Cast) -> FollowUpOrder:
    """An order of a run whose end is proposed."""
    order = order_of(cast, cast.chen, attending=cast.chen, tier="B")
    with hospital_scope(cast.hospital):
        FollowUpRun.objects.update(end_proposed_at=timezone.now() - dt.timedelta(days=1))
    return order


@pytest.mark.parametrize(
    ("decision", "after", "said"),
    [("end", ("void", "closed"), "随访已结束。"), ("keep", ("dispatched", "open"), "随访继续。")],
)
def test_physician_decides_on_the_proposed_end(cast: Cast, client_as, proposed, decision, after, said):
    physician, page = client_as("physician"), f"followups/orders/{proposed.public_id}/"
    assert "医师同意后可结束随访" in physician.get(page).content.decode()
    sent = physician.post(f"{page}end/", {"confirmed": "1", "decision": decision, "reason": "平稳"}, follow=True)
    assert said in sent.content.decode()
    assert states(cast) == after
    assert physician.get(f"{page}end/").status_code == 404


def test_nobody_but_a_physician_ends_a_run(cast: Cast, client_as, proposed):
    for role in ("nurse", "centre_manager", "agent"):
        assert client_as(role).get(f"followups/orders/{proposed.public_id}/end/").status_code == 403
    assert states(cast) == ("dispatched", "open")


def test_physician_finds_the_runs_that_may_end_on_the_own_list(cast: Cast, client_as, actor):
    proposed = timezone.now() - dt.timedelta(days=2)
    own = order_of(cast, cast.li, attending=cast.chen, tier="B", run__end_proposed_at=proposed)
    later = order_of(cast, cast.li, attending=cast.chen, tier="B", run=own.run, occurrence=2, days=30)
    order_of(cast, cast.xu, attending=cast.xu, run__end_proposed_at=proposed, patient__name=OTHER)
    over = {"run__end_proposed_at": proposed, "run__state": "closed", "run__closed_reason": "agreed"}
    order_of(cast, cast.chen, attending=cast.chen, state="filed", **over)
    order_of(cast, attending=cast.chen, days=60)
    physician, today_ = client_as("physician"), timezone.localdate()
    with hospital_scope(cast.hospital):
        Patient.objects.filter(pk=later.patient_id).update(name=OWN)
        assert list(ends_to_decide(actor("physician"), today=today_)) == [later]
        assert list(ends_to_decide(actor("nurse"), today=today_)) == []
    html = physician.get("followups/mine/").content.decode()
    assert "可结束的随访" in html
    assert (mask_name(OWN) in html, mask_name(OTHER) in html) == (True, False)
    assert f"followups/orders/{later.public_id}/end/" in html
    with hospital_scope(cast.hospital):
        seen = AccessLog.objects.filter(staff_id=cast.chen.pk, page="followups:mine").latest("pk")
        assert later.patient_id in (seen.patient_ids or [seen.patient_id])
    physician.post(f"followups/orders/{later.public_id}/end/", {"confirmed": "1", "decision": "end", "reason": "稳定"})
    assert "可结束的随访" not in physician.get("followups/mine/").content.decode()
    assert "可结束的随访" not in client_as("nurse").get("followups/mine/").content.decode()


def test_who_covers_the_physician_decides_too(cast: Cast, actor):
    order = order_of(cast, cast.li, attending=cast.xu, department=SURGERY, run__end_proposed_at=timezone.now())
    day = timezone.localdate()
    with hospital_scope(cast.hospital):
        assert list(ends_to_decide(actor("physician"), today=day)) == []
        AbsenceFactory(staff=cast.xu, cover=cast.chen, starts_on=day, ends_on=day)
        FollowUpOrder.objects.update(assignee=cast.xu)
        assert list(ends_to_decide(actor("physician"), today=day)) == [order]
