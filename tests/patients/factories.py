"""One plain factory per model of a person: record, visits, what is kept beside them. Names and numbers are invented.

Those of segments, labels and duplicates stand in `list_factories`, of memberships and requests in `care_factories`.
"""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from hospital_crm.crypto import encrypt, tail_hash, whole_hash
from patients import models
from patients.domain.names import name_keys
from tests.accounts.factories import StaffMemberFactory, StationFactory


class PatientFactory(DjangoModelFactory):
    """A woman of 58 who may be contacted. The search keys follow the name."""

    class Meta:
        model = models.Patient

    name = factory.Sequence(lambda n: f"谢小{chr(0x5E73 + n % 200)}")
    given_name = factory.LazyAttribute(lambda row: name_keys(row.name).given_name)
    py_full = factory.LazyAttribute(lambda row: name_keys(row.name).py_full)
    py_initials = factory.LazyAttribute(lambda row: name_keys(row.name).py_initials)
    py_full_alt = factory.LazyAttribute(lambda row: name_keys(row.name).py_full_alt)
    py_initials_alt = factory.LazyAttribute(lambda row: name_keys(row.name).py_initials_alt)
    sex = "F"
    birth_date = dt.date(1968, 3, 4)
    last_visit_on = dt.date(2026, 5, 20)


class ContactPointFactory(DjangoModelFactory):
    """A mobile number of the person."""

    class Meta:
        model = models.ContactPoint

    patient = factory.SubFactory(PatientFactory)
    value = factory.Sequence(lambda n: f"1380000{n:04d}")
    value_reversed = factory.LazyAttribute(lambda row: row.value[::-1] if row.system == "phone" else "")
    system = "phone"


class IdentifierFactory(DjangoModelFactory):
    """A record number."""

    class Meta:
        model = models.Identifier

    patient = factory.SubFactory(PatientFactory)
    system = "mrn"
    value = factory.Sequence(lambda n: f"ZY2611{n:06d}")


class NationalIdFactory(DjangoModelFactory):
    """An identity number of an area that does not exist: `number` is encrypted and hashed, never stored."""

    class Meta:
        model = models.Identifier

    class Params:
        number = factory.Sequence(lambda n: f"99010119680304{n:03d}X")

    patient = factory.SubFactory(PatientFactory)
    system = "national_id"
    value_hash = factory.LazyAttribute(lambda row: whole_hash(row.number))
    tail_hash = factory.LazyAttribute(lambda row: tail_hash(row.number))
    value_encrypted = factory.LazyAttribute(lambda row: encrypt(row.number))


class RelationFactory(DjangoModelFactory):
    """A daughter who may be told nothing."""

    class Meta:
        model = models.Relation

    patient = factory.SubFactory(PatientFactory)
    name = "谢小婷"
    kind = "女儿"


class EncounterFactory(DjangoModelFactory):
    """A stay of four nights that ended on medical advice."""

    class Meta:
        model = models.Encounter

    patient = factory.SubFactory(PatientFactory)
    visit_number = factory.Sequence(lambda n: f"ZY{n:08d}")
    source_key = factory.LazyAttribute(lambda row: f"inpatient|{row.visit_number}|1")
    admitted_on = dt.date(2026, 5, 16)
    discharged_on = dt.date(2026, 5, 20)
    disposition = "home"
    diagnosis_code = "I10.x00"
    diagnosis_text = "高血压"


class EncounterFactFactory(DjangoModelFactory):
    """A drain left in."""

    class Meta:
        model = models.EncounterFact

    encounter = factory.SubFactory(EncounterFactory)
    key = "drain"
    value = True


class DiagnosisFactory(DjangoModelFactory):
    """The main diagnosis."""

    class Meta:
        model = models.Diagnosis

    encounter = factory.SubFactory(EncounterFactory)
    code = "I10.x00"
    text = "高血压"


class ProcedureFactory(DjangoModelFactory):
    """An operation of level III."""

    class Meta:
        model = models.Procedure

    encounter = factory.SubFactory(EncounterFactory)
    text = "腹腔镜胆囊切除术"
    level = 3


class MedicationFactory(DjangoModelFactory):
    """A medicine for long."""

    class Meta:
        model = models.Medication

    encounter = factory.SubFactory(EncounterFactory)
    text = "氨氯地平片"
    is_long_term = True


class CheckupFindingFactory(DjangoModelFactory):
    """An abnormal finding."""

    class Meta:
        model = models.CheckupFinding

    encounter = factory.SubFactory(EncounterFactory)
    item = "甲状腺结节"
    is_abnormal = True


class ContactStopFactory(DjangoModelFactory):
    """An open stop of contact."""

    class Meta:
        model = models.ContactStop

    patient = factory.SubFactory(PatientFactory, contact_state="stopped")
    words = "以后都不要再打了"


class PatientNoteFactory(DjangoModelFactory):
    """A note."""

    class Meta:
        model = models.PatientNote

    patient = factory.SubFactory(PatientFactory)
    text = "听力不好，说慢一点"


class PersonTaskFactory(DjangoModelFactory):
    """An open task."""

    class Meta:
        model = models.PersonTask

    patient = factory.SubFactory(PatientFactory)
    title = "寄检查报告"
    due_on = dt.date(2026, 6, 1)
    assignee = factory.SubFactory(StaffMemberFactory)


class AttachmentFactory(DjangoModelFactory):
    """The row of a file that is not on disk."""

    class Meta:
        model = models.Attachment

    patient = factory.SubFactory(PatientFactory)
    storage_name = factory.Sequence(lambda n: f"stored-{n}")
    title = "化验单.pdf"
    content_type = "application/pdf"
    size = 1
    sha256 = "0" * 64


class StationAssignmentFactory(DjangoModelFactory):
    """Assigned by address some days ago."""

    class Meta:
        model = models.StationAssignment

    patient = factory.SubFactory(PatientFactory)
    station = factory.SubFactory(StationFactory)
    source = "area"
    started_on = dt.date(2026, 3, 2)


class PersonMergerFactory(DjangoModelFactory):
    """A second record that is gone, united with a person who had nothing else."""

    class Meta:
        model = models.PersonMerger

    kept = factory.SubFactory(PatientFactory)
    merged_id = factory.Sequence(lambda n: 9_000_000_000 + n)
    before = factory.LazyFunction(dict)
    at = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)


class ConsentFactory(DjangoModelFactory):
    """Health education by any channel, allowed on a signed sheet."""

    class Meta:
        model = models.Consent

    patient = factory.SubFactory(PatientFactory)
    purpose = "education"
    decision = "granted"
    wording_version = "2026-01"
    source = "paper"
    at = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)
