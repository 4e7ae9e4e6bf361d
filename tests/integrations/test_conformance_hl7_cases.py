"""The cases that the outside world's notes name, one by one."""

import datetime as dt
import zoneinfo

import pytest

from accounts.models import Hospital
from integrations.domain.hl7 import as_inbound
from integrations.models import Feed, InboundRecord, MatchConflict
from integrations.readers.hl7.answers import head_of
from integrations.readers.hl7.fields import moment
from integrations.readers.hl7.message import parsed
from patients.models import Diagnosis, Encounter, Identifier, Patient
from tests.integrations.factories import FeedFactory
from tests.integrations.outside import FOLDER, apply_all, bring, everything, messages_of, states

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the outside world's files are not here"),
    pytest.mark.django_db,
]
SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")


@pytest.fixture
def feed(in_north: Hospital) -> Feed:
    return FeedFactory()


def needs(file: str) -> None:
    """Part of the files may be elsewhere."""
    if not (FOLDER / file).is_file():
        pytest.skip(f"{file} is not here")


def test_seventy_four_messages_are_four_people_and_four_stays(feed: Feed) -> None:
    bring(feed, "mirth/feed_TestADT.hl7")
    assert InboundRecord.objects.count() == 9
    assert sum(InboundRecord.objects.values_list("times_received", flat=True)) == 74
    assert (Patient.objects.count(), Encounter.objects.filter(kind="inpatient").count()) == (4, 4)
    before = everything()
    bring(feed, "mirth/feed_TestADT.hl7")
    assert everything() == before


def test_one_appointment_booked_changed_and_cancelled_is_kept_for_later(feed: Feed) -> None:
    bring(feed, "mirth/batch_siu_s12_s14_s15.hl7")
    assert states() == [("kept", "kept_for_later")] * 3
    assert (Patient.objects.count(), Encounter.objects.count()) == (0, 0)


@pytest.mark.parametrize("file", ["mirth/adt_a40.hl7", "microsoft/ADT-A40-01.hl7", "euro/sk_a40.hl7"])
def test_a_merge_also_of_an_old_number_never_seen(feed: Feed, file: str) -> None:
    bring(feed, file)
    person = Patient.objects.get()
    assert list(Identifier.objects.order_by("is_active").values_list("patient_id", "is_active")) == [
        (person.pk, False),
        (person.pk, True),
    ]


def named_as(one: bytes, other: bytes) -> bytes:
    """The other message with name, birth date and sex of this one: it is about the same person."""
    said = next(line.split(b"|") for line in one.split(b"\r") if line.startswith(b"PID"))
    lines = other.split(b"\r")
    place = next(number for number, line in enumerate(lines) if line.startswith(b"PID"))
    fields = lines[place].split(b"|")
    fields[5:9] = said[5:9]
    lines[place] = b"|".join(fields)
    return b"\r".join(lines)


def test_a_merge_of_two_who_are_named_otherwise_is_set_aside(feed: Feed) -> None:
    (merge,) = messages_of("euro/sk_a40.hl7")
    (discharge,) = messages_of("euro/sk_a03.hl7")
    apply_all(feed, [discharge.replace(b"9260180055", b"8901154782")])
    apply_all(feed, [merge])
    assert (states()[-1], Patient.objects.count()) == (("set_aside", "named_otherwise"), 1)


def test_a_merge_moves_the_visits_and_deletes_nothing(feed: Feed) -> None:
    (merge,) = messages_of("euro/sk_a40.hl7")
    (discharge,) = messages_of("euro/sk_a03.hl7")
    discharge = named_as(merge, discharge)
    old = discharge.replace(b"9260180055", b"8901154799")
    apply_all(feed, [old])
    kept = discharge.replace(b"9260180055", b"8901154782").replace(b"2026040112", b"2026040113")
    apply_all(feed, [kept.replace(b"HIS20260509008", b"HIS2")])
    assert (Patient.objects.count(), Encounter.objects.count()) == (2, 2)
    apply_all(feed, [merge])
    person = Patient.objects.get()
    assert (Encounter.objects.filter(patient=person).count(), states()[-1]) == (2, ("applied", ""))
    apply_all(feed, [old.replace(b"ADT^A03^ADT_A03", b"ADT^A31").replace(b"HIS20260509008", b"HIS3")])
    assert Patient.objects.get() == person


def test_three_old_numbers_are_retired_at_once(feed: Feed) -> None:
    needs("euro/de_a40_merge_three_old_ids.hl7")
    bring(feed, "euro/de_a40_merge_three_old_ids.hl7")
    assert Identifier.objects.filter(is_active=False).count() == 3


def test_one_record_number_and_two_names_wait_for_a_decision(feed: Feed) -> None:
    smith, doe = messages_of("docs/biztalk_batch_2xA03.hl7")
    apply_all(feed, [smith, doe])
    assert states() == [("applied", ""), ("ignored", "training")]
    assert Patient.objects.get().name == "JOHN Q SMITH"
    apply_all(feed, [doe.replace(b"|T|2.3.1", b"|P|2.3.1")])
    assert states()[-1] == ("waiting", "record_conflict")
    assert Patient.objects.get(name="JOHN Q SMITH").contact_state == "open"
    conflict = MatchConflict.objects.get()
    assert {Patient.objects.get(pk=one).name for one in (conflict.left_id, conflict.right_id)} == {
        "JOHN Q SMITH",
        "JOHN DOE",
    }


