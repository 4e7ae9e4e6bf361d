"""What messages tell: people corrected, visits begun, moved, ended and taken back, numbers that are one person."""

import datetime as dt
import zoneinfo
from typing import Any

import pytest
from django.db.models.signals import Signal

from accounts.calendar import today
from accounts.models import Hospital
from patients.domain.phones import read_phones
from patients.domain.records import MergeRecord, PersonRecord, StayRecord, Told, VisitRecord
from patients.domain.registry import Stay, record_stays
from patients.domain.telling import Answer, Placed, tell
from patients.models import ContactPoint, Diagnosis, Encounter, Identifier, Patient, PersonMerger
from patients.signals import stays_withdrawn
from tests.patients.factories import ContactPointFactory

pytestmark = pytest.mark.django_db
ZONE = zoneinfo.ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2026, 6, 1, 2, tzinfo=dt.UTC)
TODAY = dt.date(2026, 6, 1)
LISTED = StayRecord(
    1, "甘书远", record_number="M1", admitted_on=dt.date(2026, 5, 21), discharged_on=dt.date(2026, 5, 30)
)
ADMITTED = dt.datetime(2026, 5, 20, 20, tzinfo=dt.UTC)


def told(*records: Told, known: dict[str, int] | None = None) -> list[Answer]:
    for row, record in enumerate(records):
        record.row = row
    answers = tell([Placed(record) for record in records], now=NOW, today=TODAY, zone=ZONE, known_conflicts=known)
    return [answers[row] for row in range(len(records))]


def person(name: str = "甘书远", number: str = "M1", **said: Any) -> PersonRecord:
    return PersonRecord(0, name, record_number=number, **said)


def visit(act: str = "admit", **said: Any) -> VisitRecord:
    given = {"kind": "inpatient", "source": "his", "key": "V1", "person": person(), "admitted": ADMITTED} | said
    return VisitRecord(0, act=act, **given)


def test_an_admission_makes_person_and_stay_with_the_day_of_the_hospital(in_north: Hospital) -> None:
    (answer,) = told(visit(bed="12", diagnoses=(("I10", "高血压"), ("E11", "糖尿病"))))
    stay = Encounter.objects.get()
    assert (answer.patient_id, answer.encounter_id, answer.findings) == (stay.patient_id, stay.pk, [])
    assert (stay.admitted_on, stay.discharged_on, stay.admitted_at) == (dt.date(2026, 5, 21), None, ADMITTED)
    assert (stay.bed, stay.diagnosis_code, Diagnosis.objects.count()) == ("12", "I10", 2)
    assert Patient.objects.get().last_visit_on == dt.date(2026, 5, 21)


def test_telling_the_same_again_changes_nothing(in_north: Hospital) -> None:
    told(visit(), visit("discharge", discharged=dt.date(2026, 5, 30)))
    before = (Encounter.objects.values().get(), Patient.objects.values().get())
    told(visit(), visit("discharge", discharged=dt.date(2026, 5, 30)))
    assert (Encounter.objects.values().get(), Patient.objects.values().get()) == before


def test_a_discharge_without_its_time_is_that_of_the_event(in_north: Hospital) -> None:
    told(visit())
    happened = dt.datetime(2026, 5, 30, 8, tzinfo=dt.UTC)
    (answer,) = told(visit("discharge", admitted=None, happened=happened))
    assert (Encounter.objects.get().discharged_on, answer.findings) == (dt.date(2026, 5, 30), ["discharge_from_event"])


def test_a_cancelled_discharge_is_withdrawn_and_a_death_with_it(in_north: Hospital) -> None:
    withdrawn: list[int] = []

    def hear(encounter_ids: list[int], **kwargs: Any) -> None:
        withdrawn.extend(encounter_ids)

    told(visit(), visit("discharge", discharged=dt.date(2026, 5, 30), disposition="died"))
    assert Patient.objects.get().contact_state == "deceased"
    Signal.connect(stays_withdrawn, hear)
    told(visit("cancel_discharge", disposition="died"))
    Signal.disconnect(stays_withdrawn, hear)
    stay = Encounter.objects.get()
    assert (stay.discharged_on, stay.disposition, withdrawn) == (None, "unknown", [stay.pk])
    assert Patient.objects.get().contact_state == "open"


def test_a_cancelled_admission_cancels_and_an_admission_again_stands_again(in_north: Hospital) -> None:
    told(visit(), visit("cancel"))
    assert Encounter.objects.get().is_cancelled is True
    told(visit())
    assert Encounter.objects.get().is_cancelled is False


def test_what_is_taken_back_and_not_known_makes_nothing(in_north: Hospital) -> None:
    answers = told(visit("cancel"), visit("cancel_discharge"), visit("update", admitted=None))
    assert [answer.findings for answer in answers] == [["visit_not_known"]] * 3
    assert Encounter.objects.count() == 0


