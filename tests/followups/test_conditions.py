"""Every condition of the shipped rules: yes, no, not known; and what the rules make of it."""

import datetime as dt
from typing import Any

import pytest

from followups.domain.conditions import CONDITIONS
from followups.domain.facts import StayFacts
from followups.domain.tiers import Decision, decide, prepared
from followups.models import TierRule
from followups.protocols import default
from patients.facts import KEYS

pytestmark = pytest.mark.unit

RULES = {rule["code"]: TierRule(**rule) for rule in default.RULES}


def stay(**known: Any) -> StayFacts:
    """A stay of which nothing is known but what is given."""
    return StayFacts(encounter_id=1, patient_id=1, **known)


def answer(code: str, facts: StayFacts) -> bool | None:
    """What the condition of a shipped rule says."""
    rule = prepared([RULES[code]])[0]
    return rule.test(facts, rule.params).holds


CASES = [
    ("A1", {"surgery_level": 3}, True),
    ("A1", {"surgery_level": 4}, True),
    ("A1", {"surgery_level": 2}, False),
    ("A1", {}, None),
    ("A2", {"icu": True}, True),
    ("A2", {"critical": True, "icu": False}, True),
    ("A2", {"critical": False, "icu": False}, False),
    ("A2", {"icu": False}, None),
    ("A2", {"icu": False, "critical": False, "answers": {"icu": True}}, True),
    ("A2", {"icu": True, "critical": False, "answers": {"icu": False}}, False),
    ("A3", {"codes": ("C18.900",)}, True),
    ("A3", {"codes": ("I10.X00", "Z51.102")}, True),
    ("A3", {"codes": ("D12.600",)}, False),
    ("A3", {"codes": ("C18.900",), "answers": {"malignancy_treatment": False}}, False),
    ("A3", {"codes": ("D12.600",), "answers": {"malignancy_treatment": True}}, True),
    ("A3", {}, None),
    ("A4", {"answers": {"drain": True}}, True),
    ("A4", {"answers": {"new_insulin": True}}, True),
    ("A4", {"codes": ("Z93.300",)}, True),
    (
        "A4",
        {
            "codes": ("Z93.300",),
            "answers": dict.fromkeys(("drain", "stoma", "device", "anticoagulant", "new_insulin"), False),
        },
        False,
    ),
    ("A4", {"medicines": ("利伐沙班片 10mg",)}, True),
    ("A4", {"medicines": ("利伐沙班片 10mg",), "answers": {"anticoagulant": False}}, None),
    ("A4", {"answers": {"device": True}}, True),
    ("A4", {"answers": dict.fromkeys(("drain", "stoma", "device", "anticoagulant", "new_insulin"), False)}, False),
    ("A4", {"answers": {"drain": False}}, None),
    ("A5", {"answers": {"unplanned_readmission": True}}, True),
    ("A5", {"answers": {"unplanned_readmission": False}, "earlier_discharge_on": "2026-02-20"}, False),
    ("A5", {"earlier_discharge_on": "2026-02-20"}, None),
    ("A5", {}, False),
    ("A6", {"codes": ("R50.900",), "diagnosis_text": "发热"}, True),
    ("A6", {"codes": ("J18.900",), "diagnosis_text": "发热待查"}, True),
    ("A6", {"codes": ("J18.900", "R50.900"), "diagnosis_text": "肺炎"}, False),
    ("A6", {"codes": ("R50.900",), "answers": {"diagnosis_unclear": False}}, False),
    ("A6", {}, None),
    ("A7", {"answers": {"new_technique": True}}, True),
    ("A7", {"answers": {"new_technique": False}}, False),
    ("A7", {}, None),
    ("A8", {"age": 80}, True),
    ("A8", {"age": 79}, False),
    ("A8", {}, None),
    ("A9", {"age": 65, "answers": {"lives_alone": True, "two_chronic_diseases": True}}, True),
    ("A9", {"age": 65, "answers": {"lives_alone": True}, "codes": ("I10.X00", "E11.900")}, True),
    ("A9", {"age": 65, "answers": {"lives_alone": True}, "codes": ("I10.X00", "I10.X01")}, None),
    ("A9", {"age": 64, "answers": {"lives_alone": True, "two_chronic_diseases": True}}, False),
    ("A9", {"age": 70, "answers": {"lives_alone": False}}, False),
    ("A9", {"age": 70}, None),
    ("A9", {"answers": {"lives_alone": True, "two_chronic_diseases": True}}, None),
    ("A10", {"ordered_tier": "A"}, True),
    ("A10", {"ordered_tier": "B"}, False),
    ("A10", {}, False),
    ("B1", {"surgery_level": 1}, True),
    ("B1", {"surgery_level": 2}, True),
    ("B1", {"surgery_level": 3}, False),
    ("B1", {"surgery_level": 0}, False),
    ("B1", {"has_procedure": True}, True),
    ("B1", {}, None),
    ("B2", {"codes": ("I10.X00",)}, True),
    ("B2", {"answers": {"long_term_medicine": True}}, True),
    ("B2", {"long_term_medicine": "二甲双胍片"}, True),
    ("B2", {"long_term_medicine": "二甲双胍片", "answers": {"long_term_medicine": False}}, False),
    ("B2", {"codes": ("I10.X00",), "answers": {"long_term_medicine": False}}, False),
    ("B2", {"codes": ("S82.600",)}, None),
    ("B3", {"answers": {"slow_recovery": True}}, True),
    ("B3", {"answers": {"slow_recovery": False}}, False),
    ("B3", {}, None),
    ("B4", {"codes": ("O83.900X001",)}, True),
    ("B4", {"codes": ("P59.900",)}, True),
    ("B4", {"codes": ("Z38.000",)}, True),
    ("B4", {"codes": ("S82.600",)}, False),
    ("B4", {"answers": {"maternity": True}}, True),
    ("B4", {}, None),
    ("B5", {"age": 65}, True),
    ("B5", {"age": 64}, False),
    ("B5", {}, None),
    ("B6", {"revisit_on": dt.date(2026, 3, 20)}, True),
    ("B6", {"instructions": "两周后门诊随诊。"}, True),
    ("B6", {"instructions": "按时服药，如有不适随诊。"}, False),
    ("B6", {"instructions": "两周后门诊复查"}, True),
    ("B6", {"instructions": "3月20日拆线"}, True),
    ("B6", {"instructions": "按时服药"}, False),
    ("B6", {}, None),
    ("B7", {"ordered_tier": "B"}, True),
    ("B7", {}, False),
]


