"""Wiring of content."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContentConfig(AppConfig):
    """Articles and their approval."""

    name = "content"
    verbose_name = _("articles")

    def ready(self) -> None:
        from content import wiring

        wiring.connect()
