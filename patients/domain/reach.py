"""How a person is reached and who stands beside: numbers and addresses, relations, papers; each from a day to a day."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.calendar import today
from hospital_crm.crypto import encrypt, tail_hash, whole_hash
from patients.domain.erased_numbers import bore, tell_of_erased
from patients.domain.identity_numbers import read_identity_number
from patients.domain.names import clean_name
from patients.domain.phones import normalise_phone, read_phones
from patients.domain.records import PersonRecord
from patients.models import ContactPoint, Identifier, Patient, Relation

CONTACT_FIELDS = ("purpose", "owner_relation", "owner", "rank", "number_state", "valid_from", "valid_until")
RELATION_FIELDS = ("name", "kind", "phone", "may_be_told", "is_guardian", "related", "valid_from", "valid_until")
IDENTIFIER_FIELDS = ("is_active", "valid_from", "valid_until")
LOOK_BACK = dt.timedelta(days=30)
BY_HAND = ("card", "national_id", "passport", "insurance", "other")


class RecordError(Exception):
    """Refused, with the reason."""


class ErasedBefore(RecordError):
    """The record of somebody with these numbers was erased."""

    def __init__(self) -> None:
        super().__init__(
            _("The record of this person was erased. If the person is in care again, say why and save once more.")
        )


def contact_value(system: str, text: str) -> str:
    """A number or address in the form that is stored; '' for what is none."""
    text = text.strip()
    if system == ContactPoint.System.PHONE:
        return normalise_phone(text)
    if system == ContactPoint.System.WECHAT:
        return "".join(text.split())[:120]
    try:
        validate_email(text)
    except ValidationError:
        return ""
    return text.lower()[:120]


@transaction.atomic
def add_contact(
    patient: Patient,
    text: str,
    *,
    system: str = ContactPoint.System.PHONE,
    again: str = "",
    actor: Actor,
    **values: Any,
) -> ContactPoint:
    """A number or address staff learned of, tried after those already known; known already: nothing changes.

    `values`: purpose, whose it is, from when until when. `again`: why the record becomes that of somebody who was
    erased. Refused where the text holds no number or address, and where name, birth date and telephone together are
    those of somebody who was erased and nobody says why.
    """
    value = contact_value(system, text)
    if not value:
        raise RecordError(_("No number or address of this kind."))
    known = list(ContactPoint.objects.filter(patient=patient).order_by("rank"))
    same = next((point for point in known if (point.system, point.value) == (system, value)), None)
    if same is not None:
        return same
    meant = said_again(again) if system == ContactPoint.System.PHONE and _is_of_erased(patient, value) else {}
    point = ContactPoint(patient=patient, system=system, value=value, source="staff")
    point.value_reversed = value[::-1] if system == ContactPoint.System.PHONE else ""
    point.rank = max((one.rank for one in known), default=0) + 1
    for name in CONTACT_FIELDS:
        if values.get(name):
            setattr(point, name, values[name])
    point.save()
    refresh_phone(patient)
    record("patients.phone.add", patient, actor=actor, contact_point=point.pk, **meant)
    return point


def _is_of_erased(patient: Patient, phone: str) -> bool:
    """Whether with this telephone the record is that of somebody who was erased."""
    said = PersonRecord(0, patient.name, birth_date=patient.birth_date, phones=read_phones(phone).numbers)
    return tell_of_erased([said])[0]


@transaction.atomic
def change_contact(point: ContactPoint, values: Mapping[str, Any], *, actor: Actor) -> list[str]:
    """Changes what is known about a number: purpose, owner, state, place in the order, validity; never the number.

    The others keep their order behind the place that is taken. The audit names fields, not values.
    """
    point = ContactPoint.objects.select_for_update().get(pk=point.pk)
    changed = _set(point, values, CONTACT_FIELDS)
    if not changed:
        return []
    point.save(update_fields=changed)
    if "rank" in changed:
        _renumber(point)
    refresh_phone(point.patient)
    record("patients.phone.change", point.patient, actor=actor, fields=changed, contact_point=point.pk)
    return changed


def _renumber(moved: ContactPoint) -> None:
    others = ContactPoint.objects.filter(patient=moved.patient_id).exclude(pk=moved.pk).order_by("rank", "id")
    order = list(others)
    order.insert(max(moved.rank, 1) - 1, moved)
    for rank, point in enumerate(order, 1):
        point.rank = rank
    ContactPoint.objects.bulk_update(order, ["rank"])


def refresh_phone(patient: Patient) -> None:
    """Repeats the first number that may be dialled on the person's row; '' when none is left."""
    numbers = ContactPoint.objects.filter(patient=patient, system="phone").order_by("rank", "id")
    patient.phone = next((point.value for point in numbers if point.may_be_dialled), "")
    Patient.objects.filter(pk=patient.pk).update(phone=patient.phone)


