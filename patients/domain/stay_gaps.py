"""Parts of a stay that are told after it: a message referred to its department, ward or physician by a name that came
later. What has been said of them since stays.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from patients.domain.person_rows import show_newest_stay
from patients.models import Encounter
from patients.signals import encounters_changed

_COLUMNS = ("department_id", "ward_id", "attending_name")
_WRITTEN = ["department", "ward", "attending", "attending_name", "source", "source_at"]


@dataclass(frozen=True, slots=True)
class Filling:
    """What is known by now of a stay's department, ward and physician (ids; None and '': nothing). `instead`: what may
    stand in their place because it was said for want of them. `told_by`: the name of the feed, as people read it.
    """

    encounter_id: int
    told_by: str
    department_id: int | None
    ward_id: int | None
    attending_id: int | None
    attending_name: str
    instead: tuple[int | None, int | None, str]


def fill_gaps(fillings: Sequence[Filling], *, now: dt.datetime) -> list[int]:
    """Fills what is empty in these stays or stands there for want of it; answers the ids of those that changed. A stay
    that was cancelled stays as it is.
    """
    rows = Encounter.objects.select_for_update().filter(pk__in=[one.encounter_id for one in fillings])
    stays = {stay.pk: stay for stay in rows.filter(is_cancelled=False).order_by("pk")}
    changed = [stays[one.encounter_id] for one in fillings if one.encounter_id in stays and _fill(stays, one, now)]
    if changed:
        Encounter.objects.bulk_update(changed, _WRITTEN)
        show_newest_stay({stay.patient_id for stay in changed}, told_at=now)
        encounters_changed.send(sender=Encounter, encounter_ids=[stay.pk for stay in changed])
    return [stay.pk for stay in changed]


def _fill(stays: dict[int, Encounter], filling: Filling, now: dt.datetime) -> bool:
    stay = stays[filling.encounter_id]
    wanted = {name: getattr(filling, name) for name in _COLUMNS}
    before = dict(zip(_COLUMNS, filling.instead, strict=True))
    filled = {
        name: value
        for name, value in wanted.items()
        if value and getattr(stay, name) in (None, "", before[name]) and getattr(stay, name) != value
    }
    for name, value in filled.items():
        setattr(stay, name, value)
    if "attending_name" in filled:
        stay.attending_id = filling.attending_id
    if filled:
        stay.source, stay.source_at = filling.told_by or stay.source, now
    return bool(filled)
