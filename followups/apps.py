"""Wiring of followups."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowupsConfig(AppConfig):
    """Protocols, tiers, runs and follow-up orders."""

    name = "followups"
    verbose_name = _("follow-up")

    def ready(self) -> None:
        from followups import wiring

        wiring.connect()
