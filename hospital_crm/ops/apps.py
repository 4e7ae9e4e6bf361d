"""Wiring of operations."""

from django.apps import AppConfig


class OpsConfig(AppConfig):
    """Health, metrics, logs."""

    name = "hospital_crm.ops"
    label = "ops"