def refresh_ended(*, now: dt.datetime) -> int:
    """Numbers whose last day was within the last month, or whose first day came within it, change what is tried first;
    answers for how many people. A month, so that nights on which nothing ran are made up for.
    """
    day, month_ago = today(now=now), today(now=now) - LOOK_BACK
    turned = Q(valid_until__gte=month_ago, valid_until__lt=day) | Q(valid_from__gt=month_ago, valid_from__lte=day)
    ids = ContactPoint.objects.filter(turned).values_list("patient_id", flat=True)
    people = Patient.objects.filter(pk__in=set(ids))
    for patient in people.order_by("pk"):
        refresh_phone(patient)
    return len(people)


_STATES = ContactPoint.NumberState
# What a call shows of a number on every record: what it becomes there, and instead of what.
_OF_THE_NUMBER = {
    _STATES.DEAD: (_STATES.DEAD, (_STATES.UNCHECKED, _STATES.OK, _STATES.SUSPENDED)),
    _STATES.SUSPENDED: (_STATES.SUSPENDED, (_STATES.UNCHECKED, _STATES.OK)),
    _STATES.OK: (_STATES.UNCHECKED, (_STATES.DEAD, _STATES.SUSPENDED)),
}


@transaction.atomic
def set_number_state(point: ContactPoint, state: str, *, actor: Actor | None) -> ContactPoint:
    """A call showed what a number is worth: reached, suspended, does not exist, wrong person. What is true of the
    number whoever has it is flagged on every record with it (PRODUCT §3): dead or suspended, or neither any more.
    """
    if state not in ContactPoint.NumberState.values:
        raise RecordError(f"no such state: {state}")
    _flag(point, state, actor=actor)
    if point.system == ContactPoint.System.PHONE and state in _OF_THE_NUMBER:
        _flag_elsewhere(point, actor=actor)
    return point


def _flag_elsewhere(point: ContactPoint, *, actor: Actor | None) -> None:
    """The same number on other records. One who is being called at this moment is left out: that call says it."""
    becomes, instead_of = _OF_THE_NUMBER[ContactPoint.NumberState(point.number_state)]
    same = ContactPoint.objects.filter(system=point.system, value=point.value, number_state__in=instead_of)
    bearers = same.exclude(patient=point.patient_id).values("patient_id")
    for patient in Patient.objects.filter(pk__in=bearers).order_by("pk").select_for_update(skip_locked=True):
        for other in same.filter(patient=patient):
            _flag(other, becomes, actor=actor)


def _flag(point: ContactPoint, state: str, *, actor: Actor | None) -> None:
    before, point.number_state = point.number_state, state
    point.save(update_fields=["number_state"])
    refresh_phone(point.patient)
    record(
        "patients.phone.state",
        point.patient,
        actor=actor,
        before={"state": before},
        after={"state": state},
        contact_point=point.pk,
    )


@transaction.atomic
def add_relation(patient: Patient, values: Mapping[str, Any], *, actor: Actor) -> Relation:
    """Somebody beside the person: name, relation, number, what may be told, guardian, own record, from when until
    when. Known already: nothing changes.

    The audit says that somebody was added and what may be told, not who.
    """
    who = {"name": clean_name(values["name"]), "kind": values["kind"].strip()}
    _check_relation(patient, {**values, **who})
    rest = {name: values[name] for name in RELATION_FIELDS if name in values and name not in who}
    relation, is_new = Relation.objects.get_or_create(patient=patient, **who, defaults=rest)
    if is_new:
        after = {"may_be_told": relation.may_be_told, "is_guardian": relation.is_guardian}
        record("patients.relation.add", patient, actor=actor, after=after, relation=relation.pk)
    return relation