@pytest.mark.parametrize(("code", "known", "expected"), CASES)
def test_condition_answers(code: str, known: dict[str, Any], expected: bool | None) -> None:
    assert answer(code, stay(**known)) is expected


def _nights(n: int) -> dict[str, Any]:

    return {"admitted_on": dt.date(2026, 3, 2) - dt.timedelta(n), "discharged_on": dt.date(2026, 3, 2)}


@pytest.mark.parametrize(
    ("code", "known", "expected"),
    [
        ("C1", {**_nights(3), "answers": {"cured": True}}, True),
        ("C1", {**_nights(4), "answers": {"cured": True}}, False),
        ("C1", {**_nights(2), "answers": {"cured": False}}, False),
        ("C1", {**_nights(3), "outcome": "cured"}, True),
        ("C1", {**_nights(4), "outcome": "cured"}, False),
        ("C1", {**_nights(3), "outcome": "improved"}, False),
        ("C1", {**_nights(3), "outcome": "cured", "answers": {"cured": False}}, False),
        ("C1", {**_nights(3), "outcome": "not_cured", "answers": {"cured": True}}, True),
        ("C1", _nights(2), None),
        ("C1", {}, None),
        ("C2", {"kind": "outpatient"}, True),
        ("C2", {}, False),
        ("C3", {"kind": "checkup", "has_abnormal_finding": True}, True),
        ("C3", {"kind": "checkup", "has_abnormal_finding": False}, False),
        ("C3", {"kind": "checkup"}, None),
        ("C3", {"has_abnormal_finding": True}, False),
        ("C4", {"is_unit_key_person": True}, True),
        ("C4", {}, False),
    ],
)
def test_condition_of_tier_c_answers(code: str, known: dict[str, Any], expected: bool | None) -> None:
    assert answer(code, stay(**known)) is expected


def test_every_shipped_rule_has_cases_and_a_registered_condition() -> None:
    assert {code for code in RULES if code[0] != "C"} == {code for code, _, _ in CASES}
    assert {rule.condition for rule in RULES.values()} <= CONDITIONS.keys()


def test_every_shipped_text_has_three_languages() -> None:
    rows = [*default.RULES, *default.STEPS]
    assert [
        row for row in rows if set(row["title"]) != {"zh-hans", "zh-hant", "en"} or not all(row["title"].values())
    ] == []


def shipped(facts: StayFacts) -> Decision:
    """What the shipped rules decide."""
    return decide(facts, prepared(RULES.values()))


@pytest.mark.parametrize("key", sorted(KEYS))
def test_every_tick_of_the_facts_screen_means_something_to_a_rule(key: str) -> None:
    said = [shipped(stay(answers={key: holds}, **_nights(2))) for holds in (True, False)]
    assert (said[0].fired, said[0].unknown) != (said[1].fired, said[1].unknown)


def test_the_highest_tier_wins_and_every_rule_that_fired_is_named() -> None:
    decision = shipped(stay(age=81, surgery_level=3, codes=("I10.X00",)))
    assert decision.tier == "A"
    assert decision.fired == [
        {"code": "A1", "field": "encounter.surgery_level", "value": "3"},
        {"code": "A8", "field": "patient.birth_date", "value": "81"},
        {
            "code": "B2",
            "field": "encounter.diagnosis_code, fact.long_term_medicine, medication.is_long_term",
            "value": "I10.X00",
        },
        {"code": "B5", "field": "patient.birth_date", "value": "81"},
    ]


def test_what_is_not_known_does_not_fire_and_is_listed() -> None:
    decision = shipped(stay())
    assert (decision.tier, decision.fired, decision.insufficient_facts) == ("C", [], True)
    assert decision.unknown == [
        *("A1", "A2", "A3", "A4", "A6", "A7", "A8", "A9"),
        *("B1", "B2", "B3", "B4", "B5", "B6", "C1"),
    ]


def test_nothing_fired_with_all_facts_known_is_c_without_a_mark() -> None:
    answers = dict.fromkeys(
        (
            *("drain", "stoma", "device", "anticoagulant", "new_insulin", "unplanned_readmission"),
            *("new_technique", "lives_alone", "long_term_medicine", "slow_recovery", "cured"),
        ),
        False,
    )
    decision = shipped(
        stay(
            age=40,
            surgery_level=0,
            icu=False,
            critical=False,
            codes=("S82.600",),
            instructions="按时服药",
            answers=answers,
            **_nights(2),
        )
    )
    assert (decision.tier, decision.fired, decision.unknown, decision.insufficient_facts) == ("C", [], [], False)