def test_two_quotes_in_a_component_say_nothing(feed: Feed) -> None:
    bring(feed, "docs/biztalk_batch_2xA03.hl7")
    assert '"' not in Patient.objects.get().address


def test_a_discharge_without_its_time_and_three_messages_of_one_control_id(feed: Feed) -> None:
    bring(feed, "euro/pl_a28_cp1250.hl7", "euro/pl_a01_cp1250.hl7", "euro/pl_a03_cp1250.hl7")
    assert states() == [("applied", "")] * 3
    assert set(InboundRecord.objects.values_list("external_id", flat=True)) == {"1DD47"}
    stay = Encounter.objects.get()
    assert (stay.admitted_on, stay.discharged_on) == (dt.date(2007, 2, 1), dt.date(2007, 2, 1))
    assert stay.diagnosis_text == "Cukrzyca insulinozależna (z powikłaniami nerkowymi)"
    assert InboundRecord.objects.last().findings == ["discharge_from_event"]  # type: ignore[union-attr]


def test_thirteen_hours_in_berlin_is_nineteen_in_beijing() -> None:
    (raw,) = messages_of("euro/de_siu_s12_tz_offset.hl7")
    begins = parsed(raw).first("SCH").text(11, 4)  # type: ignore[union-attr]
    found = moment(begins, SHANGHAI)
    assert isinstance(found, dt.datetime)
    assert found.astimezone(SHANGHAI) == dt.datetime(2026, 5, 16, 19, tzinfo=SHANGHAI)


def test_the_newborn_in_undeclared_gbk(feed: Feed) -> None:
    bring(feed, "chinese/his_eai_a01_newborn_gbk_undeclared.hl7")
    person, stay = Patient.objects.get(), Encounter.objects.get()
    assert (person.name, person.sex, person.birth_date) == ("解书宁", "M", dt.date(2015, 4, 18))
    assert dict(Identifier.objects.values_list("system", "value")) == {"inpatient": "0000356001", "card": "0001193001"}
    assert (stay.kind, str(stay.department), stay.diagnosis_code, stay.diagnosis_text) == (
        "inpatient",
        "儿科",
        "",
        "肺炎",
    )
    assert list(person.relations.values_list("name", "kind", "phone")) == [("仇玉兰", "其他", "")]
    assert person.phone == "13800000101"
    assert "无" not in person.address


def test_inpatient_in_words_and_a_number_that_fails_its_check_digit(feed: Feed) -> None:
    bring(feed, "chinese/dragonris_a01_gb2312.hl7")
    stay = Encounter.objects.get()
    assert (stay.kind, stay.patient.name, stay.patient.birth_date) == ("inpatient", "张三丰", dt.date(1977, 1, 1))
    assert Identifier.objects.filter(system="national_id").count() == 0
    assert InboundRecord.objects.get().findings == ["charset_misplaced", "identity_check_digit"]
    assert Diagnosis.objects.count() == 0


@pytest.mark.parametrize(
    "file",
    [
        "chinese/lis_orm_escapes_in_name.hl7", "chinese/lis_oul_r21_ids_empty_slots.hl7",
        "chinese/medex_oru_shifted_charset.hl7", "chinese/mfn_m01_department.hl7", "cdc/batch_2_oru.hl7",
    ],
)  # fmt: skip
def test_orders_results_and_master_files_make_no_stay(feed: Feed, file: str) -> None:
    bring(feed, file)
    assert {state for state, _ in states()} == {"ignored"}
    assert (Patient.objects.count(), Encounter.objects.count()) == (0, 0)


def test_what_is_no_message_gets_a_negative_answer_and_the_rest_goes_in(feed: Feed) -> None:
    (headless,) = messages_of("rethink/invalid-missing-msh.hl7")
    assert (head_of(headless).code, head_of(headless).problem) == ("AR", "no_header")
    assert messages_of("mirth/empty.hl7") == []
    bring(feed, "rethink/invalid-missing-msh.hl7", "rethink/invalid-trailing-empty-fields.hl7")
    assert states() == [("set_aside", "no_header"), ("applied", "")]


def test_a_result_without_a_person_gets_a_negative_answer() -> None:
    needs("chinese/oru_gbk_declared.hl7")
    (raw,) = messages_of("chinese/oru_gbk_declared.hl7")
    ((_, head),) = as_inbound([raw])
    assert (head.code, head.problem) == ("AE", "no_person")


def test_a_discharge_is_set_and_withdrawn(feed: Feed) -> None:
    (discharge,) = messages_of("microsoft/ADT-A03-01.hl7")
    (withdrawn,) = messages_of("microsoft/ADT-A13-01.hl7")
    apply_all(feed, [discharge])
    assert Encounter.objects.get().discharged_on == dt.date(2015, 2, 9)
    apply_all(feed, [withdrawn])
    assert Encounter.objects.get().discharged_on is None
