"""One masked field shown whole, for a purpose, for sixty seconds, on record."""

from dataclasses import dataclass

from accounts.actors import Actor
from accounts.audit import log_access
from hospital_crm.crypto import CannotDecrypt, decrypt
from patients.domain import masking
from patients.models import ContactPoint, Identifier, Patient, Relation

SECONDS = 60
UNREADABLE = "****"


@dataclass(frozen=True)
class Revealed:
    """The full value, what it turns back into, and whether it may be dialled."""

    value: str
    masked: str
    may_be_dialled: bool = False


class NoSuchField(Exception):
    """The person has no such field."""


def reveal(patient: Patient, field: str, *, purpose: str, actor: Actor) -> Revealed:
    """The full value of `name`, `address`, `phone-<id>`, `identifier-<id>` or `relation-<id>`; one entry in the
    access log.

    A number is never offered for dialling when the person must not be contacted or the number is dead.
    """
    kind, _dash, row = field.partition("-")
    revealed = _READERS[kind](patient, int(row or 0))
    log_access(actor, "unmask", [patient.pk], purpose=purpose, field=field)
    return revealed


def _name(patient: Patient, _row: int) -> Revealed:
    return Revealed(patient.name, masking.mask_name(patient.name))


def _address(patient: Patient, _row: int) -> Revealed:
    return Revealed(patient.address, masking.mask_address(patient.address))


def _mrn(patient: Patient, _row: int) -> Revealed:
    return Revealed(patient.mrn, masking.mask_number(patient.mrn))


def _phone(patient: Patient, row: int) -> Revealed:
    points = ContactPoint.objects.filter(patient=patient)
    point = points.filter(pk=row).first() if row else points.filter(system="phone", value=patient.phone).first()
    if point is None:
        raise NoSuchField
    masked = masking.mask_contact(point.system, point.value)
    return Revealed(point.value, masked, patient.may_be_contacted and point.may_be_dialled)


def _identifier(patient: Patient, row: int) -> Revealed:
    number = Identifier.objects.filter(patient=patient, pk=row).first()
    if number is None:
        raise NoSuchField
    try:
        return Revealed(full_number(number), masked_number(number))
    except CannotDecrypt as error:
        raise NoSuchField from error


def _identity(patient: Patient, _row: int) -> Revealed:
    number = Identifier.objects.filter(patient=patient, system="national_id", is_active=True).order_by("id").first()
    if number is None:
        raise NoSuchField
    return _identifier(patient, number.pk)


def _relation(patient: Patient, row: int) -> Revealed:
    relation = Relation.objects.filter(patient=patient, pk=row).first()
    if relation is None:
        raise NoSuchField
    return Revealed(relation.phone, masking.mask_phone(relation.phone), patient.may_be_contacted)


_READERS = {
    "name": _name,
    "address": _address,
    "mrn": _mrn,
    "phone": _phone,
    "identity": _identity,
    "identifier": _identifier,
    "relation": _relation,
}


def masked_identity(sealed: str) -> str:
    """A sealed identity number as everybody sees it; stars alone where its key is gone, so that the record still
    opens.
    """
    try:
        return masking.mask_identity(decrypt(sealed))
    except CannotDecrypt:
        return UNREADABLE


def full_number(identifier: Identifier) -> str:
    """The number itself; decrypted where it is kept encrypted."""
    return decrypt(identifier.value_encrypted) if identifier.is_secret else identifier.value


def masked_number(identifier: Identifier) -> str:
    """The number as everybody sees it."""
    if identifier.is_secret:
        return masked_identity(identifier.value_encrypted)
    return masking.mask_number(identifier.value)
