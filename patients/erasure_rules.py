"""What of a person's own rows goes, and what stays for the law and the figures, when the record is erased."""

from django.db.models import Case, Value, When
from django.utils.translation import gettext_lazy as _

from patients.erasure import Erasure, register, register_written_once

_LAW = _("kept for the law: what was decided, when, by whom")
_FIGURES = _("kept for the figures: days, departments, codes")

NAME = "已清除"
# The person: what stays is sex, year of birth, region, and the last stay as figures count it.
CLEARED = (
    *("given_name", "py_full", "py_initials", "py_full_alt", "py_initials_alt", "mrn", "phone", "address"),
    *("division_code", "education", "marital_status", "occupation", "hobbies", "insurance_type", "source"),
    *("preferred_channel", "preferred_hours", "preferred_language", "allergies", "chronic_diseases", "past_history"),
    *("family_history", "current_medicines", "habits", "last_diagnosis_text"),
)


def connect() -> None:
    """Called once by the app's `wiring`."""
    from patients.domain.erasing import clear_consents

    register(*_written_around(), *_decided(), *_stays())
    register_written_once(clear_consents)


def _written_around() -> tuple[Erasure, ...]:
    """Whom to reach, what staff wrote, what was promised, where the person was sorted: all of it goes."""
    return (
        Erasure("patients.Relation", "patient", goes=True),
        Erasure("patients.Relation", "related", clears={"related": None}),
        Erasure("patients.ContactPoint", "owner", clears={"owner": None}),
        Erasure("patients.ContactPoint", "patient", goes=True),
        Erasure("patients.Identifier", "patient", goes=True),
        Erasure("patients.PatientNote", "patient", goes=True),
        Erasure("patients.PersonTask", "patient", goes=True),
        Erasure("patients.Attachment", "patient", goes=True),
        Erasure("patients.ConsentEvidence", "patient", goes=True),
        Erasure("patients.AwaitedConsent", "patient", goes=True),
        Erasure("patients.VisitStep", "sheet__membership__patient", goes=True),
        Erasure("patients.VisitSheet", "membership__patient", goes=True),
        Erasure("patients.MemberMessage", "membership__patient", goes=True),
        Erasure("patients.ThreadReading", "membership__patient", goes=True),
        Erasure("patients.ServiceUse", "membership__patient", goes=True),
        Erasure("patients.Membership", "patient", goes=True),
        Erasure("patients.StationAssignment", "patient", goes=True),
        Erasure("patients.SegmentMember", "patient", goes=True),
        Erasure("patients.PatientTag", "patient", goes=True),
        Erasure("patients.BinnedPerson", "patient", goes=True),
        Erasure("patients.WinBackContact", "patient", goes=True),
        Erasure("patients.PersonLabel", "patient", goes=True),
        Erasure("patients.Patient", "referrer", clears={"referrer": None}),
    )


def _decided() -> tuple[Erasure, ...]:
    """What was decided, asked and answered stays without its words."""
    return (
        Erasure("patients.Consent", "patient", why=_LAW),
        Erasure("patients.ContactStop", "patient", clears={"words": "—", "proof": ""}, why=_LAW),
        Erasure("patients.PrivacyCopy", "request__patient", goes=True),
        Erasure(
            "patients.PrivacyRequest",
            "patient",
            clears={
                **dict.fromkeys(("asker_name", "proof", "words", "answer"), "—"),
                "return_note": "",
                "extension_reason": Case(When(extension_reason="", then=Value("")), default=Value("—")),
                "changes": dict,
            },
            why=_LAW,
        ),
        Erasure(
            "patients.ViewingFlag",
            "patient",
            clears={"note": Case(When(note="", then=Value("")), default=Value("—"))},
            why=_LAW,
        ),
        Erasure("patients.LegalHold", "patient", why=_LAW),
        Erasure("patients.PersonMerger", "kept", clears={"before": dict, "after": dict, "merged_public_id": None}),
    )


def _stays() -> tuple[Erasure, ...]:
    """Days, departments and codes of stays stay for the figures."""
    return (
        Erasure(
            "patients.Encounter",
            "patient",
            clears={
                "visit_number": "",
                "bed": "",
                "diagnosis_text": "",
                "discharge_instructions": "",
            },
            why=_FIGURES,
        ),
        Erasure("patients.EncounterFact", "encounter__patient", why=_FIGURES),
        Erasure("patients.Diagnosis", "encounter__patient", clears={"text": ""}, why=_FIGURES),
        Erasure("patients.Procedure", "encounter__patient", clears={"text": ""}, why=_FIGURES),
        Erasure("patients.Medication", "encounter__patient", goes=True),
        Erasure("patients.CheckupFinding", "encounter__patient", goes=True),
    )
