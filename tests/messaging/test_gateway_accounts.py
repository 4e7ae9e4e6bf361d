"""Accounts of gateways: sealed, one in use of each channel, tried by a message to the own address."""

import datetime as dt
import json

import pytest
from django.test import override_settings
from django.utils import timezone

from accounts.models import AuditEvent
from hospital_crm.crypto import decrypt, encrypt
from hospital_crm.tenancy.scope import hospital_scope
from messaging import gateways
from messaging.domain import dispatch
from messaging.domain import gateway_accounts as domain
from messaging.domain.lines import Lines
from messaging.gateways.base import Outgoing, Unreachable
from messaging.gateways.pace import Pace, PacedGateway
from messaging.gateways.sms_aliyun import AliyunGateway
from messaging.gateways.smtp import SmtpGateway
from messaging.models import GatewayAccount, GatewayTrial, Reason, State
from tests.cast import client_of
from tests.messaging.conftest import ScriptedGateway, states_of
from tests.messaging.factories import NOW
from tests.messaging.gateway_factories import (
    AliyunAccountFactory,
    GatewayAccountFactory,
    GatewayPaceFactory,
    GatewayTrialFactory,
)

pytestmark = pytest.mark.django_db
GIVEN = {
    "name": "阿里云",
    "key_id": "AK",
    "secret": "very-secret",
    "sign_name": "北方医院",
    "texts": "* = SMS_9 text",
    "per_second": "20",
    "is_active": "on",
    "endpoint": "https://dysmsapi.aliyuncs.com",
}


@pytest.fixture
def admin(cast):
    cast.deng.email = "deng@north.invalid"
    cast.deng.phone = "13800001111"
    with hospital_scope(cast.deng.hospital):
        cast.deng.save()
    return client_of(cast.deng)


def entered(admin, **changes):
    return admin.post(admin.url("messaging:gateway-enter") + "?kind=sms_aliyun", {**GIVEN, **changes})


def test_account_is_entered_sealed_and_never_shown(north, admin) -> None:
    answer = entered(admin)
    text = answer.content.decode()
    with hospital_scope(north):
        account = GatewayAccount.objects.get()
        event = AuditEvent.objects.get(verb="messaging.gateway.enter")
    secret = decrypt(account.receipt_secret)
    assert (f"/heard/{account.public_id}/{secret}/" in text, answer["Cache-Control"]) == (True, "no-store")
    assert "very-secret" not in json.dumps([account.settings, account.credentials, event.after])
    assert gateways.secrets_of(account) == {"secret": "very-secret"}
    page = admin.get(admin.url("messaging:gateway", account.public_id)).content.decode()
    assert ("very-secret" in page, secret in page, "北方医院" in page) == (False, False, True)


def test_empty_secret_stays_and_a_given_one_takes_its_place(north, admin) -> None:
    entered(admin)
    with hospital_scope(north):
        account = GatewayAccount.objects.get()
    page = admin.url("messaging:gateway", account.public_id)
    for secret, kept in (("", "very-secret"), ("other", "other")):
        assert admin.post(page, {**GIVEN, "secret": secret}).status_code == 302
        with hospital_scope(north):
            assert gateways.secrets_of(GatewayAccount.objects.get()) == {"secret": kept}


@pytest.mark.parametrize(
    "changes", [{"key_id": ""}, {"secret": ""}, {"texts": "nonsense"}, {"per_second": "-1"}, {"name": ""}]
)
def test_what_is_missing_is_asked_for(north, admin, changes) -> None:
    assert entered(admin, **changes).status_code == 422
    with hospital_scope(north):
        assert GatewayAccount.objects.count() == 0


def test_second_account_in_use_of_a_channel_is_refused(north, admin) -> None:
    entered(admin)
    assert entered(admin, name="另一个").status_code == 422
    assert entered(admin, name="另一个", is_active="").status_code == 200
    assert entered(admin, is_active="").status_code == 422
    with hospital_scope(north):
        assert GatewayAccount.objects.count() == 2


def test_another_secret_ends_the_one_before(north, admin) -> None:
    with hospital_scope(north):
        account = AliyunAccountFactory()
    text = admin.post(admin.url("messaging:gateway-secret", account.public_id)).content.decode()
    with hospital_scope(north):
        account.refresh_from_db()
    assert (decrypt(account.receipt_secret) != "heard-secret", decrypt(account.receipt_secret) in text) == (True, True)


