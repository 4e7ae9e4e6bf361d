"""The outbox in a browser: what was sent and why, an unknown outcome, a person's contacts, stopped addresses."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from hospital_crm.tenancy.scope import hospital_scope
from messaging.domain.states import move
from messaging.models import Message, State
from patients.models import Patient
from tests.browser.tools import assert_page_ok, look
from tests.cast import Cast
from tests.messaging.factories import MessageFactory, SuppressionFactory, TouchFactory
from tests.patients.factories import ContactPointFactory, PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)
PURPOSE, TEMPLATE = "followups.contact", "followups.unreached"


@pytest.fixture
def person(cast: Cast) -> Patient:
    """Somebody with a message in each state that lasts."""
    with hospital_scope(cast.hospital):
        person, now = PatientFactory(name="谢小平", address="清江县一号"), timezone.now()
        ContactPointFactory(patient=person, value="13800005678")
        ContactPointFactory(patient=person, system="email", value="xie@person.invalid", rank=2)
        said = {"staff": None, "person": person, "channel": "email", "purpose": PURPOSE, "template": TEMPLATE}
        kept = {
            "subject": "北方医院 曾致电问候",
            "body": "谢小平，您好：\n\n您就诊后，我们曾致电了解恢复情况。",
            "context": {},
        }
        told = [
            ("handed_over", "stored_only"), ("delivered", "receipt"), ("failed", "refused"), ("held", "refused_kind"),
            ("expired", "too_late"), ("held", "crowded_out"),
        ]  # fmt: skip
        for state, reason in told:
            MessageFactory(**said, **kept, state=state, reason=reason, created_at=now, address="xie@person.invalid")
        unknown = MessageFactory(**said, **kept, state=State.CLAIMED, created_at=now, address="xie@person.invalid")
        move(unknown, State.UNKNOWN, now=now, reason="no_answer", detail="SMTPServerDisconnected")
        MessageFactory(**said, context={}, not_before=now + dt.timedelta(days=1), created_at=now)
        TouchFactory(person=person, day=timezone.localdate(), at=now, purpose=PURPOSE)
        SuppressionFactory(address="gone@person.invalid", source="550 5.1.1", at=now)
        return person


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_an_unknown_outcome_is_settled(
    request: pytest.FixtureRequest, cast: Cast, person: Patient, sign_in: Callable[..., None], size: str
) -> None:
    page: Page = request.getfixturevalue(size)
    sign_in(page, cast.qian)
    page.goto("/north/messages/outbox/?to=person")
    assert_page_ok(page)
    look(page, f"outbox-{size}")
    page.goto("/north/messages/outbox/?state=unknown")
    page.locator("a[data-open]").first.click()
    assert_page_ok(page)
    look(page, f"outbox-message-{size}")
    page.get_by_label("已收到").check()
    page.get_by_label("如何得知").fill("已电话确认")
    page.get_by_role("button", name="登记").click()
    expect(page.locator("dl.facts").first).to_contain_text("已送达")
    with hospital_scope(cast.hospital):
        assert Message.objects.filter(state=State.UNKNOWN).count() == 0


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_contacts_and_stopped_addresses(
    request: pytest.FixtureRequest, cast: Cast, person: Patient, sign_in: Callable[..., None], size: str
) -> None:
    page: Page = request.getfixturevalue(size)
    sign_in(page, cast.qian)
    page.goto(f"/north/messages/people/{person.public_id}/")
    assert_page_ok(page)
    look(page, f"contacts-{size}")
    page.goto("/north/messages/outbox/stops/")
    page.get_by_label("号码或地址").fill("angry@person.invalid")
    page.get_by_role("button", name="停发该地址").click()
    expect(page.locator("tbody")).to_contain_text("a***@person.invalid")
    assert_page_ok(page)
    look(page, f"stops-{size}")
