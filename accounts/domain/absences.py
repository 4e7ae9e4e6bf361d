"""Absences of staff and who covers: entered by the head of the department or the head nurse."""

import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import Absence, StaffMember
from accounts.signals import absence_entered


class AbsenceRefused(Exception):
    """An absence that cannot be entered; the text says why."""


def staff_led_by(actor: Actor) -> QuerySet[StaffMember]:
    """Whom this person leads: the staff of departments supervised, of a head nurse's wards; administrators all."""
    if actor.can("admin.organisation"):
        return StaffMember.objects.active()
    wards = actor.ward_ids if actor.role_code == "head_nurse" else frozenset()
    departments = actor.supervised_department_ids if actor.role_code == "department_head" else frozenset()
    led = Q(department_links__department_id__in=departments) | Q(ward_links__ward_id__in=wards)
    return StaffMember.objects.active().filter(led).distinct()


@transaction.atomic
def enter_absence(
    *,
    staff: StaffMember,
    starts_on: dt.date,
    ends_on: dt.date,
    cover: StaffMember | None,
    actor: Actor,
    now: dt.datetime,
) -> Absence:
    """Somebody is away, both days included. The cover sees and does the work meanwhile.

    Refuses somebody the actor does not lead, an end before the start, an overlap with another absence, and a cover who
    is the same person, is not led by the actor, is away on one of these days, or follows up nobody while the one who is
    away does. An administrator does not name himself: whoever covers sees the people of the one who is away.
    """
    led = staff_led_by(actor)
    StaffMember.objects.select_for_update().get(pk=staff.pk)
    if not led.filter(pk=staff.pk).exists() or (cover is not None and not led.filter(pk=cover.pk).exists()):
        raise AbsenceRefused(_("You do not lead this person."))
    if cover is not None and cover.pk == actor.staff.pk and actor.can("admin.organisation"):
        raise AbsenceRefused(_("An administrator does not cover for others."))
    if ends_on < starts_on:
        raise AbsenceRefused(_("The last day lies before the first."))
    if cover is not None and cover.pk == staff.pk:
        raise AbsenceRefused(_("Somebody else must cover."))
    following_up = StaffMember.objects.able("followups.complete")
    able = set(following_up.filter(pk__in=[staff.pk, cover.pk if cover else None]).values_list("pk", flat=True))
    if cover is not None and staff.pk in able and cover.pk not in able:
        raise AbsenceRefused(_("%(name)s holds no role that follows up people.") % {"name": cover.name})
    overlapping = Absence.objects.filter(starts_on__lte=ends_on, ends_on__gte=starts_on)
    if overlapping.filter(staff=staff).exists():
        raise AbsenceRefused(_("This overlaps another absence of the same person."))
    if cover is not None and overlapping.filter(staff=cover).exists():
        raise AbsenceRefused(_("%(name)s is away then.") % {"name": cover.name})
    absence = Absence.objects.create(staff=staff, starts_on=starts_on, ends_on=ends_on, cover=cover)
    audit.record(
        "accounts.absence.enter",
        staff,
        actor=actor,
        after={"from": str(starts_on), "until": str(ends_on), "cover": cover.pk if cover else None},
    )
    absence_entered.send(sender=Absence, absence=absence, actor=actor, now=now)
    return absence


@transaction.atomic
def cancel_absence(absence: Absence, *, actor: Actor) -> None:
    """The person is not away after all. Orders that went to the cover stay there until they are given back by hand."""
    if not staff_led_by(actor).filter(pk=absence.staff_id).exists():
        raise AbsenceRefused(_("You do not lead this person."))
    before = {"from": str(absence.starts_on), "until": str(absence.ends_on)}
    audit.record("accounts.absence.cancel", absence.staff, actor=actor, before=before)
    absence.delete()


def upcoming(staff_ids: list[int], today: dt.date) -> dict[int, list[Absence]]:
    """Absences that are not over, by member of staff, in order of their first day."""
    found: dict[int, list[Absence]] = {}
    rows = Absence.objects.filter(staff_id__in=staff_ids, ends_on__gte=today).select_related("cover")
    for absence in rows.order_by("starts_on"):
        found.setdefault(absence.staff_id, []).append(absence)
    return found