def test_channel_goes_over_the_account_in_use(north, settings) -> None:
    settings.EMAIL_HOST = "mail.installation.invalid"
    with hospital_scope(north):
        AliyunAccountFactory(is_active=True)
        AliyunAccountFactory()
    sms, mail = gateways.for_channel(north, "sms"), gateways.for_channel(north, "email")
    assert (type(sms), sms.sign_name, type(mail), mail.host) == (
        AliyunGateway,
        "北方医院",
        SmtpGateway,
        "mail.installation.invalid",
    )
    with hospital_scope(north):
        GatewayAccountFactory(is_active=True)
    assert gateways.for_channel(north, "email").host == "127.0.0.1"
    assert [gateways.for_channel(north, one).name for one in ("bell", "letter", "wechat")] == [
        "bell",
        "letter",
        "console",
    ]
    assert hash(sms) == hash(gateways.for_channel(north, "sms"))


def test_production_has_no_console(north) -> None:
    with override_settings(PRODUCTION=True, EMAIL_HOST=""):
        assert [gateways.for_channel(north, one) for one in ("email", "sms")] == [None, None]


def test_another_hospital_has_accounts_of_its_own(north, south) -> None:
    with hospital_scope(south):
        AliyunAccountFactory(is_active=True)
    assert gateways.for_channel(north, "sms").name == "console"


@pytest.mark.parametrize("broken", [{"credentials": "nonsense:AAAA"}, {"settings": {}}, {"kind": "gone"}])
def test_account_that_cannot_be_read_sends_nothing_and_loses_nothing(north, broken) -> None:
    with hospital_scope(north):
        AliyunAccountFactory(is_active=True, **broken)
    with gateways.for_channel(north, "sms").session() as session, pytest.raises(Unreachable):
        session.deliver(Outgoing("r", "13800000000", "", "x"))


def test_pace_of_an_account_is_kept() -> None:
    waited: list[float] = []
    pace = Pace(4, clock=lambda: 100.0, sleep=waited.append)
    scripted = ScriptedGateway()
    with PacedGateway(scripted, pace).session() as session:
        for _place in range(3):
            session.deliver(Outgoing("r", "a@b.invalid", "s", "b"))
    assert (waited, len(scripted.taken)) == ([0.25, 0.5], 3)


def test_pace_of_an_account_holds_over_all_workers(north, monkeypatch) -> None:
    """Four a second: whoever asks first takes the moments of the next half second; the other gets those behind them."""
    with hospital_scope(north):
        account = GatewayAccountFactory(per_second=4)
        own = [PacedGateway(ScriptedGateway(), Pace(4), account.pk) for _worker in range(2)]
        first, second = own[0].take(10, 0.5), own[1].take(10, 0.3)
        assert (first.many, round(first.wait, 1)) == (2, 0.0)
        assert (second.many, 0.3 < second.wait <= 0.5) == (0, True)
        behind = own[1].take(10, 1.0)
        assert (behind.many in (2, 3), 0.3 < behind.wait <= 0.5) == (True, True)
        waited: list[float] = []
        monkeypatch.setattr(own[1].pace, "sleep", waited.append)
        with own[1].session() as session:
            session.deliver(Outgoing("r", "a@b.invalid", "s", "b"))
        assert 0.2 < waited[0] <= 0.5


def test_pace_that_a_wrong_clock_wrote_is_not_waited_for(north) -> None:
    with hospital_scope(north):
        pace = GatewayPaceFactory(next_at=timezone.now() + dt.timedelta(hours=1))
        assert PacedGateway(ScriptedGateway(), Pace(4), pace.account_id).take(1, 0.4).many == 1


def test_a_turn_sends_what_the_pace_allows_and_asks_for_another(queue, north, person) -> None:
    with hospital_scope(north):
        account = GatewayAccountFactory(per_second=2)
    paced = PacedGateway(ScriptedGateway(), Pace(2), account.pk)
    for number in range(3):
        queue(person=person, key=f"k{number}", purpose="test.own_request", now=NOW)
    queue(person=person, key="sms", purpose="test.own_request", channel="sms", now=NOW)
    free = ScriptedGateway()
    there = {"email": paced, "sms": free}
    again = [
        dispatch.send_due(north, clock=lambda: NOW, gateway_for=lambda _hospital, one: there[one], lines=Lines())
        for _turn in range(6)
    ]
    assert (len(paced.gateway.taken), len(free.taken), again[0], again[-1]) == (3, 1, True, False)


