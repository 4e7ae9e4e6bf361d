"""Template messages of a WeChat official account."""

from messaging.gateways.wechat.gateway import WECHAT, WechatGateway

__all__ = ["WECHAT", "WechatGateway"]
