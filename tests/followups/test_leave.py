"""Going on leave: the own orders due until the return go to a colleague, with the reason."""

import datetime as dt

import pytest

from followups.models import FollowUpOrder, OrderTransfer
from hospital_crm.tenancy.scope import hospital_scope
from messaging.models import Message
from tests.cast import CARDIOLOGY, Cast, Part, client_of, hire
from tests.followups.scene import order_of, today

pytestmark = pytest.mark.django_db


def test_a_physician_hands_over_what_falls_due_during_the_leave(cast: Cast) -> None:
    with hospital_scope(cast.hospital):
        cast.chen  # noqa: B018 - made first, with the department
        cover = hire("lin", Part("林医师", ("physician",), CARDIOLOGY))
    for days in (-2, 1, 30):
        order_of(cast, cast.chen, days=days, due_on=today() + dt.timedelta(days=days))
    client = client_of(cast.chen)
    assert client.url("followups:leave") in client.get(client.url("followups:mine")).content.decode()
    page = client.get(client.url("followups:leave")).content.decode()
    assert "林医师" in page and "许医师" not in page
    said = {"to": cover.public_id, "until": (today() + dt.timedelta(days=7)).isoformat(), "reason": "年休"}
    assert client.post(client.url("followups:leave"), {**said, "reason": ""}).status_code == 422
    assert client.post(client.url("followups:leave"), said).status_code == 302
    with hospital_scope(cast.hospital):
        holders = FollowUpOrder.objects.order_by("due_on").values_list("assignee__name", flat=True)
        assert list(holders) == ["林医师", "林医师", "陈医师"]
        assert set(OrderTransfer.objects.values_list("kind", "reason")) == {("leave", "年休")}
        assert Message.objects.get(purpose="followups.assigned").staff == cover


def test_nobody_hands_over_to_somebody_of_elsewhere_or_into_the_past(cast: Cast) -> None:
    order_of(cast, cast.chen)
    client = client_of(cast.chen)
    for to, day in ((cast.xu, today()), (cast.chen, today()), (cast.li, today() - dt.timedelta(days=1))):
        said = {"to": to.public_id, "until": day.isoformat(), "reason": "年休"}
        assert client.post(client.url("followups:leave"), said).status_code == 422
