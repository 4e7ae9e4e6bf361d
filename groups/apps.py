"""Wiring of groups."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GroupsConfig(AppConfig):
    """Units, contracts and members."""

    name = "groups"
    verbose_name = _("group customers")

    def ready(self) -> None:
        from groups import receivers, wiring  # noqa: F401

        wiring.connect()
