"""Medicines that people take home, and findings of health checks, as feeds tell them of visits that are known."""

from typing import Any

import pytest

from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.models import Feed, InboundRecord
from patients.models import CheckupFinding, Encounter, Medication, Patient
from tests.cast import Cast
from tests.integrations.factories import FeedFactory
from tests.integrations.fhir_resources import Resource, alone, bundle, encounter, line, patient
from tests.integrations.hl7_messages import adt, pv1
from tests.integrations.outside import apply_all, everything, states
from tests.integrations.test_fhir import told
from tests.integrations.test_said_later import bring, corrected

pytestmark = pytest.mark.django_db


@pytest.fixture
def fhir(in_north: Hospital) -> Feed:
    return FeedFactory(kind="fhir", name="fhir")


@pytest.fixture
def hl7(in_north: Hospital) -> Feed:
    return FeedFactory()


def medicine(key: str, name: str, kind: str = "MedicationRequest", **said: Any) -> Resource:
    """A medicine of the visit."""
    named: Resource = {"medicationCodeableConcept": {"text": name}, "status": "active"}
    return {name: value for name, value in line(kind, key, "").items() if name != "code"} | named | said


def result(key: str, item: str, **said: Any) -> Resource:
    """A final result of the visit."""
    return line("Observation", key, item, status="final") | said


def medicines() -> list[tuple[str, str, bool | None]]:
    return list(Medication.objects.order_by("rank").values_list("text", "dosage", "is_long_term"))


def found() -> list[tuple[str, str, bool, str]]:
    return list(CheckupFinding.objects.order_by("rank").values_list("item", "value", "is_abnormal", "advice"))


def checkup(**said: Any) -> Resource:
    """A visit for a health check."""
    return encounter(type=[{"text": "健康体检"}], **said)


def test_medicines_of_a_visit_with_how_they_are_taken(fhir: Feed) -> None:
    drug = {"resourceType": "Medication", "id": "m1", "code": {"text": "氨氯地平片"}}
    said = (
        medicine("a", "阿司匹林肠溶片", dosageInstruction=[{"text": "每日一次，每次 100mg"}],
                 courseOfTherapyType={"coding": [{"code": "continuous"}]}),
        medicine("b", "", "MedicationStatement", medicationCodeableConcept=None,
                 medicationReference={"reference": "Medication/m1"}, dosage=[{"text": "早饭后"}]),
        medicine("c", "退烧药", status="cancelled"),
        medicine("d", "头孢", category=[{"coding": [{"code": "inpatient"}]}]),
        medicine("e", ""),
        medicine("f", "青霉素", "MedicationAdministration"),
        line("Immunization", "g", "流感疫苗"),
    )  # fmt: skip
    message = bundle(patient(), encounter(), drug, *said)
    assert told(fhir, message) == [("applied", "")]
    assert medicines() == [("阿司匹林肠溶片", "每日一次，每次 100mg", True), ("氨氯地平片", "早饭后", None)]
    assert InboundRecord.objects.get().reason_detail == {
        "applied": {"Patient": 1, "Encounter": 1, "MedicationRequest": 1, "MedicationStatement": 1},
        "ignored": {
            "MedicationRequest": {"not_so": 1, "medicine_in_house": 1, "medicine_unnamed": 1},
            "Medication": {"kind_not_used": 1},
            "MedicationAdministration": {"medicine_in_house": 1},
            "Immunization": {"vaccination": 1},
        },
    }


def test_lines_that_come_alone_are_added_and_told_anew(fhir: Feed) -> None:
    told(fhir, bundle(patient(), encounter(), medicine("a", "阿司匹林")))
    told(
        fhir, alone(medicine("b", "二甲双胍")), alone(medicine("a2", "阿司匹林", dosageInstruction=[{"text": "停早"}]))
    )
    assert medicines() == [("阿司匹林", "停早", None), ("二甲双胍", "", None)]
    before = everything()
    told(fhir, bundle(medicine("b", "二甲双胍")))
    assert (everything(), Medication.objects.count()) == (before, 2)
    told(fhir, bundle(encounter(), medicine("c", "胰岛素")))
    assert medicines() == [("胰岛素", "", None)]


