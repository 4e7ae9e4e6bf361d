"""Wiring of accounts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Hospitals, staff, rights, audit."""

    name = "accounts"
    verbose_name = _("organisation and staff")

    def ready(self) -> None:
        """Listens, and enters what accounts has in the navigation."""
        from accounts import receivers, wiring  # noqa: F401

        wiring.connect()
