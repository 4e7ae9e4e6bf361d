"""Reading HL7: bytes in, plain values and reasons out. Needs no database."""

import datetime as dt
import zoneinfo

import pytest

from integrations.readers.correcting import CannotCorrect
from integrations.readers.hl7.answers import acknowledgement, head_of
from integrations.readers.hl7.correcting import corrected, shown_fields
from integrations.readers.hl7.events import read
from integrations.readers.hl7.fields import Options, moment
from integrations.readers.hl7.files import messages_in
from integrations.readers.hl7.framing import Unframer, WrongFraming, framed
from integrations.readers.hl7.message import NotAMessage, parsed
from patients.domain.records import ConsentRecord, MergeRecord, PersonRecord, StayMoveRecord, Told, VisitRecord
from tests.integrations.hl7_messages import adt, pv1

pytestmark = pytest.mark.unit
NOW = dt.datetime(2026, 6, 1, 2, tzinfo=dt.UTC)
SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")


def told(raw: bytes, **options: object) -> Told:
    (one,) = read(raw, Options(**options)).told
    return one


def test_an_admission_in_plain_values() -> None:
    visit = told(adt(pv1=pv1(), more="DG1|1||I10^高血压\rDG1|2||^2型糖尿病"))
    assert isinstance(visit, VisitRecord)
    who = visit.person
    assert (who.name, who.numbers, who.sex, who.birth_date) == ("甘书远", (("mrn", "M1"),), "M", dt.date(1960, 1, 2))
    assert (who.phones[0].value, who.address) == ("13800000001", "山东省青岛市市南区一路1号")
    assert (visit.act, visit.kind, visit.source, visit.key) == ("admit", "inpatient", "his", "V1")
    assert (visit.admitted, visit.discharged) == (dt.datetime(2026, 6, 1, 9, tzinfo=SHANGHAI), None)
    assert (visit.department, visit.bed, visit.attending_name, visit.attending_number) == (
        "心内科",
        "12",
        "陈明",
        "1001",
    )
    assert visit.diagnoses == (("I10", "高血压"), ("", "2型糖尿病"))


@pytest.mark.parametrize(
    ("event", "act", "kind"),
    [
        ("A01", "admit", "inpatient"), ("A02", "transfer", "inpatient"), ("A03", "discharge", "inpatient"),
        ("A04", "admit", "outpatient"), ("A06", "transfer", "inpatient"), ("A07", "transfer", "outpatient"),
        ("A08", "update", ""), ("A11", "cancel", ""), ("A12", "transfer", "inpatient"),
        ("A13", "cancel_discharge", "inpatient"),
    ],
)  # fmt: skip
def test_what_each_event_does_to_the_visit(event: str, act: str, kind: str) -> None:
    visit = told(adt(event, pv1=pv1(kind="")))
    assert isinstance(visit, VisitRecord)
    assert (visit.act, visit.kind) == (act, kind)


@pytest.mark.parametrize("event", ["A05", "A09", "A14", "A28", "A31", "A60", "ZP1"])
def test_events_that_carry_no_stay_tell_of_the_person_alone(event: str) -> None:
    assert isinstance(told(adt(event, pv1=pv1())), PersonRecord)


def test_an_admission_without_a_visit_tells_of_the_person_alone() -> None:
    assert isinstance(told(adt("A01", pv1="PV1|1||||||||")), PersonRecord)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        *((kind, "no_stay") for kind in ("ORU^R01", "ORM^O01", "OUL^R21", "RSP^K22", "MFN^M01", "DFT^P03")),
        ("RAS^O17", "medicine_in_house"),
        ("VXU^V04", "vaccination"),
    ],
)
def test_other_kinds_of_messages_never_tell_of_a_stay(kind: str, reason: str) -> None:
    given = "RXA|0|1|20260601||08^乙肝疫苗^CVX|1|mL"
    reading = read(adt(pv1=pv1(), more=given).replace(b"ADT^A01", kind.encode()), Options())
    assert (reading.state, reading.reason, reading.told) == ("ignored", reason, [])