def test_findings_of_a_health_check(fhir: Feed) -> None:
    said = (
        result("o1", "空腹血糖", valueQuantity={"value": 7.9, "unit": "mmol/L"},
               interpretation=[{"coding": [{"code": "H"}]}]),
        result("o2", "血压", component=[
            {"code": {"text": "收缩压"}, "valueQuantity": {"value": 120, "unit": "mmHg"}},
            {"code": {"text": "舒张压"}, "valueQuantity": {"value": 80, "unit": "mmHg"}},
        ]),
        result("o3", "腹部超声", valueString="脂肪肝", interpretation=[{"text": "异常"}], note=[{"text": "低脂饮食"}]),
        result("o4", "尿酸", status="preliminary"),
    )  # fmt: skip
    assert told(fhir, bundle(patient(), checkup(), *said)) == [("applied", "")]
    assert Encounter.objects.get().kind == "checkup"
    assert found() == [
        ("空腹血糖", "7.9 mmol/L", True, ""),
        ("血压", "收缩压 120 mmHg；舒张压 80 mmHg", False, ""),
        ("腹部超声", "脂肪肝", True, "低脂饮食"),
    ]
    assert InboundRecord.objects.get().reason_detail["ignored"] == {"Observation": {"result_not_final": 1}}


def test_a_result_of_another_visit_is_not_kept(fhir: Feed) -> None:
    told(fhir, bundle(patient(), encounter(), result("o1", "血糖", valueString="7.9")))
    assert InboundRecord.objects.get().reason_detail["ignored"] == {"Observation": {"not_of_checkup": 1}}
    assert told(fhir, alone(result("o2", "血脂")))[-1] == ("ignored", "not_of_checkup")
    assert told(fhir, bundle(line("Condition", "c1", "高血压"), result("o3", "血脂")))[-1] == ("applied", "")
    assert InboundRecord.objects.order_by("-id")[0].reason_detail == {
        "applied": {"Condition": 1}, "ignored": {"Observation": {"not_of_checkup": 1}},
    }  # fmt: skip
    assert found() == []


def test_allergies_come_and_go_with_their_resource(fhir: Feed) -> None:
    def allergy(words: str, **said: Any) -> Resource:
        return {
            "resourceType": "AllergyIntolerance", "id": words, "patient": {"reference": "Patient/p1"},
            "code": {"text": words},
        } | said  # fmt: skip

    assert told(fhir, bundle(patient(), allergy("青霉素"), allergy("海鲜"), allergy("无已知过敏"))) == [("applied", "")]
    assert Patient.objects.get().allergies == "青霉素、海鲜"
    assert InboundRecord.objects.get().reason_detail == {
        "applied": {"Patient": 1, "AllergyIntolerance": 2},
        "ignored": {"AllergyIntolerance": {"allergy_unnamed": 1}},
    }
    told(fhir, alone(allergy("海鲜", clinicalStatus={"coding": [{"code": "resolved"}]})), alone(allergy("花粉")))
    assert Patient.objects.get().allergies == "青霉素、花粉"


def rde(*orders: str, key: str = "V1", kind: str = "O", name: str = "甘书远", number: str = "M1") -> bytes:
    """Medicines that are ordered."""
    head = "MSH|^~\\&|HIS|H|CRM|C|20260603||RDE^O11|R1|P|2.5||||||UNICODE UTF-8"
    who = f"PID|1||{number}^^^H^MR||{name}||19600102|M"
    return "\r".join([head, who, f"PV1|1|{kind}|{'|' * 16}{key}", *orders]).encode()


def orc(control: str = "NW", kind: str = "") -> str:
    """An order; `kind`: for inside or outside of the house."""
    return f"ORC|{control}|P1{'|' * 27}{kind}"


ASPIRIN = "RXE||A01^阿司匹林|100||mg|片|^每日一次"
METFORMIN = "RXE||A02^二甲双胍|0.5||g"


def test_medicines_ordered_for_a_visit_that_is_known(hl7: Feed) -> None:
    apply_all(hl7, [adt("A04", pv1=pv1(kind="O")), rde(orc(), ASPIRIN, orc(), METFORMIN)])
    assert medicines() == [("阿司匹林", "100mg，每日一次", None), ("二甲双胍", "0.5g", None)]
    before = everything()
    apply_all(hl7, [rde(orc("DC"), ASPIRIN)])
    assert (medicines(), everything()) == ([("二甲双胍", "0.5g", None)], before)
    assert [state for state, _ in states()] == ["applied"] * 3


