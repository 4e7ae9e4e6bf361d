"""What accounts enters in the navigation."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.navigation import NavItem, register


def _exports_waiting(actor: Actor) -> QuerySet:
    from accounts.models import Export

    return Export.objects.waiting_for(actor)


def _tokens_waiting(actor: Actor) -> QuerySet:
    from accounts.models import ApiToken

    return ApiToken.objects.waiting_for(actor)


def connect() -> None:
    """Called once by the app's `ready`."""
    from accounts import trail_links
    from accounts.api import problems
    from accounts.domain import incidents, role_renewal, staff_order, trail_lists
    from hospital_crm.shell import machines

    machines.register("api", problems.around)
    trail_links.register("accounts.incident", "accounts:affected", incidents.CAPABILITY, query="incident")
    incidents.connect()
    staff_order.connect()
    role_renewal.connect()
    trail_lists.connect()
    enter_navigation()


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
    register(
        NavItem(
            _("Approve exports"),
            "file-check",
            "accounts:export-queue",
            "exports.approve",
            order=20,
            group=9,
            count=_exports_waiting,
        )
    )
    register(
        NavItem(_("API tokens"), "key", "accounts:tokens", "security.rights", order=30, group=9, count=_tokens_waiting)
    )
    register(NavItem(_("API tokens"), "key", "accounts:tokens", "api.tokens", order=86, group=3))
    register(NavItem(_("Exports"), "file-export", "accounts:exports", "exports.make", order=85, group=3))
    register(
        NavItem(
            label=_("Audit trail"),
            icon="list-search",
            url_name="accounts:audit",
            capability="audit.read",
            order=10,
            group=9,
            key="a",
            main_for=frozenset({"auditor"}),
        )
    )
    register(NavItem(_("Incidents"), "alert-octagon", "accounts:incidents", "security.incidents", order=15, group=9))
    register(NavItem(_("My team"), "users-group", "accounts:team", "followups.supervise", order=80, group=3))
    register(NavItem(_("My team"), "users-group", "accounts:team", "followups.ward", order=80, group=3))
    register(NavItem(_("Absences"), "users-group", "accounts:team", "admin.organisation", order=80, group=9))
