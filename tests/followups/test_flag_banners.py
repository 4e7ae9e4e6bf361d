"""A red flag stands at the top of its order, with the numbers for those who act on it, and first in the review."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.models import AccessLog
from followups.models import FollowUpOrder
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import ContactPoint
from tests.cast import Cast, MountedClient, actor_of
from tests.followups.calling import call
from tests.followups.scene import order_of, submitted_of

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], MountedClient]
HEARD = "切口红肿渗液"


@pytest.fixture
def flagged(cast: Cast) -> FollowUpOrder:
    """A sent result of Li's in which a red flag was heard: attended by Chen, on Zhou's ward, headed by Wang."""
    order = order_of(cast, cast.li, attending=cast.chen, tier="C")
    with hospital_scope(cast.hospital):
        call(order, actor_of(cast.li), "completed", at=timezone.now(), has_finding=True, note=HEARD)
        order.refresh_from_db()
    return order


def number_of(order: FollowUpOrder) -> str:
    with hospital_scope(order.hospital):
        return ContactPoint.objects.get(patient_id=order.patient_id).value


def opened(client: MountedClient, order: FollowUpOrder, page: str = "") -> str:
    return client.get(f"followups/orders/{order.public_id}/{page}").content.decode()


@pytest.mark.parametrize("state", ["submitted", "filed"])
@pytest.mark.parametrize("role", ["nurse", "physician", "head_nurse", "department_head"])
def test_who_acts_on_it_sees_what_was_heard_and_the_number(
    flagged: FollowUpOrder, cast: Cast, client_as: ClientAs, role: str, state: str
) -> None:
    with hospital_scope(cast.hospital):
        FollowUpOrder.objects.update(state=state, closed_at=timezone.now() if state == "filed" else None)
    for page in ("", "result/"):
        said = opened(client_as(role), flagged, page)
        assert f"<b>红旗</b> {timezone.localtime(flagged.finding_at):%m-%d %H:%M}，李护士听到：{HEARD}" in said
        assert f'href="tel:{number_of(flagged)}"' in said
    banner, head = (opened(client_as(role), flagged).index(words) for words in ("banner-late", "panel-head"))
    assert banner < head
    with hospital_scope(cast.hospital):
        assert set(AccessLog.objects.values_list("kind", "patient_id")) == {("dial", flagged.patient_id)}


def test_who_does_not_care_reads_that_something_was_heard_and_no_number(
    flagged: FollowUpOrder, cast: Cast, client_as: ClientAs
) -> None:
    said = opened(client_as("centre_manager"), flagged)
    assert ("李护士听到异常情况" in said, HEARD in said, number_of(flagged) in said) == (True, False, False)
    with hospital_scope(cast.hospital):
        assert set(AccessLog.objects.values_list("kind", flat=True)) == {"view"}


def test_the_note_is_that_of_the_call_in_which_it_was_heard(cast: Cast, client_as: ClientAs) -> None:
    order, now = order_of(cast, cast.li, attending=cast.chen, tier="A"), timezone.now()
    with hospital_scope(cast.hospital):
        agreed = now + dt.timedelta(days=1)
        call(order, actor_of(cast.li), "partly", at=now, has_finding=True, note=HEARD, agreed_at=agreed)
        FollowUpOrder.objects.update(note="后来的备注")
    assert f"李护士听到：{HEARD}" in opened(client_as("physician"), order)


@pytest.mark.parametrize("why", ["no_flag", "old", "dead", "in_doubt", "another_nurse"])
def test_the_number_stays_masked(flagged: FollowUpOrder, cast: Cast, client_as: ClientAs, why: str) -> None:
    with hospital_scope(cast.hospital):
        if why == "no_flag":
            FollowUpOrder.objects.update(has_finding=False, finding_at=None)
        elif why == "old":
            FollowUpOrder.objects.update(finding_at=timezone.now() - dt.timedelta(days=31))
        elif why == "another_nurse":
            FollowUpOrder.objects.update(assignee=cast.zhou)
        else:
            patient = flagged.patient
            dead = {"contact_state": "deceased", "deceased_source": "family"}
            fields = dead if why == "dead" else {"death_in_doubt_since": timezone.now()}
            type(patient).objects.filter(pk=patient.pk).update(**fields)
    said = opened(client_as("nurse" if why == "another_nurse" else "physician"), flagged)
    assert ("回访指令" in said, number_of(flagged) in said) == (True, False)


def test_a_red_flag_stands_first_in_the_review_and_is_not_cut(cast: Cast, client_as: ClientAs) -> None:
    sent = submitted_of(cast, cast.chen, note="", has_finding=True, next_step="", has_dissatisfaction=True)
    page = client_as("centre_manager").get("followups/review/")
    cell = re.search(r'<td class="cut k-dx[^>]*>(.*?)</td>', page.content.decode(), re.S)
    assert cell is not None
    assert strip_tags(cell[1]).split() == ["红旗", "完成但备注为空、有红旗，未写下一步", "不满"]
    flag = page.context["chips"][1]
    assert (flag["url"], flag["count"], flag["is_late"]) == ("?list=finding", 1, True)
    rail = client_as("centre_manager").get(f"followups/review/?order={sent.public_id}").content.decode()
    assert rail.index("<b>红旗</b>") < rail.index("<b>查看</b>")
