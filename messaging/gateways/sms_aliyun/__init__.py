"""Text messages by Aliyun."""

from messaging.gateways.sms_aliyun.gateway import ALIYUN, AliyunGateway

__all__ = ["ALIYUN", "AliyunGateway"]