def test_appointments_are_kept_and_training_touches_nothing() -> None:
    assert read(adt().replace(b"ADT^A01", b"SIU^S12"), Options()).state == "kept"
    reading = read(adt(pv1=pv1(), processing="T"), Options())
    assert (reading.state, reading.reason) == ("ignored", "training")


@pytest.mark.parametrize(
    ("event", "state", "reason"),
    [
        ("A23", "set_aside", "delete_unnamed"), ("A35", "set_aside", "stay_without_number"),
        ("A45", "set_aside", "stay_without_number"), ("A24", "ignored", "link_told"), ("A37", "ignored", "link_told"),
        ("A48", "ignored", "other_number_told"), ("A51", "ignored", "other_number_told"),
    ],
)  # fmt: skip
def test_events_that_name_nothing_or_carry_nothing_say_why(event: str, state: str, reason: str) -> None:
    reading = read(adt(event), Options())
    assert (reading.state, reading.reason, reading.told) == (state, reason, [])


def test_the_place_of_a_bed_is_taken_and_passed_over() -> None:
    raw = adt("A20", pid="NPU|12^1^1|U")
    assert (head_of(raw).code, read(raw, Options()).reason) == ("AA", "place_told")


@pytest.mark.parametrize("event", ["A25", "A26", "A27", "A32", "A33", "A38"])
def test_what_is_only_planned_or_taken_back_of_it_tells_of_the_person_alone(event: str) -> None:
    assert isinstance(told(adt(event, pv1=pv1())), PersonRecord)


def test_each_pair_of_a_merge_of_several_people_keeps_to_itself() -> None:
    second = "PID|1||M2^^^H^MR||乔明\rMRG|M8^^^H^MR"
    merges = read(adt("A40", more=f"MRG|M7^^^H^MR\r{second}"), Options()).told
    assert [(one.person.record_number, one.old_numbers) for one in merges if isinstance(one, MergeRecord)] == [
        ("M1", (("mrn", "M7"),)),
        ("M2", (("mrn", "M8"),)),
    ]


def test_two_people_who_change_beds_are_two_visits() -> None:
    second = "PID|1||M2^^^H^MR||乔明\r" + pv1("V2")
    found = read(adt("A17", pv1=pv1(), more=second), Options()).told
    assert [(one.act, one.key, one.person.name) for one in found if isinstance(one, VisitRecord)] == [
        ("transfer", "V1", "甘书远"),
        ("transfer", "V2", "乔明"),
    ]


@pytest.mark.parametrize(
    ("event", "merge", "act", "old", "new"),
    [
        ("A35", "MRG|M1^^^H^MR||A7", "unite", "A7", "A1"), ("A41", "MRG|M1^^^H^MR||A7", "unite", "A7", "A1"),
        ("A42", "MRG|M1^^^H^MR||A7||V7", "unite", "V7", "V1"), ("A44", "MRG|M9^^^H^MR||A1", "move", "A1", "A1"),
        ("A45", "MRG|M9^^^H^MR||||V7", "move", "V7", "V1"), ("A49", "MRG|M1^^^H^MR||A7", "renumber", "A7", "A1"),
        ("A50", "MRG|M1^^^H^MR||||V7", "renumber", "V7", "V1"), ("A45", "MRG|M9^^^H^MR||||3", "move", "M9-3", "V1"),
    ],
)  # fmt: skip
def test_what_becomes_of_a_stay_under_another_number(event: str, merge: str, act: str, old: str, new: str) -> None:
    pid = "PID|1||M1^^^H^MR||甘书远|||||||||||||A1"
    move = told(adt(event, pid=pid, pv1="" if "V" not in new else pv1(), more=merge))
    assert isinstance(move, StayMoveRecord)
    assert (move.act, move.old_key, move.key) == (act, old, new)


