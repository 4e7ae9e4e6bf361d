"""What is put around the words of a message to people before it leaves."""

import pytest

from messaging.domain.dressing import Dressing
from messaging.gateways.base import Outgoing
from tests.messaging.gateway_factories import AliyunAccountFactory, GatewayAccountFactory

pytestmark = pytest.mark.django_db
MAIL = Outgoing("r", "a@b.invalid", "体检套餐", "您好", html="<p>您好</p>", language="zh-hans")


def test_advert_by_mail_bears_mark_and_sender(in_north) -> None:
    GatewayAccountFactory(is_active=True)
    dressing = Dressing(in_north)
    once = dressing.put_on(MAIL, channel="email", is_commercial=True)
    assert (once.subject, once.body) == ("广告：体检套餐", "您好\n\n北方医院\n清江县一号")
    assert once.html == "<p>您好</p><p>北方医院</p><p>清江县一号</p>"
    assert dressing.put_on(once, channel="email", is_commercial=True) == once


def test_care_by_mail_says_who_writes(in_north) -> None:
    mail = Dressing(in_north).put_on(MAIL, channel="email", is_commercial=False)
    assert (mail.subject, mail.body) == ("体检套餐", "您好\n\n北方医院")


def test_text_message_bears_the_registered_signature(in_north) -> None:
    text = Outgoing("r", "13800000000", "", "体检八折", language="zh-hans")
    assert Dressing(in_north).put_on(text, channel="sms", is_commercial=False).body == "【北院】体检八折"
    AliyunAccountFactory(is_active=True)
    assert Dressing(in_north).put_on(text, channel="sms", is_commercial=True).body == "【北方医院】体检八折 拒收请回复R"


def test_other_channels_stay_as_they_are(in_north) -> None:
    assert Dressing(in_north).put_on(MAIL, channel="wechat", is_commercial=True) == MAIL
