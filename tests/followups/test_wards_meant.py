"""Where a stay tells no ward, its orders have the only one of the department: who is told of them may open them."""

from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from accounts.models import Department, Hospital, Ward
from followups.domain import dispatch, red_flags
from followups.domain.escalation import escalate
from followups.models import FollowUpOrder, Reminder
from followups.tasks import take_back
from messaging.models import Message
from tests.accounts.factories import DepartmentFactory, WardFactory
from tests.cast import CARDIOLOGY, CARDIOLOGY_WARD, SURGERY, Cast, actor_of, client_of
from tests.followups.calling import MORNING, call
from tests.followups.scene import order_of
from tests.followups.test_late_notices import HOUR
from tests.followups.test_planning import NOW, a_stay, planned
from tests.followups.test_supervision import END


@pytest.fixture
def order(in_north: Hospital, cast: Cast) -> FollowUpOrder:
    """The first order of a stay of cardiology whose ward the lists did not tell; the department has one, of Zhou."""
    assert [one.is_active for one in (cast.li, cast.zhou)] == [True, True]
    planned(a_stay(surgery_level=3, department=Department.objects.get(name=CARDIOLOGY)))
    return FollowUpOrder.objects.get(step__number=1)


def opened(cast: Cast, order: FollowUpOrder) -> int:
    return client_of(cast.zhou).get(f"followups/orders/{order.public_id}/").status_code


def test_the_order_has_the_only_ward_and_its_head_nurse_opens_it(order: FollowUpOrder, cast: Cast) -> None:
    assert (order.ward, order.assignee_role) == (Ward.objects.get(name=CARDIOLOGY_WARD), "nurse")
    FollowUpOrder.objects.update(assignee=cast.li)
    assert FollowUpOrder.objects.visible_to(actor_of(cast.zhou)).filter(pk=order.pk).exists()
    call(order, actor_of(cast.li), "completed", at=MORNING, has_finding=True, late_reason="出差", satisfaction=None)
    assert list(Message.objects.filter(staff=cast.zhou).values_list("template", "channel").order_by("channel")) == [
        ("followups.red_flag", "bell"),
        ("followups.red_flag", "email"),
    ]
    order.refresh_from_db()
    assert red_flags.acts_on_flag(actor_of(cast.zhou), order, now=MORNING)
    assert opened(cast, order) == 200


def test_a_ward_that_is_entered_later_is_that_of_the_open_orders(in_north: Hospital, cast: Cast) -> None:
    department = DepartmentFactory(name="皮肤科")
    planned(a_stay(surgery_level=3, department=department))
    closed = FollowUpOrder.objects.order_by("pk").last()
    FollowUpOrder.objects.filter(pk=closed.pk).update(state="void")
    ward = WardFactory(department=department)
    take_back(in_north.pk)
    assert set(FollowUpOrder.objects.exclude(pk=closed.pk).values_list("ward", flat=True)) == {ward.pk}
    assert FollowUpOrder.objects.get(pk=closed.pk).ward is None


def test_of_several_wards_none_is_meant_and_no_head_nurse_is_told(in_north: Hospital, cast: Cast) -> None:
    head, department = cast.zhou, Department.objects.get(name=CARDIOLOGY)
    WardFactory(department=department)
    planned(a_stay(surgery_level=3, department=department))
    FollowUpOrder.objects.exclude(step__number=1).update(state="void")
    FollowUpOrder.objects.update(assignee=cast.li)
    assert FollowUpOrder.objects.get(step__number=1).ward is None
    escalate(now=END + 48 * HOUR)
    assert [head.pk in row.recipients for row in Reminder.objects.order_by("level")] == [False, False]


def test_a_department_that_is_another_one_gives_its_only_ward(in_north: Hospital, cast: Cast) -> None:
    found = DepartmentFactory(name="心脏内科")
    head = cast.zhou
    stay = a_stay(surgery_level=3, department=found)
    planned(stay)
    orders = FollowUpOrder.objects.filter(run__encounter=stay)
    assert set(orders.values_list("ward", flat=True)) == {None}
    known = Department.objects.get(name=CARDIOLOGY)
    dispatch.take_department(found=found, known=known, actor=None, now=NOW)
    assert set(orders.values_list("ward__name", flat=True)) == {CARDIOLOGY_WARD}
    assert FollowUpOrder.objects.visible_to(actor_of(head)).count() == orders.count()


def test_orders_that_are_there_get_the_ward_that_is_meant(in_north: Hospital, cast: Cast) -> None:
    closed: dict[str, Any] = {"state": "refused", "closed_at": NOW}
    order_of(cast, ward=None)
    order_of(cast, ward=None, department=SURGERY)
    order_of(cast, ward=None, has_finding=True, **closed)
    order_of(cast, ward=None, **closed)
    WardFactory.create_batch(2, department=Department.objects.get(name=SURGERY))
    with connection.schema_editor(atomic=False) as editor:
        import_module("followups.migrations.0033_wards_meant").fill(None, editor)
    names = FollowUpOrder.objects.order_by("pk").values_list("ward__name", flat=True)
    assert list(names) == [CARDIOLOGY_WARD, None, CARDIOLOGY_WARD, None]