def test_consents_of_a_message_the_stricter_one_for_each_purpose() -> None:
    more = "\r".join(
        [
            "CON|1|education|F-2^V2||||||||A||20260501",
            "CON|2|education|F-2^V2||||||||R||20260502",
            "CON|3|001|100-2||||||||A",
            "CON|4|points|||||||||A",
            "CON|5|recording|F-1||||||||P",
            "CON|6|community|F-3||||||||A||20250101||20260101",
            "CON|7|satisfaction|F-3||||||||A||20250101||20990101",
            "CON|8|care|F-3||||||||A|||20250101",
        ]
    )
    reading = read(adt("A31", more=more), Options())
    found = [one for one in reading.told if isinstance(one, ConsentRecord)]
    assert [(one.purpose, one.decision, one.at) for one in found] == [
        ("education", "refused", dt.date(2026, 5, 2)),
        ("care", "granted", None),
    ]
    assert {one.told for one in found} == {dt.datetime(2026, 6, 1, 10, tzinfo=SHANGHAI)}
    passed_over = ["consent_of_another_kind", "consent_without_proof", "consent_undecided", "consent_ends"]
    assert reading.findings == passed_over


def test_a_kind_of_consent_in_the_words_of_the_feed() -> None:
    reading = read(
        adt("A31", more="CON|1|宣教同意^健康宣教|F^V3||||||||R"), Options(consent_kinds={"宣教同意": "education"})
    )
    (consent,) = [one for one in reading.told if isinstance(one, ConsentRecord)]
    assert (consent.purpose, consent.decision, consent.at) == ("education", "refused", None)


def test_a_message_of_training_decides_nothing() -> None:
    assert read(adt("A31", processing="T", more="CON|1|education|||||||||R"), Options()).told == []


def test_allergies_as_they_are_and_as_they_change() -> None:
    who = told(adt("A31", more="AL1|1|DA|P^青霉素||皮疹\rAL1|2|FA|^花生\rAL1|3|DA|无"))
    assert isinstance(who, PersonRecord)
    assert who.allergy_changes == (("add", "青霉素"), ("add", "花生"))
    who = told(adt("A60", more="IAM|1|DA|P^青霉素|||A\rIAM|2|FA|^花生|||D^Delete\rIAM|3|FA|^虾|||X"))
    assert isinstance(who, PersonRecord)
    assert who.allergy_changes == (("add", "青霉素"), ("delete", "花生"))
    who = told(adt("A31", more='AL1|1||""'))
    assert isinstance(who, PersonRecord)
    assert "allergies" in who.deleted


@pytest.mark.parametrize(
    "words",
    [
        "No known allergies", "No Known Drug Allergy.", "NKA", "N.K.D.A.", "无", "无。", "无已知过敏", "无已知药物过敏",
        "否认药物过敏史", "否认过敏史；", "否认药物、食物过敏史", "未发现", "未发现过敏", "未知", "不详", "过敏史不详",
        "（无）", "暂无", "无药物过敏史", "None known", "Unknown",
    ],
)  # fmt: skip
def test_that_no_allergy_is_known_is_no_allergy(words: str) -> None:
    who = told(adt("A31", more=f"AL1|1|DA|^{words}\rAL1|2|DA|^青霉素"))
    assert isinstance(who, PersonRecord)
    assert who.allergy_changes == (("add", "青霉素"),)


@pytest.mark.parametrize("words", ["无花果", "未知药物过敏", "无水酒精过敏", "Nickel", "Norfloxacin", "青霉素不详"])
def test_an_allergy_that_only_sounds_like_none_is_kept(words: str) -> None:
    who = told(adt("A31", more=f"AL1|1|DA|^{words}"))
    assert isinstance(who, PersonRecord)
    assert who.allergy_changes == (("add", words),)


def test_a_merge_retires_every_old_number() -> None:
    merge = told(adt("A40", more="MRG|M7^^^H^MR~M8^^^H^MR\rMRG|M9^^^H^MR"))
    assert isinstance(merge, MergeRecord)
    assert (merge.person.numbers, merge.old_numbers) == (
        (("mrn", "M1"),),
        (("mrn", "M7"), ("mrn", "M8"), ("mrn", "M9")),
    )


