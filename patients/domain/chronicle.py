"""What patients itself tells on the timeline: stays and visits, notes, stops of contact, death."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import CharField, DateTimeField, Value
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actors import Actor
from patients.domain.visibility import may_read_clinical
from patients.models import ContactStop, Encounter, Patient, PatientNote
from patients.registry import TimelineEntry

_MOST = 60
_REMARK = ("at", "what", "text", "proof", "by", "asked", "ended", "ended_by", "reason", "author")


def stays(patient: Patient, actor: Actor, now: dt.datetime) -> Iterator[TimelineEntry]:
    """Admission and discharge of each stay, and every visit; diagnosis and instructions only for those who may read
    them.
    """
    clinical = may_read_clinical(actor, patient)
    for stay in latest_stays(patient)[:_MOST]:
        yield _end_of_stay(stay, clinical)
        if stay.kind == Encounter.Kind.INPATIENT and stay.discharged_on != stay.admitted_on and stay.discharged_on:
            yield TimelineEntry(at=stay.admitted_on, title=_("Admitted"), text=_place(stay), by=_source(stay))


def latest_stays(patient: Patient) -> list[Encounter]:
    """Stays and visits that were not cancelled, newest first, with department, ward and attending. Read once per
    request.
    """
    if not hasattr(patient, "_latest_stays"):
        rows = Encounter.objects.valid().filter(patient=patient).select_related("department", "ward", "attending")
        patient._latest_stays = list(rows.order_by("-admitted_on", "-id")[:_MOST])  # type: ignore[attr-defined]
    return patient._latest_stays  # type: ignore[attr-defined]


def _end_of_stay(stay: Encounter, clinical: bool) -> TimelineEntry:
    title = stay.get_kind_display()
    parts = [_place(stay)]
    if stay.kind == Encounter.Kind.INPATIENT:
        title = _("Discharged") if stay.discharged_on else _("In the house")
        if stay.is_death:
            title = _("Died in hospital")
        if stay.nights is not None:
            parts.append(ngettext("%(n)s night", "%(n)s nights", stay.nights) % {"n": stay.nights})
        if stay.discharged_on and not stay.is_death:
            parts.append(stay.get_disposition_display())
    if clinical and stay.diagnosis_text:
        parts.insert(1, stay.diagnosis_text)
    return TimelineEntry(
        at=stay.discharged_on or stay.admitted_on,
        title=title,
        text=_(", ").join(filter(None, parts)),
        detail=stay.discharge_instructions if clinical else "",
        by=_source(stay),
    )


def _place(stay: Encounter) -> str:
    names = [stay.department.name if stay.department else "", stay.ward.name if stay.ward else ""]
    attending = stay.attending.name if stay.attending else stay.attending_name
    return _(", ").join(filter(None, [*names, attending]))


def _source(stay: Encounter) -> str:
    return "HIS" if stay.source == "his" else stay.source


def notes(patient: Patient, actor: Actor, now: dt.datetime) -> Iterator[TimelineEntry]:
    """Free notes: for those who may read clinical text; their own for everybody."""
    clinical = may_read_clinical(actor, patient)
    for row in _remarks(patient):
        if row["what"] == "note" and (clinical or row["author"] == actor.staff.pk):
            yield TimelineEntry(at=row["at"], title=_("Note"), text=row["text"], by=row["by"] or "")


def endings(patient: Patient, actor: Actor, now: dt.datetime) -> Iterator[TimelineEntry]:
    """Stops of contact and their lifting, a reported and a confirmed death."""
    for row in _remarks(patient):
        if row["what"] == "note":
            continue
        yield TimelineEntry(
            at=row["at"], title=_("Contact stopped"), text=row["text"], detail=row["proof"], by=row["by"] or ""
        )
        if row["ended"]:
            yield TimelineEntry(
                at=row["ended"], title=_("Contact resumed"), text=row["reason"], by=row["ended_by"] or ""
            )
    yield from _death(patient)


def open_stop(patient: Patient) -> dict[str, Any] | None:
    """The stop of contact that stands: at, by, text (the words), proof, who asked (`asked_by` in words); None
    without.
    """
    if patient.contact_state != Patient.ContactState.STOPPED:
        return None
    stops = (row for row in _remarks(patient) if row["what"] == "stop" and not row["ended"])
    return next(({**row, "asked_by": ContactStop.AskedBy(row["asked"]).label} for row in stops), None)


def _remarks(patient: Patient) -> list[dict[str, Any]]:
    """Notes and stops of contact, newest first, in one query and once per request."""
    if not hasattr(patient, "_remarks"):
        stops = ContactStop.objects.filter(patient=patient).values_list(
            "recorded_at", Value("stop"), "words", "proof", "recorded_by__name",
            "asked_by", "lifted_at", "lifted_by__name", "lift_reason", "recorded_by_id",
        )  # fmt: skip
        none = Value("", CharField())
        free = PatientNote.objects.filter(patient=patient).values_list(
            "noted_at", Value("note"), "text", none, "author__name",
            none, Value(None, DateTimeField()), none, none, "author_id",
        )  # fmt: skip
        rows = stops.union(free, all=True).order_by("-recorded_at")[:_MOST]
        patient._remarks = [dict(zip(_REMARK, row, strict=True)) for row in rows]  # type: ignore[attr-defined]
    return patient._remarks  # type: ignore[attr-defined]


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
