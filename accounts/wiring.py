"""What accounts enters in the navigation."""

from django.utils.translation import gettext_lazy as _

from accounts.navigation import NavItem, register


def enter_navigation() -> None:
    """Administration, rights, the audit trail, the own team."""
    for capability in ("admin.organisation", "admin.roles"):
        register(
            NavItem(
                label=_("Administration"),
                icon="settings",
                url_name="admin:index",
                capability=capability,
                order=90,
                group=9,
                main_for=frozenset({"hospital_admin"}),
            )
        )
    register(NavItem(_("Rights"), "shield-lock", "accounts:rights", "security.rights", order=10, group=9))
    register(NavItem(_("Audit trail"), "list-search", "accounts:audit", "audit.read", order=10, group=9))
    register(NavItem(_("My team"), "users-group", "accounts:team", "followups.supervise", order=80, group=3))
    register(NavItem(_("My team"), "users-group", "accounts:team", "followups.ward", order=80, group=3))
    register(NavItem(_("Absences"), "users-group", "accounts:team", "admin.organisation", order=80, group=9))
