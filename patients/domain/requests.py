"""Requests about one's own data: registered with their deadline, worked on, prepared, let go out by a second person.

A copy and an explanation are a sealed file; a correction goes through the record's own change; a deletion erases. The
deadline counts working days of the hospital. Whoever prepared an answer never lets it go out.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import log_access, record
from accounts.calendar import WorkingCalendar, today
from accounts.domain.numbers import draw_number
from accounts.models import HospitalSettings, NumberSeries, StaffMember, StaffRole
from patients.domain import erasing, people, reach, subject_copy
from patients.domain.names import bare_name_key
from patients.models import Patient, PrivacyRequest, Relation
from patients.models.requests import PrivacyCopy

WORK, APPROVE = "privacy.requests", "privacy.approve"
LONGEST_AGO, RESEAL_FOR = dt.timedelta(days=366), dt.timedelta(days=30)
State = PrivacyRequest.State
CHILD_UNTIL = 14
CORRECTABLE = (
    *("name", "sex", "birth_date", "address", "education", "marital_status", "occupation", "hobbies"),
    *("insurance_type", "preferred_channel", "preferred_hours", "preferred_language"),
)


class RequestError(Exception):
    """Refused, with a sentence for whoever asked; `field`: the value it is about, where it is one."""

    def __init__(self, words: str, field: str = "") -> None:
        super().__init__(words)
        self.field = field


@dataclass(frozen=True)
class Answered:
    """What came of letting an answer go out; `passphrase` opens the file and is told this once."""

    request: PrivacyRequest
    passphrase: str = ""


def workers() -> QuerySet[StaffMember]:
    """The active staff who may work on requests, by name."""
    held = StaffRole.objects.filter(role__capabilities__contains=[WORK]).values("staff_id")
    return StaffMember.objects.filter(pk__in=held, is_active=True).order_by("name")


@transaction.atomic
def register(
    patient: Patient,
    *,
    kind: str,
    words: str,
    asked_by: str,
    identity_check: str,
    received_on: dt.date,
    asker_name: str = "",
    asker_relation: str = "",
    proof: str = "",
    actor: Actor,
    now: dt.datetime,
) -> PrivacyRequest:
    """A request came in; its deadline is set.

    Refuses: no right, an erased record, a day in the future or more than a year ago, nothing that is asked for, and a
    guardian or entrusted person without a name and a proof, and a guardian without a word how related. Of a registered
    guardian that is known.
    """
    _may(actor, WORK)
    patient = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    speaks_for = asked_by != PrivacyRequest.AskedBy.SELF
    _refuse_what_is_no_request(
        patient, words, received_on, not speaks_for or (asker_name.strip() and proof.strip()), now
    )
    relation = asker_relation.strip()
    if asked_by == PrivacyRequest.AskedBy.GUARDIAN and not relation:
        known = _of_that_name(_guardians(patient), asker_name)
        relation = known[0].kind if known else ""
        if not relation:
            raise RequestError(_("A guardian says how related to the person."), "asker_relation")
    request = PrivacyRequest.objects.create(
        patient=patient,
        serial=draw_number(NumberSeries.Register.REQUESTS),
        kind=kind,
        words=words.strip(),
        asked_by=asked_by,
        asker_name=asker_name.strip() if speaks_for else "",
        asker_relation=relation if speaks_for else "",
        proof=proof.strip() if speaks_for else "",
        identity_check=identity_check,
        received_on=received_on,
        due_on=WorkingCalendar.of_hospital().add_working_days(received_on, _days()),
        registered_by=actor.staff,
        registered_at=now,
    )
    after = {"kind": kind, "asked_by": asked_by, "received_on": str(received_on), "due_on": str(request.due_on)}
    record("patients.request.register", request, actor=actor, after=after, patient=patient.pk)
    return request


def _guardians(patient: Patient) -> list[Relation]:
    """Registered guardians, also former ones, the youngest entry first."""
    return list(Relation.objects.filter(patient=patient, is_guardian=True).order_by("-pk"))


def _of_that_name(guardians: list[Relation], name: str) -> list[Relation]:
    """Those who are called so, however it is written."""
    return [one for one in guardians if bare_name_key(one.name) == bare_name_key(name)]


def may_be_handed_out(request: PrivacyRequest, *, on: dt.date) -> bool:
    """Whether who asked may be answered on that day. A guardian only while registered as such; on the proof alone for a
    child under 14 of whom nobody was ever registered.
    """
    if request.asked_by != PrivacyRequest.AskedBy.GUARDIAN:
        return True
    if registered := _guardians(request.patient):
        return any(one.holds_on(on) for one in _of_that_name(registered, request.asker_name))
    age = request.patient.age_on(on)
    return age is not None and age < CHILD_UNTIL


def _refuse_former_guardian(request: PrivacyRequest, now: dt.datetime) -> None:
    if not may_be_handed_out(request, on=today(now=now)):
        raise RequestError(
            _(
                "Who asked is no registered guardian at present. The proof alone counts only for a child under 14 "
                "without any registered guardian: nothing goes out."
            )
        )


def _refuse_what_is_no_request(
    patient: Patient, words: str, received_on: dt.date, is_proven: object, now: dt.datetime
) -> None:
    if patient.contact_state == Patient.ContactState.ERASED:
        raise RequestError(_("This record has been erased."))
    if not today(now=now) - LONGEST_AGO <= received_on <= today(now=now):
        raise RequestError(_("The day of receipt lies in the future or more than a year back."), "received_on")
    if not words.strip():
        raise RequestError(_("Say what is asked for."), "words")
    if not is_proven:
        raise RequestError(_("Who speaks for another gives a name and a proof."))


@transaction.atomic
def assign(request: PrivacyRequest, *, assignee: StaffMember, actor: Actor, now: dt.datetime) -> PrivacyRequest:
    """Somebody works on it from now on. Refused for who may not, and once it waits for the second person."""
    request = _held(request, actor, WORK, State.RECEIVED, State.IN_WORK)
    if not workers().filter(pk=assignee.pk).exists():
        raise RequestError(_("%(name)s does not work on such requests.") % {"name": assignee.name})
    request.assignee, request.state = assignee, State.IN_WORK
    request.save(update_fields=["assignee", "state"])
    record("patients.request.assign", request, actor=actor, to=assignee.pk)
    return request


@transaction.atomic
def extend(request: PrivacyRequest, *, reason: str, actor: Actor, now: dt.datetime) -> PrivacyRequest:
    """The deadline moves by as many working days again, once, for a reason."""
    request = _held(request, actor, WORK, State.RECEIVED, State.IN_WORK, State.WAITING)
    if request.extended_at is not None:
        raise RequestError(_("The deadline was extended once already."))
    if not reason.strip():
        raise RequestError(_("A reason is needed."))
    before = request.due_on
    request.due_on = WorkingCalendar.of_hospital().add_working_days(before, _days())
    request.extended_at, request.extension_reason = now, reason.strip()
    request.save(update_fields=["due_on", "extended_at", "extension_reason"])
    dates = {"before": {"due_on": str(before)}, "after": {"due_on": str(request.due_on)}}
    record("patients.request.extend", request, actor=actor, **dates)
    return request


@transaction.atomic
def prepare(
    request: PrivacyRequest,
    *,
    answer: str,
    language: str = "",
    changes: Mapping[str, Any] | None = None,
    actor: Actor,
    now: dt.datetime,
) -> PrivacyRequest:
    """What is to be answered; it waits for a second person.

    Refuses: somebody other than who works on it, nothing to tell the person, fields that a correction may not touch
    because another system keeps them, and a correction that changes nothing.
    """
    request = _held(request, actor, WORK, State.IN_WORK)
    if request.assignee_id != actor.staff.pk:
        raise RequestError(_("Only who works on the request prepares the answer."))
    if not answer.strip():
        raise RequestError(_("Say what the person is told."))
    said = dict(changes or {}) if request.kind == PrivacyRequest.Kind.CORRECT else {}
    if set(said) - set(correctable(request.patient)):
        raise RequestError(_("Another system keeps these fields; they are corrected there."))
    if request.kind == PrivacyRequest.Kind.CORRECT and not _differs(request.patient, said):
        raise RequestError(_("Say which field is wrong and what is right: this changes nothing."))
    request.answer, request.language, request.changes = answer.strip(), language, said
    request.state, request.prepared_by, request.prepared_at = State.WAITING, actor.staff, now
    request.return_note = ""
    request.save()
    record("patients.request.prepare", request, actor=actor, fields=sorted(said))
    return request


def _differs(patient: Patient, changes: Mapping[str, Any]) -> bool:
    return any(getattr(patient, name) != value for name, value in _read(changes).items())


def correctable(patient: Patient) -> list[str]:
    """The fields that a correction may change here."""
    allowed = people.editable_fields(patient, clinical=False)
    return [name for name in CORRECTABLE if name in allowed]


def let_out(request: PrivacyRequest, *, actor: Actor, now: dt.datetime) -> Answered:
    """The second person agrees: the file is made, the correction or the deletion is carried out.

    Refuses: who may not, who prepared it, one that does not wait, an erased record, a guardian who is none any more,
    and whatever the record itself refuses.
    """
    try:
        with transaction.atomic():
            return _let_out(request, actor, now)
    except (erasing.EraseError, reach.RecordError) as refusal:
        raise RequestError(str(refusal)) from refusal


def _let_out(request: PrivacyRequest, actor: Actor, now: dt.datetime) -> Answered:
    list(Patient.objects.select_for_update().filter(pk=request.patient_id))
    request = _held(request, actor, APPROVE, State.WAITING)
    _is_second(request, actor)
    _refuse_former_guardian(request, now)
    if request.patient.contact_state == Patient.ContactState.ERASED:
        raise RequestError(_("This record has been erased."))
    request.state, request.approved_by, request.ended_at = State.ANSWERED, actor.staff, now
    request.save(update_fields=["state", "approved_by", "ended_at"])
    record("patients.request.answer", request, actor=actor, kind=request.kind)
    passphrase = ""
    if request.makes_file:
        passphrase = subject_copy.make(request, actor=actor, now=now)
    elif request.kind == PrivacyRequest.Kind.DELETE:
        erasing.erase(
            request.patient, reason=_("privacy request %(number)s") % {"number": request}, actor=actor, now=now
        )
    elif request.changes:
        people.change_person(request.patient, values_of(request), actor=actor)
    return Answered(request, passphrase)


def values_of(request: PrivacyRequest) -> dict[str, Any]:
    """The corrected fields as the record keeps them."""
    return _read(request.changes)


def _read(changes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: Patient._meta.get_field(name).to_python(value) for name, value in changes.items()}  # type: ignore[union-attr]


def may_be_resealed(request: PrivacyRequest, *, now: dt.datetime) -> bool:
    """Whether the file may be made anew: within thirty days after the answer."""
    if request.state != State.ANSWERED or not request.makes_file or request.ended_at is None:
        return False
    return now - request.ended_at <= RESEAL_FOR


@transaction.atomic
def reseal(request: PrivacyRequest, *, actor: Actor, now: dt.datetime) -> Answered:
    """The file anew, with another passphrase, where the first was lost or has expired. The former file goes.

    Refuses: who may not, who prepared the answer, a request without a file, an erased record, a guardian who is none
    any more, and more than thirty days after the answer.
    """
    request = _held(request, actor, APPROVE, State.ANSWERED)
    _is_second(request, actor)
    if not request.makes_file or request.patient.contact_state == Patient.ContactState.ERASED:
        raise RequestError(_("There is no file to make."))
    if not may_be_resealed(request, now=now):
        raise RequestError(_("The file is made anew within 30 days after the answer. Register a new request."))
    _refuse_former_guardian(request, now)
    passphrase = subject_copy.make(request, actor=actor, now=now)
    record("patients.request.reseal", request, actor=actor)
    return Answered(request, passphrase)


@transaction.atomic
def send_back(request: PrivacyRequest, *, note: str, actor: Actor, now: dt.datetime) -> PrivacyRequest:
    """The second person does not agree, and says why; the work goes on."""
    request = _held(request, actor, APPROVE, State.WAITING)
    _is_second(request, actor)
    if not note.strip():
        raise RequestError(_("Say why it goes back."))
    request.state, request.return_note = State.IN_WORK, note.strip()
    request.save(update_fields=["state", "return_note"])
    record("patients.request.return", request, actor=actor)
    return request


@transaction.atomic
def refuse(request: PrivacyRequest, *, refusal: str, answer: str, actor: Actor, now: dt.datetime) -> PrivacyRequest:
    """Not granted, for a reason that the law knows, which the person is told."""
    request = _held(request, actor, WORK, State.IN_WORK, State.WAITING)
    if refusal not in PrivacyRequest.Refusal.values or not answer.strip():
        raise RequestError(_("Choose the lawful reason and say what the person is told."))
    request.state, request.refusal, request.answer = State.REFUSED, refusal, answer.strip()
    request.ended_at = now
    request.save(update_fields=["state", "refusal", "answer", "ended_at"])
    record("patients.request.refuse", request, actor=actor, refusal=refusal)
    return request


@transaction.atomic
def withdraw(request: PrivacyRequest, *, reason: str, actor: Actor, now: dt.datetime) -> PrivacyRequest:
    """The person does not want it any more."""
    request = _held(request, actor, WORK, State.RECEIVED, State.IN_WORK, State.WAITING)
    if not reason.strip():
        raise RequestError(_("A reason is needed."))
    request.state, request.answer, request.ended_at = State.WITHDRAWN, reason.strip(), now
    request.save(update_fields=["state", "answer", "ended_at"])
    record("patients.request.withdraw", request, actor=actor)
    return request


def close_of_erased(patient: Patient, *, now: dt.datetime) -> None:
    """The record is erased: what the person still asks for cannot be answered any more."""
    for request in PrivacyRequest.objects.open().select_for_update(of=("self",)).filter(patient=patient).order_by("pk"):
        request.state, request.ended_at = State.WITHDRAWN, now
        request.save(update_fields=["state", "ended_at"])
        record("patients.request.withdraw", request, actor=None)


def file_of(request: PrivacyRequest, *, now: dt.datetime) -> PrivacyCopy | None:
    """The file that may be fetched; None where none was made or it has expired."""
    return PrivacyCopy.objects.filter(request=request, expires_at__gt=now).order_by("-pk").first()


@transaction.atomic
def fetch(request: PrivacyRequest, *, actor: Actor, now: dt.datetime) -> PrivacyCopy:
    """The file, to be handed to the person; one row of the access log, one event.

    Refuses: who may not, a file that is not there any more, who was told its passphrase, and a guardian who is none any
    more.
    """
    _may(actor, WORK)
    copy = file_of(request, now=now)
    if copy is None:
        raise RequestError(_("There is no file, or it has expired."))
    if copy.sealed_by_id == actor.staff.pk:
        raise RequestError(_("Whoever was told the passphrase does not fetch the file."))
    _refuse_former_guardian(request, now)
    copy.fetched_at = now
    copy.save(update_fields=["fetched_at"])
    log_access(actor, "export", [request.patient_id], purpose=request.number, page="request-file")
    record("patients.request.fetch", request, actor=actor)
    return copy


def _may(actor: Actor, capability: str) -> None:
    if not actor.can(capability):
        raise RequestError(_("Your role does not allow this."))


def _held(request: PrivacyRequest, actor: Actor, capability: str, *states: str) -> PrivacyRequest:
    """The request, locked, in one of these states."""
    _may(actor, capability)
    request = PrivacyRequest.objects.select_for_update(of=("self",)).select_related("patient").get(pk=request.pk)
    if request.state not in states:
        raise RequestError(_("The request is not in a state for this any more. Look again."))
    return request


def _is_second(request: PrivacyRequest, actor: Actor) -> None:
    if request.prepared_by_id == actor.staff.pk:
        raise RequestError(_("Whoever prepared the answer does not let it go out."))


def _days() -> int:
    return HospitalSettings.objects.values_list("privacy_days", flat=True).get()
