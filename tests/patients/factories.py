"""One plain factory per model of patients. Names and numbers are invented."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from accounts.domain.numbers import draw_number
from accounts.models import NumberSeries
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


class SegmentFactory(DjangoModelFactory):
    """People of 65 and more, for everybody who works with segments; its first version stands, and found its members."""

    class Meta:
        model = models.Segment
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"老年人{n}")
    shared_with = ["*"]  # noqa: RUF012
    facts = ["age"]  # noqa: RUF012
    refreshed_version = 1

    @factory.post_generation
    def rule(self, create: bool, extracted: object, **kwargs: object) -> None:
        lines = extracted or {"mode": "all", "parts": [{"fact": "age", "op": "at_least", "values": ["65"]}]}
        models.SegmentVersion.objects.create(segment=self, number=1, rule=lines)


class SegmentMemberFactory(DjangoModelFactory):
    """In the segment for some days."""

    class Meta:
        model = models.SegmentMember

    segment = factory.SubFactory(SegmentFactory)
    patient = factory.SubFactory(PatientFactory)
    since_on = dt.date(2026, 3, 2)


class SegmentCountFactory(DjangoModelFactory):
    """How many were in it on a day."""

    class Meta:
        model = models.SegmentCount

    segment = factory.SubFactory(SegmentFactory)
    on = dt.date(2026, 3, 2)
    version = 1
    members = 1


class LabelRuleSetFactory(DjangoModelFactory):
    """A version that was retired, without lines."""

    class Meta:
        model = models.LabelRuleSet

    version = factory.Sequence(lambda n: 1000 + n)
    state = "retired"


class PersonLabelFactory(DjangoModelFactory):
    """Somebody who comes for the first time, by rules."""

    class Meta:
        model = models.PersonLabel

    patient = factory.SubFactory(PatientFactory)
    axis = "visit_cycle"
    value = "first"
    since_at = dt.datetime(2026, 5, 21, 1, 0, tzinfo=dt.UTC)
    decided_at = dt.datetime(2026, 5, 21, 1, 0, tzinfo=dt.UTC)
    rule_set = factory.SubFactory(LabelRuleSetFactory)
    lines = factory.LazyFunction(lambda: ["C4"])
    inputs = factory.LazyFunction(lambda: {"visits_total": 1})


class DuplicateCandidateFactory(DjangoModelFactory):
    """Two records of the same name and birth date that nobody has looked at."""

    class Meta:
        model = models.DuplicateCandidate

    left_id = factory.LazyAttribute(lambda row: PatientFactory(name="谢小平").pk)
    right_id = factory.LazyAttribute(lambda row: PatientFactory(name="谢小平").pk)
    score = 60
    reasons = factory.LazyFunction(lambda: ["same_name", "same_birth", "same_sex"])
    facts = "-"


class LegalHoldFactory(DjangoModelFactory):
    """A hold that a court demanded."""

    class Meta:
        model = models.LegalHold

    patient = factory.SubFactory(PatientFactory)
    demanded_by = "清江县法院"
    reason = "医疗纠纷"


class PrivacyRequestFactory(DjangoModelFactory):
    """A copy that the person asked for, in work."""

    class Meta:
        model = models.PrivacyRequest

    serial = factory.LazyFunction(lambda: draw_number(NumberSeries.Register.REQUESTS))
    patient = factory.SubFactory(PatientFactory)
    kind = "copy"
    words = "请提供我的全部资料"
    identity_check = "papers"
    received_on = dt.date(2026, 3, 2)
    due_on = dt.date(2026, 3, 23)
    registered_by = factory.SubFactory(StaffMemberFactory)
    registered_at = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)
    state = "in_work"
    assignee = factory.SelfAttribute("registered_by")


class PrivacyCopyFactory(DjangoModelFactory):
    """The row of a sealed file that is not on disk."""

    class Meta:
        model = models.PrivacyCopy

    request = factory.SubFactory(PrivacyRequestFactory)
    storage_name = factory.Sequence(lambda n: f"copy-{n}")
    title = "R000001.zip"
    content_type = "application/zip"
    size = 1
    sha256 = "0" * 64
    sealed_by = factory.SubFactory(StaffMemberFactory)
    expires_at = dt.datetime(2026, 3, 30, 1, 0, tzinfo=dt.UTC)


class MembershipLevelFactory(DjangoModelFactory):
    """A level without services."""

    class Meta:
        model = models.MembershipLevel

    names = factory.Sequence(lambda n: {"zh-hans": f"特需{n}级"})


class MembershipFactory(DjangoModelFactory):
    """A membership of the year 2026."""

    class Meta:
        model = models.Membership

    patient = factory.SubFactory(PatientFactory)
    level = factory.SubFactory(MembershipLevelFactory)
    starts_on = dt.date(2026, 1, 1)
    ends_on = dt.date(2026, 12, 31)
    agreed_until = factory.SelfAttribute("ends_on")
    contact = factory.SubFactory(StaffMemberFactory)


class ViewingFlagFactory(DjangoModelFactory):
    """Somebody looked at a VIP person twice."""

    class Meta:
        model = models.ViewingFlag

    staff = factory.SubFactory(StaffMemberFactory)
    role_code = "agent"
    patient = factory.SubFactory(PatientFactory)
    day = dt.date(2026, 5, 31)
    first_at = factory.Sequence(lambda n: dt.datetime(2026, 5, 31, 3, 0, tzinfo=dt.UTC) + dt.timedelta(seconds=n))
    last_at = factory.SelfAttribute("first_at")
    views = 2
    reasons = factory.LazyFunction(lambda: ["vip"])
