"""Wiring of integrations."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntegrationsConfig(AppConfig):
    """Lists from other systems."""

    name = "integrations"
    verbose_name = _("imports")

    def ready(self) -> None:
        """Enters the pages of imports in the navigation."""
        from integrations import wiring

        wiring.connect()