def test_an_end_before_the_beginning_changes_nothing(in_north: Hospital) -> None:
    answers = told(
        visit("discharge", discharged=dt.date(2026, 5, 1)), visit("discharge", discharged=dt.date(2027, 1, 1))
    )
    assert [answer.refused for answer in answers] == ["discharge_before_admission", "discharge_in_future"]
    assert Encounter.objects.count() == 0


def test_a_message_corrects_and_deletes_values_but_never_the_name(in_north: Hospital) -> None:
    told(person(address="山东省青岛市", sex="M", phones=read_phones("13800000001").numbers))
    told(person(sex="F", birth_date=dt.date(1960, 1, 2), deleted=frozenset({"address"})))
    one = Patient.objects.get()
    assert (one.sex, one.birth_date, one.address, one.phone) == ("F", dt.date(1960, 1, 2), "", "13800000001")
    told(person(phones=read_phones("13800000002").numbers))
    assert (Patient.objects.get().phone, ContactPoint.objects.get(rank=1).value) == ("13800000002", "13800000002")
    told(person(deleted=frozenset({"phones"})))
    assert (Patient.objects.get().phone, ContactPoint.objects.count()) == ("", 0)


def test_one_number_and_two_names_are_two_people_until_somebody_decides(in_north: Hospital) -> None:
    other = visit(person=person("乔明"), key="V2")
    first, second = told(visit(), other)
    assert (second.conflict and second.conflict.code, second.refused) == ("record_conflict", "")
    assert sorted(Patient.objects.values_list("name", flat=True)) == ["乔明", "甘书远"]
    assert Encounter.objects.get(pk=first.encounter_id).patient_id == first.patient_id
    assert Encounter.objects.get(pk=second.encounter_id).patient_id == second.patient_id
    (again,) = told(other, known={second.fingerprint: second.patient_id or 0})
    assert (again.patient_id, again.conflict, again.encounter_id) == (second.patient_id, None, second.encounter_id)


def test_the_visit_of_somebody_else_is_left_alone(in_north: Hospital) -> None:
    first, second = told(visit(), visit(person=person("乔明"), bed="7"))
    assert (second.refused, second.encounter_id) == ("visit_of_another", None)
    assert (Encounter.objects.get().patient_id, Encounter.objects.get().bed) == (first.patient_id, "")


def test_a_merge_leaves_one_person_whom_the_old_number_still_finds(in_north: Hospital) -> None:
    told(visit(), visit(key="V2", person=person(number="M2"), admitted=dt.date(2026, 5, 1)))
    (answer,) = told(MergeRecord(0, person(), (("mrn", "M2"),)))
    one = Patient.objects.get()
    assert (answer.patient_id, Encounter.objects.filter(patient=one).count()) == (one.pk, 2)
    assert dict(Identifier.objects.values_list("value", "is_active")) == {"M1": True, "M2": False}
    told(MergeRecord(0, person(), (("mrn", "M2"),)), visit(key="V3", person=person(number="M2"), admitted=TODAY))
    assert (Patient.objects.count(), Encounter.objects.count()) == (1, 3)


def test_a_merge_that_names_somebody_else_brings_nobody_together(in_north: Hospital) -> None:
    kept, other = told(person("乔明"), person("林晓", number="M2"))
    olds = (("mrn", "M2"),)
    (of_kept,) = told(MergeRecord(0, person("赵远"), olds))
    (of_other,) = told(MergeRecord(0, person("乔明"), olds, former=(PersonRecord(0, "王一", other_numbers=olds),)))
    assert (of_kept.refused, of_kept.patient_id) == ("named_otherwise", kept.patient_id)
    assert (of_other.refused, of_other.patient_id) == ("named_otherwise", other.patient_id)
    assert (Patient.objects.count(), PersonMerger.objects.count()) == (2, 0)
    right = MergeRecord(0, person("乔明"), olds, former=(PersonRecord(0, "林晓", other_numbers=olds),))
    (done,) = told(right)
    assert (done.refused, done.patient_id) == ("", kept.patient_id)
    (again,) = told(right)
    assert (again.refused, again.patient_id) == ("", kept.patient_id)


def test_an_old_number_never_seen_is_remembered(in_north: Hospital) -> None:
    told(MergeRecord(0, person(), (("mrn", "M9"),)), person(number="M9"))
    assert (Patient.objects.count(), Identifier.objects.count()) == (1, 2)


def test_a_number_in_use_never_seen_is_given_to_the_old_record(in_north: Hospital) -> None:
    told(person(number="M9"))
    told(MergeRecord(0, person(number="M1"), (("mrn", "M9"),)))
    assert dict(Identifier.objects.values_list("value", "is_active")) == {"M1": True, "M9": False}
    assert Patient.objects.count() == 1