@pytest.mark.django_db(transaction=True)
def test_test_goes_to_the_own_address_once(north, admin, monkeypatch) -> None:
    scripted = ScriptedGateway()
    monkeypatch.setattr(gateways, "of_account", lambda account: scripted)
    with hospital_scope(north):
        account = AliyunAccountFactory()
    admin.post(admin.url("messaging:gateway-try", account.public_id), {"address": "13900009999"})
    with hospital_scope(north):
        trial = GatewayTrial.objects.get()
    for _time in range(2):
        domain.run_trial(north, trial.pk, clock=lambda: NOW)
    (sent,) = scripted.taken
    assert (sent.address, sent.reference) == ("13800001111", str(trial.public_id))
    with hospital_scope(north):
        assert GatewayTrial.objects.get().state == State.HANDED_OVER
    text = admin.get(admin.url("messaging:gateway", account.public_id)).content.decode()
    assert "13800001111" in text


@pytest.mark.django_db(transaction=True)
def test_test_that_reaches_nobody_says_so(north) -> None:
    with hospital_scope(north):
        trial = GatewayTrialFactory()
        with pytest.raises(RuntimeError):
            domain.run_trial(north, trial.pk)
    domain.run_trial(north, trial.pk)
    with hospital_scope(north):
        trial = GatewayTrial.objects.get()
    assert (trial.state, trial.reason) == (State.FAILED, "unreachable")


def test_without_an_own_address_there_is_no_test(north, cast) -> None:
    with hospital_scope(north):
        account = AliyunAccountFactory()
    client = client_of(cast.deng)
    client.post(client.url("messaging:gateway-try", account.public_id))
    with hospital_scope(north):
        assert GatewayTrial.objects.count() == 0


def test_row_without_its_secrets_is_refused_by_the_database(in_north) -> None:
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        GatewayAccountFactory(credentials="")


@pytest.mark.parametrize("role", ["centre_manager", "agent", "security_officer"])
def test_others_see_no_accounts(north, client_as, role: str) -> None:
    with hospital_scope(north):
        account = GatewayAccountFactory(credentials=encrypt("{}"))
    client = client_as(role)
    pages = (
        "messaging:gateways",
        "messaging:gateway-enter",
        "messaging:sender",
        "messaging:words",
        "messaging:console",
    )
    assert [client.get(client.url(name)).status_code for name in pages] == [403] * 5
    assert client.get(client.url("messaging:gateway", account.public_id)).status_code == 403


def test_account_of_another_hospital_is_not_there(south, admin) -> None:
    with hospital_scope(south):
        foreign = GatewayAccountFactory()
    assert admin.get(admin.url("messaging:gateway", foreign.public_id)).status_code == 404
    assert admin.post(admin.url("messaging:gateway-try", foreign.public_id)).status_code == 404


def held_for_want_of_a_way(queue, send, **given):
    """A text message for which nothing was set up."""
    message = queue(channel="sms", **given)
    send(None, at=given.get("now", NOW))
    return message


def test_messages_held_for_want_of_an_account_are_asked_again_once_it_is_there(queue, send, look, north, admin) -> None:
    waits = held_for_want_of_a_way(queue, send, key="waits")
    late = held_for_want_of_a_way(queue, send, key="late", not_after=NOW + dt.timedelta(hours=1))
    mail = queue(channel="email", key="mail")
    send(None)
    entered(admin, is_active="")
    assert (look(waits).state, look(waits).reason) == (State.HELD, Reason.NO_GATEWAY)
    with hospital_scope(north):
        account = GatewayAccount.objects.get()
    for _turn in range(2):
        assert admin.post(admin.url("messaging:gateway", account.public_id), GIVEN).status_code == 302
    assert (look(waits).state, look(waits).reason) == (State.PLANNED, Reason.RESUMED)
    assert (look(late).state, look(mail).state) == (State.HELD, State.HELD)
    assert states_of(waits) == [("planned", ""), ("held", "no_gateway"), ("planned", "resumed")]


def test_nothing_is_held_beside_an_account_that_came_meanwhile(queue, look, north) -> None:
    message, answers = queue(channel="sms"), iter([None, ScriptedGateway(), ScriptedGateway()])
    dispatch.send_due(north, clock=lambda: NOW, gateway_for=lambda _hospital, _channel: next(answers), lines=Lines())
    assert (look(message).state, states_of(message)) == (State.PLANNED, [("planned", "")])
