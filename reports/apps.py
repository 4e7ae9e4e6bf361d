"""Wiring of reports."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Pages of figures."""

    name = "reports"
    verbose_name = _("reports")

    def ready(self) -> None:
        """Adds the pages to the navigation and to those of which views are kept."""
        from accounts.navigation import NavItem, register
        from reports import filtered_lists

        filtered_lists.connect()
        leaders = frozenset({"hospital_leader", "medical_affairs", "centre_manager"})
        register(NavItem(_("Figures"), "chart-bar", "reports:hospital", "reports.hospital", 70, 3, "b", None, leaders))
        register(NavItem(_("Today"), "layout-dashboard", "reports:centre", "followups.review", 5, 1, "t"))
