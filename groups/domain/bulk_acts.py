"""What can be done to many units at once: fields of the record, and handing over to another liaison."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from accounts.domain import field_acts
from accounts.domain.field_acts import SAME, SAME_WORDS, Fields
from accounts.lists import Act, Change
from accounts.models import StaffMember
from groups.domain import handing
from groups.models import GroupCustomer

NO_LIAISON = "no_liaison"
FIELDS = Fields(
    list_key="units",
    model=GroupCustomer,
    names=("relation", "value", "business"),
    capability="groups.edit",
    verb="groups.unit.change",
)


def owner_act(form: type[forms.Form]) -> Act:
    """Hands units to another liaison, with the reason; open visits and deals go along. Undone, they go back to who had
    them, also where who asked does not see them any more.
    """
    return Act(
        key="units.owner",
        list_key="units",
        label=gettext_lazy("Hand over to another liaison"),
        capability="groups.edit",
        form=form,
        hold=lambda units: field_acts.hold(GroupCustomer, units),
        changes=_owner_changes,
        apply=_hand_over,
        restore=_hand_back,
        words=lambda value: value["name"] if value else _("Nobody in charge"),
        plain=lambda said: {"to": said["to"].pk, "reason": said["reason"]},
        reasons={SAME: SAME_WORDS, NO_LIAISON: handing.NO_LIAISON},
        gone=lambda units: GroupCustomer.objects.out_of_bin().filter(pk__in=units).values_list("pk", flat=True),
    )


def _owner_changes(units: Sequence[int], params: dict[str, Any]) -> dict[int, Change]:
    to = handing.liaisons().filter(pk=params["to"]).first()
    found = GroupCustomer.objects.out_of_bin().filter(pk__in=units).select_related("owner")
    return {unit.pk: _owner_change(unit.owner, to) for unit in found}


def _owner_change(owner: StaffMember | None, to: StaffMember | None) -> Change:
    before = _named(owner)
    if to is None:
        return Change(before=before, skipped=NO_LIAISON)
    return Change(before=before, skipped=SAME) if owner == to else Change(before=before, after=_named(to))


def _named(staff: StaffMember | None) -> dict[str, Any] | None:
    return {"id": staff.pk, "name": staff.name} if staff else None


def _hand_over(done: dict[int, Change], params: dict[str, Any], actor: Actor, now: dt.datetime) -> None:
    to = StaffMember.objects.get(pk=params["to"])
    handing.hand_over(list(done), to=to, reason=params["reason"], actor=actor, now=now)


def _hand_back(done: dict[int, Change], params: dict[str, Any], actor: Actor, now: dt.datetime) -> None:
    """To each former liaison who still is one, and to nobody where nobody was in charge."""
    by_owner: dict[int | None, list[int]] = {}
    for pk, change in done.items():
        by_owner.setdefault(change.after["id"] if change.after else None, []).append(pk)
    known = {staff.pk: staff for staff in handing.liaisons().filter(pk__in=[one for one in by_owner if one])}
    for owner, units in by_owner.items():
        if owner is None or owner in known:
            handing.hand_back(units, to=known.get(owner), actor=actor, now=now)  # type: ignore[arg-type]
