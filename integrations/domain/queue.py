"""Messages that were set aside or wait: looked at without clinical text, corrected, applied again, left aside."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import log_access, record
from hospital_crm.crypto import encrypt_bytes
from integrations.domain.errors import ImportRefused
from integrations.domain.receiving import apply_again
from integrations.models import Feed, InboundRecord
from integrations.readers.correcting import CannotCorrect, ShownField
from integrations.readers.fhir import correcting as fhir
from integrations.readers.fhir.bundle import NotFhir
from integrations.readers.hl7 import correcting as hl7
from integrations.readers.hl7.message import NotAMessage
from patients.domain import masking


def _mask_reference(text: str) -> str:
    """The kind of what is meant stays; names within the message tell nobody anything."""
    if text.startswith("urn:uuid:"):
        return text
    before, sign, number = text.rpartition("/")
    return before + sign + masking.mask_any_number(number)


_MASKS: dict[str, Callable[[str], str]] = {
    "name": masking.mask_name,
    "number": masking.mask_any_number,
    "birth_date": lambda text: f"{text[:4]}-**" if text else "",
    "reference": _mask_reference,
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a message on a page, masked where it tells who it is about (`is_masked`)."""

    name: str
    label: object
    value: str
    is_masked: bool


def open_message(message: InboundRecord, *, actor: Actor) -> list[Field]:
    """What the message says of who and what visit it is about, masked, also where it is corrected.

    Looking is logged: on each person whom it names, where any is known, else on the message. Of somebody erased
    nothing is left.
    """
    named = message.people or ([message.patient_id] if message.patient_id else [])
    for person_id in named:
        log_access(actor, "view", [person_id], page="feed_queue")
    if not named:
        record("integrations.message.look", message, actor=actor)
    return [
        Field(one.name, one.label, _masked(one, message.feed.kind), one.holds in _MASKS) for one in _fields(message)
    ]


def _fields(message: InboundRecord) -> list[ShownField]:
    if message.is_emptied:
        return []
    try:
        if message.feed.kind == Feed.Kind.FHIR:
            return fhir.shown_fields(message.message)
        return hl7.shown_fields(message.message, message.feed.settings.get("charset", ""))
    except (NotAMessage, NotFhir):
        return []


def _corrected(message: InboundRecord, changes: dict[str, str]) -> bytes:
    if message.feed.kind == Feed.Kind.FHIR:
        return fhir.corrected(message.message, changes)
    return hl7.corrected(message.message, changes, message.feed.settings.get("charset", ""))


def _masked(one: ShownField, kind: str) -> str:
    """In HL7 component by component, so that the kind of a number stays readable."""
    mask = _MASKS.get(one.holds)
    if mask is None or not one.value:
        return one.value
    if kind == Feed.Kind.FHIR:
        return mask(one.value)
    return "~".join(_masked_part(part.split("^"), one.holds, mask) for part in one.value.split("~"))


def _masked_part(parts: list[str], holds: str, mask: Callable[[str], str]) -> str:
    """Every component of a name is masked; of a number only the number itself."""
    masked = parts if holds == "name" else parts[:1]
    return "^".join([*(mask(part) if part else "" for part in masked), *parts[len(masked) :]])


@transaction.atomic
def correct(message: InboundRecord, values: Mapping[str, str], *, actor: Actor, now: dt.datetime) -> InboundRecord:
    """The message is applied again with these fields corrected; what came stays as it came.

    A masked field for which nothing is typed stays as it is. Refused for a message that is neither set aside nor
    waiting, for a value that would break it, and where nothing changes.
    """
    message = _held(message)
    changes = _changes(message, values)
    if not changes:
        raise ImportRefused(_("Nothing was changed."))
    try:
        text = _corrected(message, changes)
    except CannotCorrect as error:
        raise ImportRefused(_("This value cannot stand in %(field)s.") % {"field": error}) from error
    message.corrected = encrypt_bytes(text)
    message.settled_by, message.settled_at = actor.staff, now
    message.save(update_fields=["corrected", "settled_by", "settled_at"])
    apply_again(InboundRecord.objects.filter(pk=message.pk))
    record("integrations.message.correct", message, actor=actor, fields=sorted(changes))
    return message


def _changes(message: InboundRecord, values: Mapping[str, str]) -> dict[str, str]:
    """What was typed and differs, by field."""
    said = [(one, values[one.name]) for one in _fields(message) if one.name in values]
    return {one.name: value for one, value in said if value != one.value and (value or one.holds not in _MASKS)}


@transaction.atomic
def again(message: InboundRecord, *, actor: Actor) -> InboundRecord:
    """The message is applied again as it is, because what it lacked is there now."""
    message = _held(message)
    apply_again(InboundRecord.objects.filter(pk=message.pk))
    record("integrations.message.again", message, actor=actor)
    return message


@transaction.atomic
def leave(message: InboundRecord, *, note: str, actor: Actor, now: dt.datetime) -> InboundRecord:
    """The message is not applied, for a reason that is written down. Refused without one."""
    message = _held(message)
    if not note.strip():
        raise ImportRefused(_("A reason is needed."))
    before = {"state": message.state, "reason": message.reason}
    message.state, message.reason, message.note = InboundRecord.State.IGNORED, "by_hand", note.strip()[:200]
    message.settled_by, message.settled_at = actor.staff, now
    message.save(update_fields=["state", "reason", "note", "settled_by", "settled_at"])
    record("integrations.message.leave", message, actor=actor, before=before, note=message.note)
    return message


def _held(message: InboundRecord) -> InboundRecord:
    held: Any = InboundRecord.objects.select_for_update(of=("self",)).select_related("feed").get(pk=message.pk)
    if held.state not in InboundRecord.PROBLEMS:
        raise ImportRefused(_("This message does not wait for anybody any more."))
    return held
