"""The entries of patients in the navigation, with what waits behind each."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.actors import Actor
from accounts.navigation import NavItem, register
from patients import pair_queues


def connect() -> None:
    """Called once by the app's `ready`."""
    pairs = pair_queues.PairQueue(_("Possible duplicates"), "patients:duplicates", "patients.merge", _pairs_waiting)
    pair_queues.register(pairs)
    _requests()
    _wordings()
    _people()
    _groups_of_people()
    _viewings()
    _tasks()


def _requests() -> None:
    register(
        NavItem(
            label=_("Requests"),
            icon="file-certificate",
            url_name="patients:requests",
            capability="privacy.requests",
            order=58,
            group=2,
            count=_requests_due,
        )
    )
    register(
        NavItem(
            label=_("Second person"),
            icon="users-plus",
            url_name="patients:requests-waiting",
            capability="privacy.approve",
            order=30,
            group=9,
            count=_answers_waiting,
        )
    )


def _wordings() -> None:
    """Whoever sets the hospital up publishes what it asks with; the service centre comes from the rules of labels."""
    register(
        NavItem(
            label=_("Wordings of consents"),
            icon="writing",
            url_name="patients:wordings",
            capability="admin.organisation",
            order=84,
            group=3,
        )
    )


def _people() -> None:
    register(
        NavItem(
            label=_("Patients"),
            icon="users",
            url_name="patients:list",
            capability="patients.list",
            order=50,
            group=2,
            key="p",
        )
    )
    register(
        NavItem(
            label=_("Segments"),
            icon="filter-star",
            url_name="segments:list",
            capability="patients.segments",
            order=55,
            group=2,
            key="e",
        )
    )
    register(
        NavItem(
            label=pgettext_lazy("navigation", "Merge"),
            icon="git-merge",
            url_name="patients:duplicates",
            capability="patients.merge",
            order=55,
            group=2,
            count=pair_queues.waiting,
            also=("integrations:conflicts",),
        )
    )


def _groups_of_people() -> None:
    from patients.domain import member_list

    register(
        NavItem(
            label=_("Classification"),
            icon="chart-treemap",
            url_name="patients:classification",
            capability="patients.classification",
            order=55,
            group=2,
        )
    )
    register(
        NavItem(
            label=_("VIP members"),
            icon="crown",
            url_name="patients:members",
            capability="patients.members",
            order=56,
            group=2,
            count=member_list.ending_of_own,
        )
    )


def _viewings() -> None:
    from patients.domain import viewings

    register(NavItem(_("Masking rules"), "eye-off", "patients:masking", "security.rights", order=12, group=9))
    for capability, role in (("security.viewings", ""), ("audit.read", "auditor")):
        register(
            NavItem(
                label=_("Flagged viewings"),
                icon="eye-exclamation",
                url_name="patients:viewings",
                capability=capability,
                order=60,
                group=2,
                count=viewings.open_flags,
                roles=frozenset({role} if role else ()),
            )
        )


def _tasks() -> None:
    from patients.domain import tasks

    register(
        NavItem(
            label=_("Tasks"),
            icon="checkbox",
            url_name="patients:tasks",
            capability="patients.care",
            order=55,
            group=2,
            key="k",
            count=tasks.own_overdue_or_due,
        )
    )


def _requests_due(actor: Actor) -> QuerySet:
    """Open requests whose answer is due within three days, or late."""
    from patients.domain.request_lists import soon

    return soon(actor)


def _answers_waiting(actor: Actor) -> QuerySet:
    """Answers that somebody else has prepared."""
    from patients.models import PrivacyRequest

    return PrivacyRequest.objects.waiting_for(actor)


def _pairs_waiting(actor: Actor) -> QuerySet:
    """Pairs that nobody has looked at."""
    from patients.models import DuplicateCandidate

    return DuplicateCandidate.objects.visible_to(actor).waiting()