@transaction.atomic
def change_relation(relation: Relation, values: Mapping[str, Any], *, actor: Actor) -> list[str]:
    """Changes a relation, or ends it with a last day; it is never deleted, so that what was told stays explained."""
    relation = Relation.objects.select_for_update().get(pk=relation.pk)
    if "name" in values:
        values = {**values, "name": clean_name(values["name"])}
    _check_relation(relation.patient, {"name": relation.name, "kind": relation.kind, **values})
    before = {"may_be_told": relation.may_be_told, "is_guardian": relation.is_guardian}
    changed = _set(relation, values, RELATION_FIELDS)
    if changed:
        relation.save(update_fields=changed)
        after = {"may_be_told": relation.may_be_told, "is_guardian": relation.is_guardian}
        record(
            "patients.relation.change",
            relation.patient,
            actor=actor,
            before=before,
            after=after,
            fields=changed,
            relation=relation.pk,
        )
    return changed


def _check_relation(patient: Patient, values: Mapping[str, Any]) -> None:
    if not (values["name"] and values["kind"]):
        raise RecordError(_("A relation needs a name and a kind."))
    related = values.get("related")
    if related is not None and related.pk == patient.pk:
        raise RecordError(_("Nobody is a relation of himself."))


def as_kept(number: str) -> str:
    """A number of a record, a card or papers as it is kept and looked for."""
    return "".join(number.split()).upper()


def store_number(row: Identifier, *, taken: str) -> None:
    """Stores a number; refused with these words where another record, or this one, has it."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as known:
        raise RecordError(taken) from known


@transaction.atomic
def add_identifier(
    patient: Patient,
    *,
    system: str,
    number: str,
    valid_from: dt.date | None = None,
    valid_until: dt.date | None = None,
    again: str = "",
    actor: Actor,
) -> Identifier:
    """A number of papers or a card that staff saw. Numbers that the HIS gives come from there alone.

    `again`: why a number is kept again that somebody bore whose record was erased. Refuses such a number where nobody
    says why, kinds that are the HIS's, a resident identity number whose check digit is wrong, and a number that another
    record has.
    """
    if system not in BY_HAND:
        raise RecordError(_("Numbers of this kind come from the HIS."))
    number = as_kept(number)
    if system == "national_id":
        number = _proven(number)
    row = Identifier(patient=patient, system=system, valid_from=valid_from, valid_until=valid_until)
    if row.is_secret:
        row.value_hash, row.tail_hash, row.value_encrypted = whole_hash(number), tail_hash(number), encrypt(number)
    else:
        row.value = number[:40]
    store_number(row, taken=_("This number is known already, here or on another record."))
    meant = said_again(again) if bore(row) else {}
    record("patients.identifier.add", patient, actor=actor, after={"system": system}, identifier=row.pk, **meant)
    return row


def said_again(why: str) -> dict[str, Any]:
    """What the audit keeps of why somebody is entered again who was erased. Refused (ErasedBefore) where nobody says
    why.
    """
    if not why.strip():
        raise ErasedBefore
    return {"again": why.strip()}


def _proven(number: str) -> str:
    reading = read_identity_number(number)
    if not reading.is_proven:
        raise RecordError(_("This is no identity number: a digit must be wrong."))
    return reading.number


@transaction.atomic
def change_identifier(row: Identifier, values: Mapping[str, Any], *, actor: Actor) -> list[str]:
    """Changes whether a number is in use and its validity; never the number itself."""
    row = Identifier.objects.select_for_update().get(pk=row.pk)
    changed = _set(row, values, IDENTIFIER_FIELDS)
    if changed:
        row.save(update_fields=changed)
        record("patients.identifier.change", row.patient, actor=actor, fields=changed, identifier=row.pk)
    return changed


def _set(row: Any, values: Mapping[str, Any], allowed: tuple[str, ...]) -> list[str]:
    """Sets what differs; answers the names. Refused (RecordError) for fields nobody changes by hand."""
    if refused := set(values) - set(allowed):
        raise RecordError(f"not changed by hand: {sorted(refused)}")
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    start, end = row.valid_from, row.valid_until
    if start and end and end < start:
        raise RecordError(_("The last day lies before the first."))
    return changed
