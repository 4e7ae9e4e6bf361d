"""E-mail to a mail server: that of the installation, or a hospital's own account."""

from messaging.gateways.smtp.gateway import SMTP, SmtpGateway

__all__ = ["SMTP", "SmtpGateway"]
