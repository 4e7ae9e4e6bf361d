"""What belonging to units adds to a person's timeline: joining, leaving, and each benefit received."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from accounts.actors import Actor
from groups.models import BenefitUse, GroupMember
from hospital_crm.tenancy.together import Few
from patients.domain import seldom
from patients.models import Patient
from patients.registry import TimelineEntry

_MEMBER = ("joined_on", "left_on", "position", "group__name", "group__public_id", "group__owner_id")
_USE = ("used_on", "benefit__name", "by__name")


def connect() -> None:
    """Called once by the app's wiring."""
    seldom.register("unit_members", _members)
    seldom.register("benefit_uses", _uses)


def entries(patient: Patient, actor: Actor, now: dt.datetime) -> Iterator[TimelineEntry]:
    """Joining on the first day where it is known, leaving on the day after the last, benefits on the day they were
    received. The unit is opened by those who may see it.
    """
    found = seldom.seldom_of(patient)
    for row in found["unit_members"]:
        url = _url(row.group, actor)
        if row.joined_on:
            yield TimelineEntry(row.joined_on, _("Joined a unit"), row.group.name, row.position, url=url)
        if row.left_on:
            yield TimelineEntry(row.left_on, _("Left a unit"), row.group.name, url=url)
    for use in found["benefit_uses"]:
        yield TimelineEntry(use.used_on, _("Benefit received"), use.benefit.name, by=use.by or "")


def _url(group: Any, actor: Actor) -> Any:
    """The page of the unit, for whoever sees this unit."""
    is_seen = actor.sees == "all" or (actor.sees == "units" and group.owner_id == actor.staff.pk)
    return reverse_lazy("groups:detail", args=[group.public_id]) if is_seen and actor.can("groups.view") else ""


def _members(patient_id: int) -> Few:
    return Few(GroupMember.objects.filter(patient=patient_id).order_by("-pk"), _MEMBER)


def _uses(patient_id: int) -> Few:
    return Few(BenefitUse.objects.filter(patient=patient_id).order_by("-used_on", "-pk"), _USE)
