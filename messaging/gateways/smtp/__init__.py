"""E-mail to the hospital's own mail server."""

from messaging.gateways.smtp.gateway import SmtpGateway

__all__ = ["SmtpGateway"]
