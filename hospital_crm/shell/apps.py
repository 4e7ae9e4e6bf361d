"""Wiring of the shell."""

from django.apps import AppConfig


class ShellConfig(AppConfig):
    """Navigation, wording, template tags."""

    name = "hospital_crm.shell"
    label = "shell"
