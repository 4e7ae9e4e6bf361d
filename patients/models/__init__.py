"""Facts about people: identity, how to reach them, relations, stays as the HIS tells them."""

from patients.models.binned import BinnedPerson
from patients.models.codes import DiagnosisCode, Division
from patients.models.consent import Consent
from patients.models.consent_proof import AwaitedConsent, ConsentEvidence, ConsentWording
from patients.models.contact import ContactPoint, ContactStop, Relation
from patients.models.duplicates import DuplicateCandidate
from patients.models.encounter import CheckupFinding, Diagnosis, Encounter, EncounterFact, Medication, Procedure
from patients.models.erased import ErasedNumber
from patients.models.holds import LegalHold
from patients.models.identifier import Identifier
from patients.models.label_words import Axis, LifeCycle, Orientation, VisitCycle
from patients.models.labels import (
    ClassificationRun,
    LabelRule,
    LabelRuleSet,
    LabelStrategy,
    PersonLabel,
    WinBackContact,
)
from patients.models.member_care import MemberMessage, ThreadReading, VisitSheet, VisitStep
from patients.models.memberships import (
    AgreedService,
    Membership,
    MembershipLevel,
    ServiceStandard,
    ServiceUse,
)
from patients.models.merging import PersonMerger
from patients.models.notes import Attachment, Audience, PatientNote, PersonTask
from patients.models.patient import Patient
from patients.models.requests import PrivacyCopy, PrivacyRequest
from patients.models.segments import Segment, SegmentCount, SegmentMember, SegmentVersion
from patients.models.stations import StationAssignment
from patients.models.tags import PatientTag, Tag
from patients.models.tallies import PeopleChange, PeopleCount
from patients.models.watching import ViewingFlag, ViewingRules

__all__ = [
    "AgreedService",
    "Attachment",
    "Audience",
    "AwaitedConsent",
    "Axis",
    "BinnedPerson",
    "CheckupFinding",
    "ClassificationRun",
    "Consent",
    "ConsentEvidence",
    "ConsentWording",
    "ContactPoint",
    "ContactStop",
    "Diagnosis",
    "DiagnosisCode",
    "Division",
    "DuplicateCandidate",
    "Encounter",
    "EncounterFact",
    "ErasedNumber",
    "Identifier",
    "LabelRule",
    "LabelRuleSet",
    "LabelStrategy",
    "LifeCycle",
    "LegalHold",
    "Medication",
    "MemberMessage",
    "Membership",
    "MembershipLevel",
    "Orientation",
    "Patient",
    "PatientNote",
    "PeopleChange",
    "PeopleCount",
    "PersonLabel",
    "PatientTag",
    "PersonMerger",
    "PersonTask",
    "PrivacyCopy",
    "PrivacyRequest",
    "Procedure",
    "Relation",
    "ServiceStandard",
    "ServiceUse",
    "Segment",
    "SegmentCount",
    "SegmentMember",
    "SegmentVersion",
    "StationAssignment",
    "ViewingFlag",
    "ViewingRules",
    "ThreadReading",
    "VisitCycle",
    "VisitSheet",
    "VisitStep",
    "WinBackContact",
    "Tag",
]
