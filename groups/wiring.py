"""What groups adds to people's pages, visibility, navigation and messages."""

import datetime as dt
from collections.abc import Collection

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from messaging.digest import Line, LinesOf


def connect() -> None:
    """Called once by the app's `ready`."""
    from accounts import trail_links
    from groups import filtered_lists, trail_words
    from groups.domain import (
        file_parts,
        label_facts,
        member_timeline,
        member_unions,
        name_renewal,
        region_renewal,
        segment_facts,
        unit_timeline,
    )
    from groups.domain.members import people_of_own_units
    from patients import erasure
    from patients.registry import (
        Movable,
        Panel,
        TimelineSource,
        register_movable,
        register_panel,
        register_purpose,
        register_timeline,
    )

    trail_words.connect()
    filtered_lists.connect()
    trail_links.register("groups.groupcustomer", "groups:detail", "groups.view")
    file_parts.connect()
    name_renewal.connect()
    region_renewal.connect()
    counted = _("counts towards the limits of the contract")
    erasure.register(
        erasure.Erasure("groups.GroupMember", "patient", goes=True),
        erasure.Erasure("groups.BenefitUse", "patient", clears={"reference": ""}, why=counted),
    )

    _navigation()
    _list()
    segment_facts.register_all()
    register_purpose(people_of_own_units)
    register_movable(Movable("groups.groupmember", member_unions.told_member))
    register_movable(Movable("groups.benefituse", member_unions.told_use))
    label_facts.connect()
    member_timeline.connect()
    unit_timeline.connect()
    register_timeline(TimelineSource("units", _("Unit and benefits"), member_timeline.entries, 68, "patients.view"))
    register_panel(Panel("benefits", _("Unit and benefits"), "groups:panel-benefits", "patients.view", order=40))
    _connect_messages()


def _navigation() -> None:
    """The own day of a liaison, and the list of units."""
    from accounts.navigation import NavItem, register

    register(
        NavItem(
            label=_("My units"),
            icon="calendar-event",
            url_name="groups:day",
            capability="groups.edit",
            order=55,
            group=2,
            key="y",
            count=_due,
            main_for=frozenset({"liaison"}),
        )
    )
    register(
        NavItem(
            label=_("Groups"),
            icon="building",
            url_name="groups:list",
            capability="groups.view",
            order=60,
            group=2,
            key="u",
        )
    )


def _list() -> None:
    """The list of units, what can be done to many of them at once, and their bin."""
    from accounts import lists
    from accounts.domain import bins
    from accounts.domain.field_acts import field_act
    from groups import forms
    from groups.domain import bulk_acts
    from groups.domain.binning import UNITS_BIN
    from groups.domain.unit_list import UNITS

    lists.register(UNITS)
    bins.register(UNITS_BIN)
    for name, form in (
        ("relation", forms.RelationValue),
        ("value", forms.WorthValue),
        ("business", forms.BusinessValue),
    ):
        lists.register_act(field_act(bulk_acts.FIELDS, name, form))
    lists.register_act(bulk_acts.owner_act(forms.HandOverForm))


def _connect_messages() -> None:
    from groups.domain.contracts import RENEWAL
    from groups.domain.handing import HANDED
    from groups.domain.merging import PARTED, UNITED
    from messaging import digest, purposes, recipients, templates

    purposes.register(RENEWAL, _("contract of a unit about to end"))
    purposes.register(HANDED, _("units handed over"))
    templates.register(RENEWAL, _("Contract with %(unit)s ends on %(day)s"), _("Talk about renewing it in time."))
    templates.register(HANDED, _("Units handed over to you: %(count)s"), _("Their open visits and deals came along."))
    purposes.register(UNITED, _("units united"))
    purposes.register(PARTED, _("units taken apart"))
    goes_along = _("Members, contracts, visits and deals of both are in one record.")
    templates.register(UNITED, _("%(other)s was united with %(kept)s"), goes_along)
    templates.register(PARTED, _("%(other)s and %(kept)s are two units again"), _("Each has its own rows back."))
    digest.register(_digest_lines, order=40)
    recipients.register_source("groups.contact", _("contact of a unit"), _contacts_still_there)


def _contacts_still_there(ids: Collection[int], basis: str) -> set[int]:
    """Contacts of units that are in their role today; on whatever ground, for they speak for the unit."""
    from accounts.calendar import today
    from groups.models import GroupContact

    rows = GroupContact.objects.valid_on(today()).filter(pk__in=list(ids), group__is_binned=False)
    return set(rows.values_list("pk", flat=True))


def _due(actor: Actor) -> QuerySet:
    """Contacts with units that are late or due."""
    from accounts.calendar import today
    from groups.domain.days import due_visits

    return due_visits(actor, today())


def _digest_lines(day: dt.date) -> LinesOf:
    """Contacts with units that are late or due for each person."""
    from groups.models import GroupVisit

    visits = GroupVisit.objects.open().filter(planned_on__lte=day).order_by()
    due = dict(visits.values_list("staff").annotate(n=Count("pk")))
    return lambda staff: [Line(say("Visits and calls to units due"), due.get(staff.pk, 0), ("groups:day",))]
