"""What patients itself gives a person of the own data. Of the family stands there what the person or the family has
told, with masked telephones: a number of somebody else is that person's own.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts import trail_words, unions
from accounts.models import AccessLog, Export, StaffMember
from accounts.roles import SHIPPED_ROLES
from hospital_crm.crypto import CannotDecrypt
from patients import facts
from patients.domain import masking
from patients.domain.codes import fill_names
from patients.domain.label_reading import labels_of
from patients.domain.segments import words
from patients.domain.segments.keeping import purpose_of, rule_of, title_of
from patients.domain.unmasking import UNREADABLE, full_number
from patients.models import Encounter, Identifier, Patient, SegmentMember
from patients.models.label_words import Axis, value_word
from patients.subject_file import Entry, Part, entry_of, leave_out, register

SEEN_MOST = 5000
_RECORD = (
    *("name", "kind", "category", "sex", "birth_date", "address", "region", "education", "marital_status"),
    *("occupation", "hobbies", "insurance_type", "source", "preferred_channel", "preferred_hours"),
    *("preferred_language", "allergies", "chronic_diseases", "past_history", "family_history", "current_medicines"),
    *("habits", "last_visit_on", "last_department", "disease_group", "last_diagnosis_text", "care_tier"),
    *("contact_state", "deceased_on", "created_at"),
)
_STAY = (
    *(
        "kind",
        "visit_number",
        "admitted_on",
        "discharged_on",
        "department",
        "ward",
        "bed",
        "attending_name",
        "nurse_name",
    ),
    *("diagnosis_code", "diagnosis_text", "disposition", "outcome", "surgery_level", "icu", "critical", "fees"),
    *("discharge_instructions", "revisit_on", "is_cancelled", "source", "source_at"),
)
_SEEN_KINDS = ("view", "dial", "unmask", "print", "export")


def connect() -> None:
    """Called once by the app's `wiring`."""
    register(Part("record", gettext_lazy("My record"), _record, order=10))
    register(Part("numbers", gettext_lazy("Papers and numbers"), _numbers, ("patients.Identifier.patient",), 12))
    register(Part("contacts", gettext_lazy("Contact points"), _contacts, ("patients.ContactPoint.patient",), 14))
    register(Part("family", gettext_lazy("Family"), _family, ("patients.Relation.patient",), 16))
    register(Part("stays", gettext_lazy("Stays and visits"), _stays, ("patients.Encounter.patient",), 20))
    register(Part("labels", gettext_lazy("Groups and stages"), _labels, ("patients.PersonLabel.patient",), 40, True))
    segments = ("patients.SegmentMember.patient",)
    register(Part("segments", gettext_lazy("Segments"), _segments, segments, 42, True))
    register(Part("tags", gettext_lazy("Tags"), _tags, ("patients.PatientTag.patient",), 44, True))
    register(Part("consents", gettext_lazy("Consents"), _consents, _CONSENTS, 50))
    register(Part("stops", gettext_lazy("Stops of contact"), _stops, ("patients.ContactStop.patient",), 52))
    register(Part("notes", gettext_lazy("Notes"), _notes, ("patients.PatientNote.patient",), 60))
    register(Part("tasks", gettext_lazy("Tasks"), _tasks, ("patients.PersonTask.patient",), 62))
    register(Part("files", gettext_lazy("Attached files"), _files, ("patients.Attachment.patient",), 64))
    register(Part("station", gettext_lazy("Stations"), _stations, ("patients.StationAssignment.patient",), 66))
    register(
        Part("win_back", gettext_lazy("Calls after a missed visit"), _calls, ("patients.WinBackContact.patient",), 68)
    )
    register(Part("requests", gettext_lazy("Privacy requests"), _requests, ("patients.PrivacyRequest.patient",), 70))
    register(Part("unions", gettext_lazy("Unions of records"), _unions, ("patients.PersonMerger.kept",), 72))
    register(Part("seen", gettext_lazy("Who has opened the record"), _seen, order=90))
    register(Part("exports", gettext_lazy("Lists taken out with the record in them"), _exports, order=92))
    of_others = gettext_lazy("it is in the record of somebody else")
    leave_out(of_others, "patients.Relation.related", "patients.ContactPoint.owner", "patients.Patient.referrer")
    leave_out(gettext_lazy("a record in the bin has no person who asks"), "patients.BinnedPerson.patient")
    leave_out(gettext_lazy("a proceeding of others, kept by law"), "patients.LegalHold.patient")


