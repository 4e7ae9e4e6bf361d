"""The hospital's system says that two numbers are one person: one record afterwards, and the old number still finds it.

The record of the number that stays in use is kept. An old number that nobody has seen is remembered on it; a number in
use that nobody has seen is given to the record of the old one. Refused where the two records cannot be united, and
where the numbers of the one or the other belong to two people here: nobody guesses who is meant.
"""

import datetime as dt
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from patients.domain.records import MergeRecord, Number
from patients.domain.uniting import CannotUnite, unite
from patients.models import Identifier, Patient


@dataclass(slots=True)
class Merged:
    """The kept person and the records that are gone."""

    patient_id: int
    gone: list[int] = field(default_factory=list)


def owners_of(numbers: tuple[Number, ...]) -> dict[Number, int]:
    """Who is known under these numbers."""
    found: dict[Number, int] = {}
    for system, number in numbers:
        owner = Identifier.objects.filter(system=system, value=number).values_list("patient_id", flat=True).first()
        if owner is not None:
            found[system, number] = owner
    return found


def only_owner(numbers: tuple[Number, ...], *, beside: int | None = None) -> int | None:
    """The one person known under these numbers, None where nobody is; `beside` does not count.

    Raises `uniting.CannotUnite` where they are of more than one person.
    """
    people = set(owners_of(numbers).values()) - {beside}
    if len(people) > 1:
        raise CannotUnite(_("These numbers belong to several people."))
    return next(iter(people), None)


def take_over_old_record(record: MergeRecord) -> None:
    """Where only an old number is known, its record gets the numbers in use: the person was renumbered, not two.

    Raises `uniting.CannotUnite` where the old numbers are of several people.
    """
    if owners_of(record.person.numbers):
        return
    old_id = only_owner(record.old_numbers)
    if old_id is not None:
        Identifier.objects.bulk_create(
            Identifier(patient_id=old_id, system=system, value=number) for system, number in record.person.numbers
        )


def retire_numbers(record: MergeRecord, kept_id: int, *, now: dt.datetime) -> Merged:
    """Bring the records of the old numbers into the kept one; every old number leads there and is in use no more, and
    those that the message names for the person are in use, also where they were retired before.

    Raises `uniting.CannotUnite`.
    """
    merged = Merged(kept_id)
    other_id = only_owner(record.old_numbers, beside=kept_id)
    if other_id is not None:
        unite(kept_id=kept_id, other_id=other_id, actor=None, now=now)
        merged.gone.append(other_id)
    for system, number in record.old_numbers:
        if (system, number) in record.person.numbers:
            continue
        Identifier.objects.update_or_create(
            system=system, value=number, defaults={"patient_id": kept_id, "is_active": False}
        )
    in_use = Identifier.objects.filter(patient_id=kept_id, is_active=False)
    for system, number in record.person.numbers:
        in_use.filter(system=system, value=number).update(is_active=True)
    shown = record.person.record_number or record.person.admission_number
    retired = [number for _, number in record.old_numbers if number != shown]
    if shown:
        Patient.objects.filter(pk=kept_id, mrn__in=retired).update(mrn=shown[:40])
    return merged
