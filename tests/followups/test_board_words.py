"""What the pages of supervision say of their numbers: whom a reminder reaches and whom not, how the sample is drawn."""

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from followups.models import Reminder
from hospital_crm.tenancy.scope import hospital_scope
from tests.followups.factories import ReviewFactory
from tests.followups.scene import order_of, submitted_of
from tests.followups.test_pages_working import act

pytestmark = pytest.mark.django_db


@pytest.fixture
def inside(north):
    """Rows are read inside the hospital."""
    with hospital_scope(north):
        yield


def test_a_reminder_says_before_and_after_whom_it_does_not_reach(cast, client_as, inside):
    told, reminded, own = (order_of(cast, one, days=-2) for one in (cast.chen, cast.chen, cast.wang))
    client = client_as("department_head")
    act(client, "remind", [reminded], confirmed="1")
    asked = act(client, "remind", [told, reminded, own]).content.decode()
    left = "未催办2步（今天已催办：1，没有可通知的人：1）。"
    assert (">催办1步<" in asked, left in asked) == (True, True)
    sent = {"act": "remind", "picked": [told.public_id, reminded.public_id, own.public_id], "confirmed": "1"}
    answer = client.post("followups/act/", sent, follow=True)
    assert f"已催办1步 {left}" in strip_tags(answer.content.decode())
    assert Reminder.objects.count() == 2
    again = act(client, "remind", [told, reminded])  # nobody is left: there is nothing to confirm
    assert (again.status_code, Reminder.objects.count()) == (302, 2)


def test_the_board_says_how_the_sample_is_drawn(cast, client_as, inside):
    month, sent = timezone.localdate().replace(day=1), submitted_of(cast, cast.chen)
    ReviewFactory(order=sent, kind="sample", verdict="pending", reviewer=None, sample_month=month)
    shown = client_as("department_head").get("followups/board/").content.decode()
    assert "本月完成1份，已抽1份待查看" in shown
    assert "每人每满10份结果随机抽1份" in shown
