"""Wiring of patients."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatientsConfig(AppConfig):
    """People, their identifiers, numbers, relations and stays."""

    name = "patients"
    verbose_name = _("people")

    def ready(self) -> None:
        from patients import receivers, wiring  # noqa: F401

        wiring.connect()
