"""The entries of follow-up in the navigation, with what waits behind each."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.actors import Actor
from accounts.navigation import NavItem, register

CountOf = Callable[[Actor], Any]
_CALLERS = frozenset({"agent", "centre_manager"})
_OWN = frozenset({"physician", "nurse", "head_nurse", "department_head", "station_staff"})


def connect() -> None:
    """Called once by the app's `ready`."""
    for item in (
        NavItem(_("Calls"), "phone-call", "followups:workbench", "followups.complete", 10, 1, "f", _calls, _CALLERS),
        NavItem(_("Supervise"), "stethoscope", "followups:board", "followups.supervise", 10, 1, "s", _late),
        NavItem(
            pgettext_lazy("navigation", "Follow-up"),
            "list-check",
            "followups:mine",
            "followups.work",
            15,
            1,
            "f",
            _own_calls,
            _OWN,
        ),
        NavItem(_("Dispatch"), "arrows-split-2", "followups:dispatch", "followups.dispatch", 20, 1, "d"),
        NavItem(_("Review"), "clipboard-check", "followups:review", "followups.review", 25, 1, "r", _sent),
        NavItem(
            _("Dissatisfaction"),
            "message-report",
            "followups:dissatisfactions",
            "followups.review",
            28,
            1,
            "",
            _unsettled,
        ),
        NavItem(
            _("Dissatisfaction"),
            "message-report",
            "followups:dissatisfactions",
            "followups.supervise",
            28,
            1,
            "",
            _unsettled,
            frozenset({"department_head"}),
        ),
        NavItem(_("Ward"), "bed", "followups:ward", "followups.ward", 20, 1, "w"),
        NavItem(_("Late A"), "alert-triangle", "followups:quality", "followups.quality", 30, 1, "q", _late_a),
        NavItem(_("Protocol"), "notes", "followups:protocol", "followups.protocols", 80, 3),
    ):
        register(item)


def _counted_for(*roles: str) -> Callable[[CountOf], CountOf]:
    """The rows only for the roles that work from the list; the others find their number there."""

    def limit(count: CountOf) -> CountOf:
        return lambda actor: count(actor) if actor.role_code in roles else None

    return limit


@_counted_for("agent")
def _calls(actor: Actor) -> Any:
    from accounts.calendar import today
    from followups.domain.worklists import callable_parts

    return callable_parts(actor, today=today())


@_counted_for("physician", "nurse")
def _own_calls(actor: Actor) -> Any:
    from accounts.calendar import today
    from followups.domain.worklists import due_parts

    return due_parts(actor, today=today())


def _late(actor: Actor) -> Any:
    from accounts.calendar import today
    from followups.domain.figures import late_now
    from followups.models import FollowUpOrder
    from followups.views.scopes import supervised_departments

    departments = supervised_departments(actor)
    orders = FollowUpOrder.objects.all()
    return late_now(today(), orders if departments is None else orders.filter(department_id__in=departments))


@_counted_for("medical_affairs")
def _late_a(actor: Actor) -> Any:
    from accounts.calendar import today
    from followups.domain.figures import late_a

    return late_a(today())


def _unsettled(actor: Actor) -> Any:
    from followups.models import Dissatisfaction

    return Dissatisfaction.objects.visible_to(actor).unsettled()


def _sent(actor: Actor) -> Any:
    from followups.models import FollowUpOrder, OrderState

    return FollowUpOrder.objects.filter(state=OrderState.SUBMITTED)
