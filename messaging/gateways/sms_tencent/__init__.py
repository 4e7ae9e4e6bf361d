"""Text messages by Tencent Cloud."""

from messaging.gateways.sms_tencent.gateway import TENCENT, TencentGateway

__all__ = ["TENCENT", "TencentGateway"]
