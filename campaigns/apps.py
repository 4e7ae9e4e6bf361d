"""Wiring of campaigns."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    """Campaigns, their audiences and effects."""

    name = "campaigns"
    verbose_name = _("campaigns")

    def ready(self) -> None:
        from campaigns import receivers, wiring  # noqa: F401

        wiring.connect()
