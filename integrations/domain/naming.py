"""What the names in the lists mean: physicians assigned to staff, departments confirmed or joined to known ones.

An assignment is remembered for all lists to come; it also holds for the stays that are in, and moves the open orders
of that physician.
"""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.models import Department, StaffMember, Ward
from followups.domain.dispatch import reroute, take_department
from integrations.domain.errors import ImportRefused
from integrations.domain.places import able_as, doing_follow_up
from integrations.models import DepartmentMapping, PhysicianMapping
from patients.models import Encounter, Patient
from patients.signals import encounters_changed


def unsettled_names() -> int:
    """How many departments wait to be confirmed and names of staff to be assigned, in the whole hospital."""
    departments = Department.objects.active().filter(is_confirmed=False).count()
    return departments + PhysicianMapping.objects.filter(state=PhysicianMapping.State.OPEN).count()


@transaction.atomic
def assign_physician(
    mapping: PhysicianMapping, staff: StaffMember | None, *, actor: Actor, now: dt.datetime
) -> tuple[int, int]:
    """Say who is meant by a name, or that nobody here is; answers how many stays and open orders now go to them.

    Only the stays that name somebody in this role change hands. Refused for somebody who does not work here any more,
    for one who holds no role in which follow-up is done, and for one who cannot be what the lists name.
    """
    mapping = PhysicianMapping.objects.select_for_update().get(pk=mapping.pk)
    if staff is not None and not staff.is_active:
        raise ImportRefused(_("%(name)s does not work here any more.") % {"name": staff.name})
    if staff is not None and not doing_follow_up().filter(pk=staff.pk).exists():
        raise ImportRefused(_("%(name)s holds no role that follows up people.") % {"name": staff.name})
    if staff is not None and not able_as(mapping.role).filter(pk=staff.pk).exists():
        said = {"name": staff.name, "role": mapping.get_role_display()}
        raise ImportRefused(_("%(name)s holds no role of one named as %(role)s.") % said)
    before = mapping.staff_id
    mapping.staff, mapping.state, mapping.decided_at = staff, PhysicianMapping.State.DECIDED, now
    mapping.save(update_fields=["staff", "state", "decided_at"])
    all_stays = Encounter.objects.all()
    if mapping.feed is not None:
        all_stays = all_stays.filter(source_key__prefix=f"{mapping.feed.number_domain}|")
    if mapping.department_id:
        all_stays = all_stays.filter(department_id=mapping.department_id)
    if mapping.role == PhysicianMapping.Role.NURSE:
        moved = all_stays.filter(nurse_name=mapping.name).exclude(nurse=staff).update(nurse=staff)
    else:
        moved = all_stays.filter(attending_name=mapping.name).exclude(attending=staff).update(attending=staff)
    orders = reroute(name=mapping.name, staff=staff, actor=actor, now=now)
    record(
        "integrations.physician.assign",
        mapping,
        actor=actor,
        before={"staff": before},
        after={"staff": mapping.staff_id},
        stays=moved,
        orders=orders,
    )
    return moved, orders


@transaction.atomic
def confirm_department(department: Department, *, actor: Actor) -> Department:
    """A department that a list brought is one of this hospital's. Confirming twice changes nothing."""
    department = Department.objects.select_for_update().get(pk=department.pk)
    if not department.is_confirmed:
        department.is_confirmed = True
        department.save(update_fields=["is_confirmed"])
        record("integrations.department.confirm", department, actor=actor)
    return department


@transaction.atomic
def join_department(found: Department, known: Department, *, actor: Actor, now: dt.datetime) -> int:
    """A name in the lists means a department that is known under another; answers how many stays moved.

    The name is remembered, the orders follow, and the unconfirmed department is closed. Refused for a department with
    itself, for one that was confirmed, and for an unconfirmed or closed target.
    """
    if found.pk == known.pk or found.is_confirmed:
        raise ImportRefused(_("Only a department to be confirmed can be joined to another."))
    if not (known.is_confirmed and known.is_active):
        raise ImportRefused(_("Join it to a confirmed department that is in use."))
    DepartmentMapping.objects.update_or_create(
        feed=None, name=found.name, defaults={"department": known, "decided_at": now}
    )
    stays = list(Encounter.objects.filter(department=found).values_list("pk", flat=True))
    moved = Encounter.objects.filter(pk__in=stays).update(department=known)
    Patient.objects.filter(last_department=found).update(last_department=known)
    PhysicianMapping.objects.filter(department=found).delete()
    Ward.objects.filter(department=found).update(department=known)
    orders = take_department(found=found, known=known, actor=actor, now=now)
    Department.objects.filter(pk=found.pk).update(is_active=False)
    encounters_changed.send(sender=Encounter, encounter_ids=stays)
    record("integrations.department.join", known, actor=actor, name=found.name, stays=moved, orders=orders)
    return moved