def test_a_death_of_which_no_day_is_told_stops_everything(in_north: Hospital) -> None:
    told(person())
    told(person(is_dead=True))
    assert (Patient.objects.get().contact_state, Patient.objects.get().deceased_on) == ("deceased", None)


def test_a_death_told_by_mistake_is_taken_back(in_north: Hospital) -> None:
    told(person(), person(is_dead=True))
    told(person(deleted=frozenset({"death"})))
    assert Patient.objects.get().contact_state == "open"


def test_a_visit_told_without_and_then_with_its_number_is_one(in_north: Hospital) -> None:
    told(visit(key=""), visit("discharge", key="V1", discharged=dt.date(2026, 5, 30)))
    assert Encounter.objects.get().discharged_on == dt.date(2026, 5, 30)


def test_a_stay_that_a_list_has_told_is_the_one_the_feed_tells(in_north: Hospital) -> None:
    record_stays([Stay(LISTED)], now=NOW, today=TODAY, batch_id=7)
    told(visit(bed="3"))
    one = Encounter.objects.get()
    assert (one.bed, one.discharged_on, one.import_batch_id) == ("3", dt.date(2026, 5, 30), None)


def test_a_stay_that_a_feed_has_begun_is_the_one_a_list_ends(in_north: Hospital) -> None:
    told(visit())
    record_stays([Stay(LISTED)], now=NOW, today=TODAY)
    assert Encounter.objects.get().discharged_on == dt.date(2026, 5, 30)


def test_nobody_is_made_of_too_little(in_north: Hospital) -> None:
    (answer,) = told(PersonRecord(0, "甘书远"))
    assert (answer.refused, Patient.objects.count()) == ("nobody", 0)


def test_old_numbers_of_two_people_unite_nobody(in_north: Hospital) -> None:
    told(person(number="M8"), person("乔明", number="M9"))
    (answer,) = told(MergeRecord(0, person(number="M1"), (("mrn", "M8"), ("mrn", "M9"))))
    assert (answer.patient_id, answer.refused) == (None, "cannot_unite")
    assert set(Identifier.objects.values_list("value", "is_active")) == {("M8", True), ("M9", True)}


def test_old_numbers_of_two_others_are_not_brought_into_the_kept_record(in_north: Hospital) -> None:
    told(person(), person("乔明", number="M8"), person("谢平", number="M9"))
    (answer,) = told(MergeRecord(0, person(), (("mrn", "M8"), ("mrn", "M9"))))
    assert (answer.refused, Patient.objects.count()) == ("cannot_unite", 3)


def test_numbers_in_use_of_two_people_unite_nobody(in_north: Hospital) -> None:
    told(person(), PersonRecord(0, "乔明", admission_number="Z7"), person(number="M9"))
    (answer,) = told(MergeRecord(0, person(admission_number="Z7"), (("mrn", "M9"),)))
    assert (answer.refused, Patient.objects.count()) == ("cannot_unite", 3)


def test_a_cancelled_visit_that_begins_again_has_not_ended_in_death(in_north: Hospital) -> None:
    told(visit(), visit("discharge", discharged=dt.date(2026, 5, 30), disposition="died"))
    told(visit("cancel"))
    told(visit(), visit("discharge", discharged=dt.date(2026, 5, 31)))
    stay = Encounter.objects.get()
    assert (stay.is_cancelled, stay.discharged_on, stay.disposition) == (False, dt.date(2026, 5, 31), "unknown")
    assert Patient.objects.get().contact_state == "open"


def test_a_visit_that_ended_in_death_and_is_cancelled_at_once_tells_no_death(in_north: Hospital) -> None:
    told(visit())
    told(visit("discharge", discharged=dt.date(2026, 5, 30), disposition="died"), visit("cancel"))
    assert Patient.objects.get().contact_state == "open"


def test_a_number_that_has_ended_is_not_made_the_first_by_a_message(in_north: Hospital) -> None:
    told(person(phones=read_phones("13800000001").numbers))
    told(person(phones=read_phones("13800000002").numbers))
    yesterday = today() - dt.timedelta(days=1)
    ContactPoint.objects.filter(value="13800000001").update(valid_until=yesterday)
    told(person(phones=read_phones("13800000001").numbers))
    assert Patient.objects.get().phone == "13800000002"


def test_of_the_numbers_that_are_left_the_first_that_holds_is_called(in_north: Hospital) -> None:
    told(person(phones=read_phones("13800000001").numbers))
    one = Patient.objects.get()
    yesterday = today() - dt.timedelta(days=1)
    ContactPointFactory(patient=one, value="13800000003", rank=2, source="staff", valid_until=yesterday)
    ContactPointFactory(patient=one, value="13800000004", rank=3, source="staff")
    told(person(deleted=frozenset({"phones"})))
    assert Patient.objects.get().phone == "13800000004"
