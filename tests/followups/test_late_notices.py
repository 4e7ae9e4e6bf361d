"""However many orders are late: one notice for each person and run, which leads to exactly these; a red flag stands
apart among the notices.
"""

import datetime as dt
import re
from collections.abc import Iterable

import pytest
from django.utils import timezone

from accounts.models import AccessLog, Hospital
from followups.domain import escalation
from followups.domain.escalation import escalate
from followups.models import FollowUpOrder, Reminder
from hospital_crm.tenancy.scope import hospital_scope
from messaging import templates
from messaging.domain.outbox import Notice, enqueue, enqueue_all
from messaging.models import Message
from messaging.recipients import ToStaff
from tests.cast import Cast, MountedClient, client_of
from tests.followups.scene import order_of
from tests.followups.test_levels_anew import a_late_b_order
from tests.followups.test_levels_anew import order as order  # noqa: PLC0414 - a fixture
from tests.followups.test_planning import MONDAY
from tests.followups.test_supervision import END

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def later(cast: Cast, order: FollowUpOrder, many: int) -> list[FollowUpOrder]:
    """As many more A orders that are late since the same day."""
    made = [order_of(cast, cast.li, tier="A", run=order.run, step=order.step, occurrence=n + 2) for n in range(many)]
    days = {"earliest_on": MONDAY, "due_on": MONDAY, "latest_on": order.latest_on}
    FollowUpOrder.objects.filter(pk__in=[one.pk for one in made]).update(**days)
    return made


def test_a_backlog_is_one_notice_for_each_person_and_run(order: FollowUpOrder, cast: Cast) -> None:
    later(cast, order, 4)
    a_late_b_order(cast)
    at = END + dt.timedelta(hours=48)
    escalate(now=at)
    told = Message.objects.filter(staff=cast.li).order_by("channel")
    assert list(told.values_list("channel", "context__count", "context__hours")) == [("bell", 6, 48), ("email", 5, 48)]
    assert {row.purpose for row in told} == {"followups.late_a"}
    escalate(now=at + dt.timedelta(hours=1))
    assert told.count() == 2


def test_one_late_order_leads_to_its_own_page(order: FollowUpOrder, cast: Cast) -> None:
    escalate(now=END + dt.timedelta(hours=24))
    links = Message.objects.filter(staff=cast.li).values_list("template", "link")
    assert list(links) == [("followups.late", ["followups:order", str(order.public_id)])] * 2


def test_notice_leads_to_exactly_these(order: FollowUpOrder, cast: Cast, north: Hospital) -> None:
    first = later(cast, order, 2)
    b = a_late_b_order(cast)
    at = END + dt.timedelta(hours=48, microseconds=7)
    escalate(now=at)
    other = order_of(cast, cast.li, tier="A", run=order.run, step=order.step, occurrence=9)
    FollowUpOrder.objects.filter(pk=other.pk).update(earliest_on=MONDAY, due_on=MONDAY, latest_on=order.latest_on)
    escalate(now=at + dt.timedelta(hours=1))
    by_channel = {row.channel: row for row in Message.objects.filter(staff=cast.li, template="followups.late_several")}
    client = client_of(cast.li)
    shown = {}
    for channel, row in by_channel.items():
        before = AccessLog.objects.count()
        answer = client.get(f"followups/told/{row.link[1]}")
        shown[channel] = set(re.findall(r"followups/orders/([0-9a-f-]{36})/", answer.content.decode()))
        assert AccessLog.objects.count() > before
    wanted = {str(one.public_id) for one in (order, *first)}
    assert shown == {"bell": wanted | {str(b.public_id)}, "email": wanted}


def test_a_list_of_somebody_else_is_empty_and_no_moment_is_no_page(
    order: FollowUpOrder, cast: Cast, north: Hospital
) -> None:
    later(cast, order, 1)
    at = END + dt.timedelta(hours=24)
    escalate(now=at)
    page = f"followups/told/?at={at:%Y-%m-%dT%H:%M:%S.%fZ}"
    assert str(order.public_id) in client_of(cast.li).get(page).content.decode()
    assert str(order.public_id) not in client_of(cast.qian).get(page).content.decode()
    assert client_of(cast.li).get("followups/told/?at=x").status_code == 404


def test_a_red_flag_stands_apart_among_the_notices(cast: Cast, north: Hospital) -> None:
    client: MountedClient = client_of(cast.wang)
    said = {"tier": "A", "step": 1}
    with hospital_scope(north):
        for name, more in (("red_flag", {}), ("late", {"hours": 30})):
            row = enqueue(
                purpose=f"followups.{name}",
                recipient=ToStaff(cast.wang),
                channel="bell",
                template=f"followups.{name}",
                context={**said, **more},
                key=name,
                now=timezone.now(),
            )
            Message.objects.filter(pk=row.pk).update(state="delivered", subject=name)
    rows = client.get("messages/").content.decode().split("<li ")
    flagged = {row for row in rows if 'class="state state-late">红旗<' in row and "ti-flag" in row}
    marked = {name: any(f">{name}<" in row for row in flagged) for name in ("red_flag", "late")}
    assert marked == {"red_flag": True, "late": False}
    assert templates.get("followups.red_flag").said("zh-hans").fill(said).subject.startswith("⚑ 红旗")


def test_who_cannot_be_told_silences_nobody_else(
    order: FollowUpOrder, cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails_for_li(notices: Iterable[Notice], *, now: dt.datetime) -> int:
        rows = list(notices)
        if any(row.recipient == ToStaff(cast.li.pk) for row in rows):
            raise LookupError("no such text")
        return enqueue_all(rows, now=now)

    b, at = a_late_b_order(cast), END + 48 * HOUR
    with monkeypatch.context() as patched:
        patched.setattr(escalation, "enqueue_all", fails_for_li)
        assert escalate(now=at) == 2
        told = set(Message.objects.values_list("staff__name", flat=True))
        rows = list(Reminder.objects.order_by("level"))
    assert (cast.li.name in told, cast.zhou.name in told) == (False, True)
    assert [(row.order_id, row.level) for row in rows] == [(order.pk, 1), (order.pk, 2)]
    assert [(cast.li.pk in row.recipients, bool(row.recipients)) for row in rows] == [(False, True)] * 2
    assert f"colleague {cast.li.pk} could not be told" in caplog.text
    assert (escalate(now=at + HOUR), Reminder.objects.filter(order=b).count()) == (1, 1)