def test_two_quotes_delete() -> None:
    who = told(adt("A08", pid='PID|1||M1^^^H^MR||甘书远||""|M|||""||""'))
    assert isinstance(who, PersonRecord)
    assert who.deleted == frozenset({"birth_date", "address", "phones"})


def test_local_kinds_of_numbers_and_fillers() -> None:
    pid = "PID|1||CARD1^^^^IDCard~ZY1^^^^PatientNO~^^^^IdentifyNO||甘书远|||男|||无^^^^^^H||^^^^^^^^13800000002"
    who = told(adt("A28", pid=pid))
    assert isinstance(who, PersonRecord)
    assert (who.numbers, who.identity_number) == ((("inpatient", "ZY1"), ("card", "CARD1")), "")
    assert (who.sex, who.address, who.phones[0].value) == ("M", "", "13800000002")


def test_a_number_that_fails_its_check_digit_is_not_taken() -> None:
    reading = read(adt("A28", pid="PID|||M1||甘书远||||||||||||||110108197701011510"), Options())
    assert (reading.told[0].identity_number, reading.findings) == ("", ["identity_check_digit"])


@pytest.mark.parametrize("name", ["甘书远", "甘^书远", "甘书远^GAN^SHUYUAN", "甘书远^ganshuyuan~GAN^SHUYUAN^^^^^D"])
def test_chinese_names_in_any_components(name: str) -> None:
    assert told(adt("A28", name=name)).name == "甘书远"


def test_latin_names_and_escapes() -> None:
    assert told(adt("A28", name="Doe^John^William")).name == "John William Doe"
    assert told(adt("A28", name="Doe\\T\\Roe^J\\F\\\\X41\\")).name == "J|A Doe&Roe"


def test_custom_delimiters_and_a_doubled_escape_sign() -> None:
    raw = adt("A28").decode().translate(str.maketrans("|^~", "#@*")).encode()
    assert told(raw).numbers == (("mrn", "M1"),)
    assert told(adt("A28").replace(b"MSH|^~\\&", b"MSH|^~\\\\&")).name == "甘书远"


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\n\n"])
def test_any_line_ends(end: str) -> None:
    assert told(adt("A28").replace(b"\r", end.encode())).name == "甘书远"


def test_a_message_has_one_header() -> None:
    raw = adt("A28") + b"\r" + adt("A28", "2")
    assert (head_of(raw).problem, read(raw, Options()).reason) == ("several_messages", "several_messages")


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("20260601", dt.date(2026, 6, 1)),
        ("2026-06-01", dt.date(2026, 6, 1)),
        ("202606011305", dt.datetime(2026, 6, 1, 13, 5, tzinfo=SHANGHAI)),
        ("20260601130000.123+0200", dt.datetime(2026, 6, 1, 11, tzinfo=dt.UTC)),
        ("196203520", None), ("Aug 15, 1942", None), ("2026", None), ("20261301", None), ("", None),
    ],
)  # fmt: skip
def test_moments(written: str, read_as: dt.datetime | dt.date | None) -> None:
    assert moment(written, SHANGHAI) == read_as


def test_one_o_clock_in_berlin_is_seven_in_the_evening_in_beijing() -> None:
    found = moment("20260516130000+0200", SHANGHAI)
    assert isinstance(found, dt.datetime)
    assert found.astimezone(SHANGHAI).hour == 19


def test_a_small_visit_number_counts_the_visits_of_the_person() -> None:
    assert told(adt(pv1=pv1("3"))).key == "M1-3"


