"""The entries of integrations in the navigation, with what waits behind each."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.actors import Actor
from accounts.navigation import NavItem, register
from patients import pair_queues


def connect() -> None:
    """Called once by the app's `ready`."""
    pair_queues.register(
        pair_queues.PairQueue(_("Contradictions"), "integrations:conflicts", "integrations.import", _waiting)
    )
    register(
        NavItem(
            label=_("Import"), icon="table-import", url_name="integrations:list", capability="integrations.import",
            order=10, key="i",
        )
    )  # fmt: skip
    register(
        NavItem(
            label=pgettext_lazy("navigation", "Merge"), icon="git-merge", url_name="integrations:conflicts",
            capability="integrations.import", order=20, count=pair_queues.waiting, unless="patients.merge",
        )
    )  # fmt: skip
    register(
        NavItem(
            label=_("Feeds"), icon="plug-connected", url_name="integrations:feeds", capability="integrations.import",
            order=25, count=_to_settle,
        )
    )  # fmt: skip
    register(
        NavItem(
            label=_("Names"), icon="arrows-exchange", url_name="integrations:names",
            capability="integrations.mappings", order=30,
        )
    )  # fmt: skip
    register(
        NavItem(
            label=_("Webhooks"), icon="webhook", url_name="integrations:webhooks", capability="integrations.mappings",
            order=27, count=_given_up,
        )
    )  # fmt: skip


def _given_up(actor: Actor) -> QuerySet:
    """Tellings that were given up."""
    from integrations.models import WebhookDelivery

    return WebhookDelivery.objects.filter(state="failed")


def _waiting(actor: Actor) -> QuerySet:
    """Contradictions that wait."""
    from integrations.models import MatchConflict

    return MatchConflict.objects.waiting()


def _to_settle(actor: Actor) -> QuerySet:
    """Messages set aside."""
    from integrations.models import InboundRecord

    return InboundRecord.objects.filter(state="set_aside")
