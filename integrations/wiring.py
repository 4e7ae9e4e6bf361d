"""What imports add to the navigation and to the measurements."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.actors import Actor
from accounts.navigation import NavItem, register
from patients import pair_queues


def connect() -> None:
    """Called once by the app's `ready`."""
    from accounts import outside
    from followups import signals as _followups  # noqa: F401 - importing them registers what may be told outside
    from groups import signals as _groups  # noqa: F401
    from hospital_crm.ops import gauges
    from integrations import (
        receivers,  # noqa: F401 - importing them connects them
        trail_words,
    )
    from integrations.domain import fhir, file_parts, hl7, inbox, incidents, kinds
    from integrations.domain.checkup_lists import CheckupLists
    from integrations.domain.code_lists import DepartmentTables, DiagnosisTables, DivisionTables
    from integrations.domain.figures import lists_waiting
    from integrations.domain.roster_lists import Rosters
    from integrations.domain.staff_sheets import StaffSheets
    from integrations.domain.stay_lists import DischargeLists
    from integrations.domain.webhooks import telling
    from messaging import purposes, templates

    pair_queues.register(
        pair_queues.PairQueue(_("Contradictions"), "integrations:conflicts", "integrations.import", _waiting)
    )
    tables = (DiagnosisTables(), DepartmentTables(), DivisionTables())
    for kind in (DischargeLists(), CheckupLists(), Rosters(), StaffSheets(), *tables):
        kinds.register(kind)

    outside.tell_through(telling.tell)
    trail_words.connect()
    incidents.connect()
    file_parts.connect()
    inbox.register_reader("hl7", hl7.read_message)
    inbox.register_reader("fhir", fhir.read_message)
    purposes.register("integrations.silence", _("a feed is silent"))
    templates.register(
        "integrations.silence",
        _("%(feed)s is silent"),
        _("No message has come from %(feed)s for more than %(minutes)s minutes."),
    )
    gauges.register("crm_imports", "Lists of all hospitals being worked on or waiting, and their rows", lists_waiting)
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
