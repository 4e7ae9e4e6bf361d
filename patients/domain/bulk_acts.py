"""What can be done to many people at once: fields of the record, tags, the community station.

Each act is told what it would do to each person (`changes`), holds them, does it, and can put the former value back.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from accounts.calendar import today
from accounts.domain import field_acts
from accounts.domain.field_acts import SAME, SAME_WORDS, Fields
from accounts.lists import Act, Change
from accounts.models import Station
from patients.domain import stations, tags
from patients.domain.memberships import members_among
from patients.models import Patient, StationAssignment, Tag

ERASED, NOT_DONE, MEMBER = "erased", "not_done", "member"
REASONS = {
    SAME: SAME_WORDS,
    ERASED: gettext_lazy("the record has been erased"),
    MEMBER: gettext_lazy("the category VIP comes of a membership"),
    NOT_DONE: gettext_lazy("the tag or station is not in use any more"),
}


def _why_not(people: Sequence[int], name: str, wanted: Any) -> dict[int, str]:
    """Erased records stay as they are, and so does the category of members, which nobody gets without being one."""
    found = dict(Patient.objects.filter(pk__in=people, contact_state="erased").values_list("pk", "category"))
    kept = dict.fromkeys(found, ERASED)
    if name != "category":
        return kept
    members = members_among(list(people), on=today())
    others = Patient.objects.filter(pk__in=people).exclude(category=wanted).values_list("pk", flat=True)
    bound = {pk for pk in others if pk in members or wanted == Patient.Category.VIP}
    return {**dict.fromkeys(bound, MEMBER), **kept}


FIELDS = Fields(
    list_key="people",
    model=Patient,
    names=("category", "kind", "source", "preferred_channel", "preferred_language"),
    capability="patients.edit_many",
    verb="patients.person.change",
    why_not=_why_not,
    reasons=REASONS,
)


def hold(people: Sequence[int]) -> None:
    """People's rows."""
    field_acts.hold(Patient, people)


def tag_act(form: type[forms.Form], *, is_added: bool) -> Act:
    """Puts a tag on people, or takes it off."""

    def changes(people: Sequence[int], params: dict[str, Any]) -> dict[int, Change]:
        tag = Tag.objects.filter(pk=params["value"]).first()
        found = Patient.objects.out_of_bin().filter(pk__in=people).values_list("pk", "contact_state")
        having = tags.tagged_among(people, tag) if tag else set()
        usable = tag is not None and (tag.is_active or not is_added)
        return {pk: _tag_change(pk in having, state, is_added, usable, tag) for pk, state in found}

    def apply(done: dict[int, Change], params: dict[str, Any], actor: Actor, now: dt.datetime) -> None:
        _tag(done, params, actor, now, is_added=is_added)

    def restore(done: dict[int, Change], params: dict[str, Any], actor: Actor, now: dt.datetime) -> None:
        _tag(done, params, actor, now, is_added=not is_added)

    return Act(
        key="people.tag" if is_added else "people.untag",
        list_key="people",
        label=gettext_lazy("Put a tag on") if is_added else gettext_lazy("Take a tag off"),
        capability="patients.edit_many",
        form=form,
        hold=hold,
        changes=changes,
        apply=apply,
        restore=restore,
        words=lambda value: str(value) if value else "—",
        plain=_number,
        reasons=REASONS,
    )


def _tag_change(has_it: bool, state: str, is_added: bool, usable: bool, tag: Tag | None) -> Change:
    name = tag.name if tag else ""
    before, after = (name if has_it else ""), (name if is_added else "")
    if state == Patient.ContactState.ERASED:
        return Change(before=before, skipped=ERASED)
    if not usable:
        return Change(before=before, skipped=NOT_DONE)
    return Change(before=before, skipped=SAME) if has_it == is_added else Change(before=before, after=after)


def _tag(done: dict[int, Change], params: dict[str, Any], actor: Actor, now: dt.datetime, *, is_added: bool) -> None:
    people, tag = list(Patient.objects.filter(pk__in=done)), Tag.objects.get(pk=params["value"])
    if not is_added:
        tags.untag_people(people, tag, actor=actor)
    elif tag.is_active:
        tags.tag_people(people, tag, actor=actor, now=now)


def station_act(form: type[forms.Form]) -> Act:
    """Assigns people to a community station; their home visits follow as when it is done by hand."""

    def changes(people: Sequence[int], params: dict[str, Any]) -> dict[int, Change]:
        station = Station.objects.filter(pk=params["value"], is_active=True).first()
        found = Patient.objects.out_of_bin().filter(pk__in=people).values_list("pk", "contact_state")
        current = StationAssignment.objects.current().filter(patient_id__in=people)
        now_at = {row.patient_id: _named(row.station) for row in current.select_related("station")}
        return {pk: _station_change(now_at.get(pk), state, station) for pk, state in found}

    def apply(done: dict[int, Change], params: dict[str, Any], actor: Actor, now: dt.datetime) -> None:
        ids = {change.after["id"] for change in done.values() if change.after}
        known = Station.objects.in_bulk(list(ids))
        for person in Patient.objects.filter(pk__in=done).order_by("pk"):
            after = done[person.pk].after
            station = known.get(after["id"]) if after else None
            if after is None or (station is not None and station.is_active):
                stations.assign_station(patient=person, station=station, actor=actor, now=now)

    return Act(
        key="people.station",
        list_key="people",
        label=gettext_lazy("community station"),
        capability="patients.edit_many",
        form=form,
        hold=hold,
        changes=changes,
        apply=apply,
        restore=apply,
        words=lambda value: value["name"] if value else _("none"),
        plain=_number,
        reasons=REASONS,
    )


def _named(station: Station) -> dict[str, Any]:
    return {"id": station.pk, "name": station.name}


def _station_change(before: dict[str, Any] | None, state: str, station: Station | None) -> Change:
    if state == Patient.ContactState.ERASED:
        return Change(before=before, skipped=ERASED)
    if station is None:
        return Change(before=before, skipped=NOT_DONE)
    same = before is not None and before["id"] == station.pk
    return Change(before=before, skipped=SAME) if same else Change(before=before, after=_named(station))


def _number(cleaned: dict[str, Any]) -> dict[str, Any]:
    """A chosen row as its number."""
    return {name: getattr(value, "pk", value) for name, value in cleaned.items()}
