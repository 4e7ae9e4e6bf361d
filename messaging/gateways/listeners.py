"""Which kinds of gateways tell us what became of messages, and how their calls are read."""

from messaging.gateways.sms_aliyun.receipts import LISTENER as ALIYUN
from messaging.gateways.sms_tencent.receipts import LISTENER as TENCENT
from messaging.gateways.told import Listener
from messaging.gateways.wechat.receipts import LISTENER as WECHAT

LISTENERS: dict[str, Listener] = {"sms_aliyun": ALIYUN, "sms_tencent": TENCENT, "wechat": WECHAT}
