"""What a staff sheet made is taken back: accounts nobody has signed in with, departments, wards and
stations nothing uses.

A person goes with the account, the places and the roles that the sheet asked for. A person who has signed in stays
whole, and so does one on whom anything else has been built: work, an absence, a place or role given by hand. Facts that
the sheet corrected are as they were unless somebody has changed them since. A role that the security officer granted to
somebody who worked here before stays: it was the officer's decision.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from accounts import audit
from accounts.domain.rights import withdraw
from accounts.models import (
    Department,
    RoleProposal,
    StaffDepartment,
    StaffMember,
    StaffRole,
    StaffStation,
    StaffWard,
    Station,
    User,
    Ward,
)

SIGNED_IN, USED, DEPARTMENT_USED, WARD_USED = "staff_signed_in", "staff_used", "department_used", "ward_used"
STATION_USED = "station_used"
_UNITS = (
    (Ward, "wards", WARD_USED),
    (Department, "departments", DEPARTMENT_USED),
    (Station, "stations", STATION_USED),
)
_LINKS = ((StaffDepartment, "department"), (StaffWard, "ward"), (StaffStation, "station"))
Made = Mapping[str, Any]


@dataclass(slots=True)
class StaffTakenBack:
    """How many people, departments, wards and stations went; and what stays: row of the sheet → reasons."""

    staff: int = 0
    departments: int = 0
    wards: int = 0
    stations: int = 0
    kept: list[tuple[int, str]] = field(default_factory=list)


@transaction.atomic
def take_back_staff(made: Made, *, own: set[int], whole: set[int]) -> StaffTakenBack:
    """Takes back what some rows of a sheet made (`StaffMade` as it was kept). `own`: everybody the whole sheet made;
    `whole`: those of them who stay as they are because they have signed in.
    """
    done = StaffTakenBack()
    _put_back_facts(made, whole)
    for staff_id, user_id, row in reversed(made["staff"]):
        reason = SIGNED_IN if staff_id in whole else _remove_person(staff_id, user_id, made)
        done.staff += reason is None
        done.kept += [(row, reason)] if reason else []
    _remove_links(made, {*whole, *(staff_id for staff_id, _user, _row in made["staff"])}, own)
    for model, name, reason in _UNITS:
        for pk, row in reversed(made.get(name, ())):
            if _removed(model, pk):
                setattr(done, name, getattr(done, name) + 1)
            elif model._default_manager.filter(pk=pk).exists():
                done.kept.append((row, reason))
    counts: dict[str, Any] = {
        "staff": done.staff,
        "departments": done.departments,
        "wards": done.wards,
        "stations": done.stations,
        "kept": len(done.kept),
    }
    audit.record("accounts.staff.take_back", **counts)
    return done


def signed_in(staff_ids: set[int], *, since: dt.datetime) -> set[int]:
    """Those of these people who have signed in since."""
    rows = StaffMember.objects.filter(pk__in=staff_ids, user__last_login__gte=since)
    return set(rows.values_list("pk", flat=True))


def _put_back_facts(made: Made, whole: set[int]) -> None:
    """Facts of people known before, and of places: as they were, unless changed since."""
    for staff_id, before, after in made["changed"]:
        if staff_id not in whole:
            StaffMember.objects.filter(pk=staff_id, **after).update(**before)
    for model, kind in ((StaffDepartment, "department"), (StaffWard, "ward")):
        model.objects.filter(pk__in=made["heads"][kind]).exclude(staff__in=whole).update(is_head=False)
    Department.objects.filter(pk__in=made["confirmed"]).update(is_confirmed=False)


def _remove_person(staff_id: int, user_id: int | None, made: Made) -> str | None:
    """Deletes somebody the sheet made, with what it asked for; answers why not, None where he is gone."""
    asked = [role for staff, role in made["asked"] if staff == staff_id]
    try:
        with transaction.atomic():
            for model, kind in _LINKS:
                model.objects.filter(staff=staff_id, pk__in=made["places"].get(kind, ())).delete()
            StaffRole.objects.filter(staff=staff_id, pk__in=made["granted"]).delete()
            for asking in (RoleProposal, StaffRole):
                asking.objects.filter(staff=staff_id, role__in=asked).delete()
            _raw_delete(StaffMember, staff_id)
    except IntegrityError:
        return USED
    if user_id is not None:
        _removed(User, user_id)
    return None


def _remove_links(made: Made, but: set[int], own: set[int]) -> None:
    """Places, roles and proposals of people who were there before these rows; also a role that was granted since, where
    the sheet made the person and he goes with an earlier row.
    """
    for model, kind in _LINKS:
        model.objects.filter(pk__in=made["places"].get(kind, ())).exclude(staff__in=but).delete()
    for staff_id, role_id in made["asked"]:
        if staff_id not in but:
            RoleProposal.objects.filter(staff=staff_id, role=role_id).delete()
        if staff_id in own - but:
            StaffRole.objects.filter(staff=staff_id, role=role_id).delete()
    for link in StaffRole.objects.filter(pk__in=made["granted"]).exclude(staff__in=but).select_related("staff", "role"):
        withdraw(link, actor=None)


def _removed(model: type[Model], pk: int) -> bool:
    """Deletes a row unless something refers to it."""
    try:
        with transaction.atomic():
            return _raw_delete(model, pk) > 0
    except IntegrityError:
        return False


def _raw_delete(model: type[Model], pk: int) -> int:
    """The row alone: whatever else refers to it makes the database refuse."""
    return model._default_manager.filter(pk=pk)._raw_delete(connection.alias)
