"""Wiring of messages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    """The outbox, its gateways, the bell and the morning digest."""

    name = "messaging"
    verbose_name = _("messages")

    def ready(self) -> None:
        from messaging import wiring

        wiring.connect()