_CONSENTS = ("patients.Consent.patient", "patients.AwaitedConsent.patient", "patients.ConsentEvidence.patient")


def _record(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    yield entry_of(patient, *_RECORD)


def _numbers(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    for row in patient.identifiers.order_by("pk"):
        yield entry_of(row, "system", value=(_("number"), _number(row)))


def _number(row: Identifier) -> str:
    try:
        return full_number(row)
    except CannotDecrypt:
        return UNREADABLE


def _contacts(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    for row in patient.contact_points.all():
        value = masking.mask_contact(row.system, row.value) if row.is_lent else row.value
        more: dict[str, Any] = {"value": (_("number or address"), value)}
        yield entry_of(
            row, "system", "purpose", "owner_relation", "number_state", "valid_from", "valid_until", "source", **more
        )


def _family(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    for row in patient.relations.all():
        phone = (_("phone"), masking.mask_phone(row.phone))
        yield entry_of(row, "kind", "name", "may_be_told", "is_guardian", "valid_from", "valid_until", phone=phone)


def _stays(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    rows = patient.encounters.select_related("department", "ward", "attending").prefetch_related(
        "diagnosis_lines", "procedure_lines", "medication_lines", "checkupfinding_lines", "facts"
    )
    stays = list(rows.order_by("-admitted_on", "-pk"))
    fill_names(stays, code="diagnosis_code", text="diagnosis_text")
    fill_names(line for stay in stays for line in stay.diagnosis_lines.all())
    for stay in stays:
        yield entry_of(stay, *_STAY, **_lines(stay))


def _lines(stay: Encounter) -> dict[str, Any]:
    """The numbered lines of a stay, each kind in one text."""
    joined = pgettext("between facts", ", ")
    texts = {
        "diagnoses": (_("Diagnoses"), [f"{row.code} {row.text}" for row in stay.diagnosis_lines.all()]),
        "procedures": (
            _("Operations and procedures"),
            [f"{row.code} {row.text}" for row in stay.procedure_lines.all()],
        ),
        "medicines": (_("Medicines"), [f"{row.text} {row.dosage}" for row in stay.medication_lines.all()]),
        "findings": (
            _("Findings of the health check"),
            [f"{row.item} {row.value} {row.advice}" for row in stay.checkupfinding_lines.all()],
        ),
        "facts": (_("Clinical facts"), [_fact(row) for row in stay.facts.all()]),
    }
    return {key: (label, joined.join(text.strip() for text in found)) for key, (label, found) in texts.items()}


def _fact(row: Any) -> str:
    words_of = facts.label(row.key) if row.key in facts.KEYS else row.key
    said = pgettext("detail", "yes") if row.value else pgettext("detail", "no")
    return _("%(name)s: %(value)s") % {"name": words_of, "value": said}


def _labels(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    """What holds and why, in the words of the lines that fired; then what was before."""
    for said in labels_of(patient, now=now):
        if said.label is None:
            continue
        joined = pgettext("between facts", ", ")
        lines = [_("%(what)s (%(why)s)") % {"what": one.title, "why": joined.join(one.inputs)} for one in said.lines]
        why = {"axis": (_("what is asked"), said.axis_words), "value": (_("group or stage"), said.word)}
        why["lines"] = (_("because"), _("; ").join(lines))
        yield entry_of(said.label, "since_at", "by_hand", "reason", "hand_until", **why)
    for former in patient.labels.filter(until_at__isnull=False).order_by("-until_at"):
        value = value_word(former.axis, former.value)
        what = {"axis": (_("what is asked"), Axis(former.axis).label), "value": (_("group or stage"), value)}
        yield entry_of(former, "since_at", "until_at", "reason", **what)


def _segments(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    """Each segment with its rule in words: who is in it fulfils the rule."""
    for row in SegmentMember.objects.filter(patient=patient).select_related("segment").order_by("pk"):
        segment = row.segment
        more = {
            "name": (_("name of the segment"), title_of(segment)),
            "purpose": (_("what it is for"), purpose_of(segment)),
        }
        more["rule"] = (_("because"), _rule_text(words.said(rule_of(segment).root)))
        yield entry_of(row, "since_on", **more)


def _rule_text(said: words.Said) -> str:
    if not said.is_group:
        return said.text
    parts = _("; ").join(_rule_text(part) for part in said.parts)
    return _("%(what)s (%(why)s)") % {"what": said.text, "why": parts}


def _tags(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    for row in patient.tag_links.select_related("tag").order_by("pk"):
        yield entry_of(row, "tag", "tagged_at")


def _consents(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    names = ("purpose", "channel", "decision", "at", "source", "wording_version", "language")
    for row in patient.consents.order_by("-at", "-pk"):
        in_doubt = () if row.is_dated else ("is_dated",)
        yield entry_of(row, *names, *in_doubt, "said_by", "guardian_name", "guardian_relation", "note")
    for waits in patient.awaited_consents.order_by("-asked_at", "-pk"):
        yield entry_of(waits, "purpose", "channel", "waits_for", "asked_at", "ended_at", "ended_as", "wording_version")
    for proof in patient.consent_files.order_by("pk"):
        yield entry_of(proof, "title", "size", "uploaded_at")


def _stops(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    for row in patient.contact_stops.order_by("-recorded_at"):
        yield entry_of(row, "asked_by", "words", "proof", "recorded_at", "lifted_at", "lift_reason")


def _notes(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    """Those that stand; one that was withdrawn was wrong and is shown nowhere."""
    for row in patient.notes.filter(withdrawn_at__isnull=True).order_by("-noted_at"):
        yield entry_of(row, "kind", "text", "noted_at")


def _tasks(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    for row in patient.tasks.order_by("-given_at"):
        yield entry_of(row, "title", "detail", "due_on", "state", "given_at", result=(_("result"), row.result_words))


def _files(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    for row in patient.attachments.order_by("pk"):
        yield entry_of(row, "title", "kind", "remark", "size", "uploaded_at")


def _stations(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    for row in patient.station_assignments.select_related("station").order_by("-started_on"):
        yield entry_of(row, "station", "source", "started_on", "ended_on")


def _calls(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    for row in patient.win_backs.order_by("-called_at"):
        yield entry_of(row, "outcome", "words", "called_at")


def _requests(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    for row in patient.privacy_requests.order_by("-pk"):
        yield entry_of(
            row,
            "kind",
            "words",
            "asked_by",
            "asker_name",
            "asker_relation",
            "received_on",
            "state",
            "refusal",
            "answer",
            "ended_at",
        )


def _unions(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    for row in patient.mergers.order_by("-pk"):
        yield entry_of(row, "at", "undone_at")


def _seen(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    """Each opening that stands in the access log under this person alone, also by the number of a record united with
    this one, newest first.
    """
    rows = AccessLog.objects.filter(patient_id__in=unions.numbers_of(patient.pk), kind__in=_SEEN_KINDS)
    found = list(rows.order_by("-at")[:SEEN_MOST])
    names = dict(StaffMember.objects.filter(pk__in={row.staff_id for row in found}).values_list("pk", "name"))
    for row in found:
        role = SHIPPED_ROLES.get(row.role_code)
        purpose = trail_words.value_words("purpose", row.purpose)
        yield entry_of(
            row,
            "at",
            "kind",
            who=(_("Who"), names.get(row.staff_id, "")),
            role=(_("role"), role.name if role else row.role_code),
            purpose=(_("purpose"), purpose),
        )


def _exports(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    for row in Export.objects.filter(people__overlap=unions.numbers_of(patient.pk)).order_by("-pk"):
        yield entry_of(row, "made_at", "reason", "is_whole", number=(_("number"), row.number))