def test_a_stay_takes_home_what_is_ordered_for_outside(hl7: Feed) -> None:
    apply_all(hl7, [adt("A01", pv1=pv1()), rde(orc(), ASPIRIN, kind="I"), rde(orc(kind="O"), METFORMIN, kind="I")])
    assert (medicines(), states()[1:]) == (
        [("二甲双胍", "0.5g", None)], [("ignored", "medicine_in_house"), ("applied", "")]
    )  # fmt: skip


def test_older_systems_say_it_as_given(hl7: Feed) -> None:
    apply_all(hl7, [adt("A04", pv1=pv1(kind="O")), rde(orc(), "RXA|0|1|20260603||A01^阿司匹林|100|mg")])
    assert medicines() == [("阿司匹林", "100mg", None)]


def oru(*rows: str, kind: str = "TJ", key: str = "V1", day: str = "") -> bytes:
    """Results."""
    head = "MSH|^~\\&|LIS|H|CRM|C|20260603||ORU^R01|U1|P|2.5||||||UNICODE UTF-8"
    visit = f"PV1|1|{kind}|{'|' * 16}{key}"
    return "\r".join([head, "PID|1||M1^^^H^MR||甘书远||19600102|M", visit, f"OBR|1||||||{day}", *rows]).encode()


SUGAR = "OBX|1|NM|GLU^空腹血糖||7.9|mmol/L|3.9-6.1|H|||F"


def test_results_of_a_health_check_stand_under_it(hl7: Feed) -> None:
    apply_all(hl7, [adt("A04", pv1=pv1(kind="TJ")), oru(SUGAR, "OBX|2|CE|US^超声||1^脂肪肝|||阳性|||F")])
    assert (Encounter.objects.get().kind, found()) == (
        "checkup", [("空腹血糖", "7.9 mmol/L", True, ""), ("超声", "脂肪肝", True, "")]
    )  # fmt: skip
    apply_all(hl7, [oru(SUGAR.replace("7.9", "5.9").replace("|H|", "|N|").replace("|F", "|C"), key="", day="20260601")])
    assert found() == [("空腹血糖", "5.9 mmol/L", False, ""), ("超声", "脂肪肝", True, "")]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (oru(SUGAR, kind="O"), "no_stay"),
        (oru(SUGAR.replace("|F", "|P")), "result_not_final"),
        (oru(SUGAR, key="V9", day="20260501"), "visit_not_known"),
        (oru(SUGAR.replace("OBX", "ZBX")), "result_not_final"),
        (rde(orc(), ASPIRIN, key="V9"), "visit_not_known"),
        (rde(orc(), ASPIRIN, number="M9"), "person_not_known"),
    ],
)
def test_they_make_nobody_and_no_visit(hl7: Feed, message: bytes, reason: str) -> None:
    apply_all(hl7, [adt("A04", pv1=pv1(kind="TJ"))])
    before = everything()
    apply_all(hl7, [message])
    assert (states()[-1], everything(), found(), medicines()) == (("ignored", reason), before, [], [])


def test_what_came_before_its_visit_follows_it(north: Hospital, cast: Cast) -> None:
    bring(north, adt("A03", "1", pv1=pv1(ended="20250603100000")), rde(orc(kind="O"), ASPIRIN))
    with hospital_scope(north):
        assert (states()[1], medicines()) == (("ignored", "person_not_known"), [])
    corrected(north, cast, "1", PV1_45="20260603100000")
    with hospital_scope(north):
        assert (states(), medicines()) == ([("applied", "")] * 2, [("阿司匹林", "100mg，每日一次", None)])


def test_somebody_else_under_the_number_is_to_be_decided(hl7: Feed) -> None:
    apply_all(hl7, [adt("A04", pv1=pv1(kind="O")), rde(orc(), ASPIRIN, name="乔明远")])
    assert (states()[-1], medicines()) == (("set_aside", "named_otherwise"), [])
