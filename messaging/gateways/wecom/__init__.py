"""Messages to staff in WeCom."""

from messaging.gateways.wecom.gateway import WECOM, WecomGateway

__all__ = ["WECOM", "WecomGateway"]
