"""What patients itself tells on the timeline: stays and visits, notes, tasks, files, stops of contact, death."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Coalesce
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actors import Actor
from patients.domain.codes import fill_names
from patients.domain.field_rules import Reader, reader_of
from patients.domain.seldom import seldom_of
from patients.domain.visibility import may_read_clinical
from patients.models import Attachment, Audience, Encounter, Patient, PatientNote, PersonTask
from patients.models.notes import result_words
from patients.registry import Span, TimelineEntry

_MOST = 60
_BESIDE = 10
_WRITTEN = ("at", "what", "id", "text", "detail", "kind", "audience", "by", "author", "file")


def stays(patient: Patient, actor: Actor, now: dt.datetime, span: Span) -> Iterator[TimelineEntry]:
    """Admission and discharge of each stay, and every visit; diagnosis and instructions only for those who may read
    them. Each leads to what the HIS said of it.
    """
    clinical, shown = may_read_clinical(actor, patient), _stays_within(patient, span)
    if clinical:
        fill_names(shown, code="diagnosis_code", text="diagnosis_text")
    for stay in shown:
        yield _end_of_stay(stay, clinical)
        if stay.kind == Encounter.Kind.INPATIENT and stay.discharged_on != stay.admitted_on and stay.discharged_on:
            yield TimelineEntry(
                at=stay.admitted_on,
                title=_("Admitted"),
                text=_place(stay),
                by=stay.get_source_display(),
                url=_stay_url(stay),
            )


def latest_stays(patient: Patient) -> list[Encounter]:
    """Stays and visits that were not cancelled, newest first, with department, ward and attending. Read once per
    request.
    """
    if not hasattr(patient, "_latest_stays"):
        patient._latest_stays = list(_stays_of(patient)[:_MOST])  # type: ignore[attr-defined]
    return patient._latest_stays  # type: ignore[attr-defined]


def _stays_of(patient: Patient) -> QuerySet[Encounter]:
    rows = Encounter.objects.valid().filter(patient=patient).select_related("department", "ward", "attending")
    return rows.order_by("-admitted_on", "-id")


def _stays_within(patient: Patient, span: Span) -> list[Encounter]:
    """Stays of which something may lie within. Some stays end after others that began later, so a few more are read
    than can be shown.
    """
    if span.until is None and span.limit <= _MOST:
        return latest_stays(patient)
    rows = _stays_of(patient)
    if span.until is not None:
        rows = rows.filter(admitted_on__lte=span.until.date())
    return list(rows[: span.limit + _BESIDE])


def _end_of_stay(stay: Encounter, clinical: bool) -> TimelineEntry:
    title = stay.get_kind_display()
    parts = [_place(stay)]
    if stay.kind == Encounter.Kind.INPATIENT:
        title = _("Discharged") if stay.discharged_on else _("In the house")
        if stay.is_death:
            title = _("Died in hospital")
        if stay.nights is not None:
            parts.append(ngettext("%(n)s night", "%(n)s nights", stay.nights) % {"n": stay.nights})
        if stay.discharged_on and not stay.is_death and stay.disposition != Encounter.Disposition.UNKNOWN:
            parts.append(stay.get_disposition_display())
    if clinical and stay.diagnosis_text:
        parts.insert(1, stay.diagnosis_text)
    return TimelineEntry(
        at=stay.discharged_on or stay.admitted_on,
        title=title,
        text=_(", ").join(filter(None, parts)),
        detail=stay.discharge_instructions if clinical else "",
        by=stay.get_source_display(),
        url=_stay_url(stay),
    )


def _stay_url(stay: Encounter) -> Any:
    return reverse_lazy("patients:stay", args=[stay.public_id])


def _place(stay: Encounter) -> str:
    names = [stay.department.name if stay.department else "", stay.ward.name if stay.ward else ""]
    attending = stay.attending.name if stay.attending else stay.attending_name
    return _(", ").join(filter(None, [*names, attending]))


def notes(patient: Patient, actor: Actor, now: dt.datetime, span: Span) -> Iterator[TimelineEntry]:
    """Free notes that the actor may read; their own for everybody."""
    kinds = dict(PatientNote.Kind.choices)
    for row in _written(patient, actor, span):
        if row["what"] == "note":
            badge = kinds[row["kind"]] if row["kind"] != PatientNote.Kind.GENERAL else ""
            yield TimelineEntry(at=row["at"], title=_("Note"), text=row["text"], by=row["by"] or "", badge=badge)


def tasks(patient: Patient, actor: Actor, now: dt.datetime, span: Span) -> Iterator[TimelineEntry]:
    """Tasks: where they were given, and once closed where they were closed."""
    states = dict(PersonTask.State.choices)
    for row in _written(patient, actor, span):
        if row["what"] == "task":
            yield TimelineEntry(
                at=row["at"],
                title=row["text"],
                text=result_words(row["detail"]),
                by=row["by"] or "",
                badge=states[row["kind"]],
            )


def files(patient: Patient, actor: Actor, now: dt.datetime, span: Span) -> Iterator[TimelineEntry]:
    """Files that were attached and that the actor may read."""
    kinds = dict(Attachment.Kind.choices)
    for row in _written(patient, actor, span):
        if row["what"] == "file":
            yield TimelineEntry(
                at=row["at"],
                title=kinds[row["kind"]],
                text=row["text"],
                detail=row["detail"],
                by=row["by"] or "",
                url=reverse_lazy("patients:file", args=[row["file"]]),
            )


def endings(patient: Patient, actor: Actor, now: dt.datetime) -> Iterator[TimelineEntry]:
    """Stops of contact and their lifting, a reported and a confirmed death."""
    for stop in seldom_of(patient)["stops"]:
        yield TimelineEntry(
            at=stop.recorded_at,
            title=_("Contact stopped"),
            text=stop.get_words_display(),
            detail=stop.proof,
            by=_name(stop.recorded_by),
        )
        if stop.lifted_at:
            yield TimelineEntry(
                at=stop.lifted_at, title=_("Contact resumed"), text=stop.lift_reason, by=_name(stop.lifted_by)
            )
    yield from _death(patient)


def open_stop(patient: Patient) -> dict[str, Any] | None:
    """The stop of contact that stands: at, by, text (the words), proof, who asked (`asked_by` in words); None
    without.
    """
    if patient.contact_state != Patient.ContactState.STOPPED:
        return None
    stop = next((row for row in seldom_of(patient)["stops"] if not row.lifted_at), None)
    return stop and {
        "at": stop.recorded_at,
        "by": stop.recorded_by and stop.recorded_by.name,
        "text": stop.get_words_display(),
        "proof": stop.proof,
        "asked_by": stop.get_asked_by_display(),
    }


def _name(staff: Any) -> str:
    return staff.name if staff else ""


def _written(patient: Patient, actor: Actor, span: Span) -> list[dict[str, Any]]:
    """Notes, tasks and files that the actor may read, newest first, in one query for the three sources."""
    known = vars(patient).setdefault("_written", {})
    if span not in known:
        reader = reader_of(actor, patient)
        parts = [_notes_within(patient, reader, span), _files_within(patient, reader, span)]
        parts += [_tasks_within(patient, span)] if reader.care else []
        rows = parts[0].union(*parts[1:], all=True).order_by("-at", "what", "-id")
        known[span] = [dict(zip(_WRITTEN, row, strict=True)) for row in rows]
    return known[span]


_NOTHING = Value("", CharField())
_NO_FILE = Value(None, UUIDField())


def _notes_within(patient: Patient, reader: Reader, span: Span) -> QuerySet:
    readable = Q(author=reader.staff_id) | Q(audience__in=reader.audiences)
    rows = PatientNote.objects.filter(readable, patient=patient, withdrawn_at__isnull=True)
    rows = rows.annotate(at=F("noted_at"), what=Value("note"))
    return span.narrowed(rows, "at").values_list(
        "at", "what", "id", "text", _NOTHING, "kind", "audience", "author__name", "author_id", _NO_FILE
    )


def _files_within(patient: Patient, reader: Reader, span: Span) -> QuerySet:
    readable = Q(uploaded_by=reader.staff_id) | Q(audience__in=reader.audiences)
    rows = Attachment.objects.filter(readable, patient=patient).annotate(at=F("uploaded_at"), what=Value("file"))
    return span.narrowed(rows, "at").values_list(
        *("at", "what", "id", "title", "remark", "kind", "audience"),
        *("uploaded_by__name", "uploaded_by_id", "public_id"),
    )


def _tasks_within(patient: Patient, span: Span) -> QuerySet:
    moment = Coalesce("closed_at", "given_at")
    rows = PersonTask.objects.filter(patient=patient).annotate(at=moment, what=Value("task"))
    return span.narrowed(rows, "at").values_list(
        *("at", "what", "id", "title", "result", "state", Value(Audience.CARE.value)),
        *("assignee__name", "assignee_id", _NO_FILE),
    )


def _death(patient: Patient) -> Iterator[TimelineEntry]:
    at = patient.death_reported_at or patient.deceased_on
    if not patient.is_deceased or not at:
        return
    source, reporter = patient.get_deceased_source_display(), patient.death_reported_by or "HIS"
    yield TimelineEntry(at=at, title=_("Death reported"), text=source, by=reporter)
    if patient.death_confirmed_at:
        yield TimelineEntry(
            at=patient.death_confirmed_at, title=_("Death confirmed"), by=patient.death_confirmed_by or ""
        )
