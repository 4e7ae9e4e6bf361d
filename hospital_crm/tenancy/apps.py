"""Wiring of the tenancy layer: lookups, checks, and the hook that raises the walls after each migrate."""

from django.apps import AppConfig
from django.conf import settings
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class TenancyConfig(AppConfig):
    """Registers what every tenant table relies on."""

    name = "hospital_crm.tenancy"
    label = "tenancy"

    def ready(self) -> None:
        from hospital_crm.tenancy import checks, lookups, walls  # noqa: F401

        post_migrate.connect(walls.raise_walls, sender=self)
        if settings.PRODUCTION and settings.DATABASE_ROLE != "owner":
            connection_created.connect(checks.refuse_unsafe_role)
