"""What integrations add when they start: kinds of lists, readers of messages, words, navigation, measurements."""

from django.utils.translation import gettext_lazy as _


def connect() -> None:
    """Called once by the app's `ready`."""
    from accounts import lists, outside, trail_links
    from followups import signals as _followups  # noqa: F401 - importing them registers what may be told outside
    from groups import signals as _groups  # noqa: F401
    from hospital_crm.ops import gauges
    from hospital_crm.shell import machines
    from integrations import (
        filtered_lists,
        forms,
        navigation,
        receivers,  # noqa: F401 - importing them connects them
        trail_words,
    )
    from integrations.domain import fhir, file_parts, forgetting, hl7, inbox, incidents, kinds, message_acts
    from integrations.domain.checkup_lists import CheckupLists
    from integrations.domain.code_lists import DepartmentTables, DiagnosisTables, DivisionTables
    from integrations.domain.consent_lists import ConsentLists
    from integrations.domain.figures import lists_waiting
    from integrations.domain.message_list import MESSAGES
    from integrations.domain.roster_lists import Rosters
    from integrations.domain.staff_sheets import StaffSheets
    from integrations.domain.stay_lists import DischargeLists
    from integrations.domain.webhooks import telling
    from integrations.views import outcomes
    from patients import erasure

    tables = (DiagnosisTables(), DepartmentTables(), DivisionTables())
    for kind in (DischargeLists(), CheckupLists(), Rosters(), StaffSheets(), ConsentLists(), *tables):
        kinds.register(kind)

    machines.register("fhir", outcomes.around)
    outside.tell_through(telling.tell)
    navigation.connect()
    filtered_lists.connect()
    lists.register(MESSAGES)
    lists.register_act(message_acts.again_act(forms.MessagesAgainForm))
    lists.register_act(message_acts.leave_act(forms.MessagesLeaveForm))
    trail_words.connect()
    trail_links.register(
        "integrations.importbatch",
        "integrations:batch",
        "integrations.import",
        "integrations.import_staff",
        "groups.edit",
    )
    incidents.connect()
    file_parts.connect()
    erasure.register(erasure.Erasure("integrations.NameGap", "encounter__patient", goes=True))
    inbox.register_reader("hl7", hl7.read_message)
    inbox.register_reader("fhir", fhir.read_message)
    forgetting.register_namer("hl7", hl7.people_named)
    forgetting.register_namer("fhir", fhir.people_named)
    _messages()
    gauges.register("crm_imports", "Lists of all hospitals being worked on or waiting, and their rows", lists_waiting)


def _messages() -> None:
    from messaging import purposes, templates

    purposes.register("integrations.silence", _("a feed is silent"))
    templates.register(
        "integrations.silence",
        _("%(feed)s is silent"),
        _("No message has come from %(feed)s for more than %(minutes)s minutes."),
    )
