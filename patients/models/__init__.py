"""Facts about people: identity, how to reach them, relations, stays as the HIS tells them."""

from patients.models.consent import Consent
from patients.models.contact import ContactPoint, ContactStop, Relation
from patients.models.encounter import CheckupFinding, Diagnosis, Encounter, EncounterFact, Medication, Procedure
from patients.models.identifier import Identifier
from patients.models.merging import PersonMerger
from patients.models.notes import Attachment, Audience, PatientNote, PersonTask
from patients.models.patient import Patient
from patients.models.segments import Segment, SegmentCount, SegmentMember, SegmentVersion
from patients.models.stations import StationAssignment

__all__ = [
    "Attachment",
    "Audience",
    "CheckupFinding",
    "Consent",
    "ContactPoint",
    "ContactStop",
    "Diagnosis",
    "Encounter",
    "EncounterFact",
    "Identifier",
    "Medication",
    "Patient",
    "PatientNote",
    "PersonMerger",
    "PersonTask",
    "Procedure",
    "Relation",
    "Segment",
    "SegmentCount",
    "SegmentMember",
    "SegmentVersion",
    "StationAssignment",
]