def test_files_with_envelopes_frames_and_blank_lines() -> None:
    one, two = adt("A28", "1"), adt("A31", "2")
    batch = b"FHS|^~\\&|A\rBHS|^~\\&|A\r" + one + b"\r\n\r\n" + two + b"\rBTS|2\rFTS|1\r"
    assert messages_in(batch) == [one, two]
    assert messages_in(framed(one) + framed(two)) == [one, two]
    assert messages_in(b"\xef\xbb\xbf" + one) == [one]
    assert messages_in(b"") == []
    assert messages_in(b"PID|1\r" + one) == [b"PID|1", one]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty"),
        (b"PID|1||5", "no_header"),
        (b"MSH|^~\\&|A", "no_type"),
        (b"MSH||||||||ADT^A01|1", "no_delimiters"),
    ],
)
def test_what_is_no_message_says_why(raw: bytes, code: str) -> None:
    with pytest.raises(NotAMessage) as caught:
        parsed(raw)
    assert caught.value.code == code
    assert (head_of(raw).problem, head_of(raw).code) == (code, "AR")


def test_the_answer_names_the_message_and_the_reason() -> None:
    good = acknowledgement(head_of(adt("A01", "C7")), now=NOW).decode().split("\r")
    assert (good[0].split("|")[2:6], good[0].split("|")[8], good[1]) == (
        ["CRM", "C", "HIS", "H"],
        "ACK^A01",
        "MSA|AA|C7",
    )
    bad = acknowledgement(head_of(adt("A01", "C7", pid="ZZZ|1")), now=NOW).decode().split("\r")
    assert bad[1] == "MSA|AE|C7|no PID segment"


def test_the_answer_names_a_message_of_other_delimiters_without_ours_in_its_name() -> None:
    own = adt("A01", "CID").decode().translate(str.maketrans("|^~&", "#@*$")).replace("CID", "C|7^&").encode()
    assert acknowledgement(head_of(own), now=NOW).decode().split("\r")[1] == "MSA|AA|C\\F\\7\\S\\\\T\\"
    usual = adt("A01", "A&B\\7")
    assert acknowledgement(head_of(usual), now=NOW).decode().split("\r")[1] == "MSA|AA|A&B\\7"


def test_frames_in_any_pieces() -> None:
    wire = framed(b"one") + b"\r\n" + framed(b"two")
    for size in (1, 2, 5, len(wire)):
        unframer = Unframer(100)
        pieces = [wire[start : start + size] for start in range(0, len(wire), size)]
        assert [message for piece in pieces for message in unframer.feed(piece)] == [b"one", b"two"]


@pytest.mark.parametrize(
    ("wire", "code"),
    [
        (b"MSH|", "no_start_block"), (b"\x0bone\x1cx", "no_end_block"), (b"\x0bone\x0btwo\x1c\r", "start_inside"),
        (b"\x0b" + b"x" * 101, "too_large"), (framed(b"x" * 101), "too_large"),
    ],
)  # fmt: skip
def test_wrong_framing_says_why(wire: bytes, code: str) -> None:
    with pytest.raises(WrongFraming) as caught:
        Unframer(100).feed(wire)
    assert caught.value.code == code


def test_fields_are_corrected_and_nothing_clinical_is_shown() -> None:
    raw = adt("A01", pv1=pv1(), more="DG1|1||I10^高血压").decode().replace("UNICODE UTF-8", "GBK").encode("gbk")
    shown = {one.name: one.value for one in shown_fields(raw)}
    assert (shown["PID-5"], shown["PV1-19"]) == ("甘书远", "V1")
    assert "高血压" not in "".join(shown.values())
    visit = told(corrected(raw, {"PID-5": "乔明", "PV1-44": "20260602"}))
    assert (visit.person.name, visit.admitted, visit.diagnoses) == ("乔明", dt.date(2026, 6, 2), (("I10", "高血压"),))


@pytest.mark.parametrize(("name", "value"), [("PID-5", "a|b"), ("PID-5", "a\rPID"), ("DG1-3", "x"), ("MRG-1", "x")])
def test_a_value_that_would_break_the_message_is_refused(name: str, value: str) -> None:
    with pytest.raises(CannotCorrect):
        corrected(adt("A01", pv1=pv1()), {name: value})
