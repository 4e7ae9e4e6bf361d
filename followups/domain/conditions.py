"""The named conditions that tier rules are made of. Each asks a stay's facts and answers yes, no, or not known (None).

Every condition names the source field it reads. What is not known does not fire and is listed. A tick on the facts
screen wins over what codes or the feed imply. Parameters (years, levels, code groups) come from the rule's row.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from followups.domain.facts import StayFacts


class Answer(NamedTuple):
    """Whether the condition holds, and the input that decided: codes and numbers, no free text."""

    holds: bool | None
    value: str = ""


# before a value that no record proves, and that only a list says
TOLD = "list:"
NOT_KNOWN = Answer(None)
NO = Answer(False)

Predicate = Callable[[StayFacts, Mapping[str, Any]], Answer]


class Condition(NamedTuple):
    """A condition of the registry: its key, what it is called, and the source field it reads."""

    key: str
    label: Any
    field: str
    test: Predicate


CONDITIONS: dict[str, Condition] = {}


def condition(key: str, label: Any, field: str) -> Callable[[Predicate], Predicate]:
    """Registers a predicate."""

    def add(test: Predicate) -> Predicate:
        CONDITIONS[key] = Condition(key, label, field, test)
        return test

    return add


def _any_of(answers: Iterable[Answer]) -> Answer:
    """Yes if one holds; no if all are known not to; else not known."""
    unknown = False
    for answer in answers:
        if answer.holds:
            return answer
        unknown = unknown or answer.holds is None
    return NOT_KNOWN if unknown else NO


def _ticked(facts: StayFacts, key: str) -> Answer:
    """The tick of the facts screen."""
    holds = facts.answers.get(key)
    return Answer(True, key) if holds else NOT_KNOWN if holds is None else NO


def _one_ticked(facts: StayFacts, keys: Collection[str]) -> Answer:
    """One of the ticks of the facts screen; most stays have none."""
    return NOT_KNOWN if keys and not facts.answers else _any_of(_ticked(facts, key) for key in keys)


def _first_code(facts: StayFacts, prefixes: tuple[str, ...]) -> str:
    """The first diagnosis code in one of the groups, or ''."""
    for code in facts.codes:
        if code.startswith(prefixes):
            return code
    return ""


@condition("surgery_level_at_least", _("grade of surgery"), "encounter.surgery_level")
def surgery_level_at_least(facts: StayFacts, params: Mapping[str, Any]) -> Answer:
    """Surgery of this grade or above (III = 3, IV = 4)."""
    if facts.surgery_level is None:
        return NOT_KNOWN
    return Answer(True, str(facts.surgery_level)) if facts.surgery_level >= params["level"] else NO


@condition("intensive_or_critical", _("intensive care or critical notice"), "encounter.icu, encounter.critical")
def intensive_or_critical(facts: StayFacts, params: Mapping[str, Any]) -> Answer:
    """Intensive care or a critical notice in this stay."""
    told = (("icu", facts.icu), ("critical", facts.critical))
    return _any_of([Answer(facts.answers.get(key, value), key) for key, value in told])


@condition("malignancy", _("malignancy under treatment"), "encounter.diagnosis_code, fact.malignancy_treatment")
def malignancy(facts: StayFacts, params: Mapping[str, Any]) -> Answer:
    """A diagnosis code of the groups, unless somebody ticked that it is not under treatment."""
    ticked = _ticked(facts, "malignancy_treatment")
    if ticked.holds is not None:
        return ticked
    if not facts.codes:
        return NOT_KNOWN
    code = _first_code(facts, params["groups"])
    return Answer(True, code) if code else NO


@condition(
    "left_with_device",
    _("left with a device or a medicine to watch"),
    "fact.drain, fact.stoma, medication, diagnosis_code",
)
def left_with_device(facts: StayFacts, params: Mapping[str, Any]) -> Answer:
    """Left with one of the ticked things, a medicine named in the parameters, or a stoma by its code; a no wins."""
    code = _first_code(facts, params.get("groups", ()))
    if code and facts.answers.get("stoma") is not False:
        return Answer(True, code)
    for name in params.get("medicines", ()) if facts.medicines else ():
        if any(name in medicine for medicine in facts.medicines) and facts.answers.get("anticoagulant") is not False:
            return Answer(True, name)
    return _one_ticked(facts, params["facts"])


@condition("unplanned_readmission", _("unplanned readmission"), "encounter (earlier stay), fact.unplanned_readmission")
def unplanned_readmission(facts: StayFacts, params: Mapping[str, Any]) -> Answer:
    """Ticked; or no earlier stay ended in the days before. An earlier stay alone may have been planned."""
    ticked = _ticked(facts, "unplanned_readmission")
    if ticked.holds is not None:
        return ticked
    return NOT_KNOWN if facts.earlier_discharge_on else NO


_UNCLEAR_WORDS = re.compile(r"待查|查因|原因不明|诊断不明|待排|[?？]")


@condition(
    "diagnosis_unclear", _("diagnosis unclear"), "encounter.diagnosis_code, diagnosis_text, fact.diagnosis_unclear"
)
def diagnosis_unclear(facts: StayFacts, params: Mapping[str, Any]) -> Answer:
    """Ticked; or the main diagnosis is a symptom code of the groups; or its text says so (待查, 查因, ?)."""
    ticked = _ticked(facts, "diagnosis_unclear")
    if ticked.holds is not None:
        return ticked
    if not facts.codes and not facts.diagnosis_text:
        return NOT_KNOWN
    if facts.codes and facts.codes[0].startswith(params["groups"]):
        return Answer(True, facts.codes[0])
    found = _UNCLEAR_WORDS.search(facts.diagnosis_text)
    return Answer(True, found.group()) if found else NO


@condition("fact", _("a ticked fact"), "fact")
def ticked_fact(facts: StayFacts, params: Mapping[str, Any]) -> Answer:
    """A tick of the facts screen and nothing else."""
    return _ticked(facts, params["fact"])


@condition("age_at_least", _("age"), "patient.birth_date")
def age_at_least(facts: StayFacts, params: Mapping[str, Any]) -> Answer:
    """This many full years at discharge, by the birth date, else by what the list says."""
    if facts.age is None:
        return NOT_KNOWN
    if facts.age < params["years"]:
        return NO
    return Answer(True, f"{TOLD}{facts.age}" if facts.age_is_told else str(facts.age))


@condition(
    "alone_with_chronic_diseases",
    _("age, living alone, chronic diseases"),
    "patient.birth_date, fact.lives_alone, fact.two_chronic_diseases, encounter.diagnosis_code",
)
def alone_with_chronic_diseases(facts: StayFacts, params: Mapping[str, Any]) -> Answer:
    """This old, living alone, and with so many chronic diseases (ticked, or as many distinct code groups)."""
    age = age_at_least(facts, params)
    if age.holds is False:
        return NO
    parts = [age, _ticked(facts, "lives_alone"), _chronic_count(facts, params)]
    if any(part.holds is False for part in parts):
        return NO
    if any(part.holds is None for part in parts):
        return NOT_KNOWN
    return Answer(True, parts[0].value)


def _chronic_count(facts: StayFacts, params: Mapping[str, Any]) -> Answer:
    """Whether so many chronic diseases are known. Fewer codes prove nothing: lists often carry the main one only."""
    ticked = _ticked(facts, "two_chronic_diseases")
    if ticked.holds is not None:
        return ticked
    prefixes = params["groups"]
    groups = {code[:3] for code in facts.codes if code.startswith(prefixes)}
    return Answer(True, str(len(groups))) if len(groups) >= params["count"] else NOT_KNOWN


@condition("ordered_by_staff", _("the physician's order"), "tier_assignment.overridden_by")
def ordered_by_staff(facts: StayFacts, params: Mapping[str, Any]) -> Answer:
    """Somebody clinical put the stay into this tier by hand."""
    return Answer(True, facts.ordered_tier) if facts.ordered_tier == params["tier"] else NO


@condition("other_surgery", _("other surgery"), "encounter.surgery_level, procedure")
def other_surgery(facts: StayFacts, params: Mapping[str, Any]) -> Answer:
    """Surgery below the grade of tier A, or a procedure without a grade."""
    if facts.surgery_level is None:
        return Answer(True, "procedure") if facts.has_procedure else NOT_KNOWN
    return Answer(True, str(facts.surgery_level)) if 1 <= facts.surgery_level < params["below"] else NO


@condition(
    "chronic_disease",
    _("chronic disease on long-term medicine"),
    "encounter.diagnosis_code, fact.long_term_medicine, medication.is_long_term",
)
def chronic_disease(facts: StayFacts, params: Mapping[str, Any]) -> Answer:
    """Ticked; or a medicine marked as long-term; or a diagnosis code of the groups. No such code proves nothing:
    lists often carry one.
    """
    ticked = _ticked(facts, "long_term_medicine")
    if ticked.holds is not None:
        return ticked
    if facts.long_term_medicine:
        return Answer(True, facts.long_term_medicine)
    code = _first_code(facts, params["groups"])
    return Answer(True, code) if code else NOT_KNOWN


@condition("maternity", _("maternity and newborn"), "encounter.diagnosis_code, fact.maternity")
def maternity(facts: StayFacts, params: Mapping[str, Any]) -> Answer:
    """Ticked; or a diagnosis code of the groups."""
    ticked = _ticked(facts, "maternity")
    if ticked.holds is not None:
        return ticked
    if not facts.codes:
        return NOT_KNOWN
    code = _first_code(facts, params["groups"])
    return Answer(True, code) if code else NO


# 随诊 counts only with a time: 如有不适随诊 stands in nearly every discharge letter and asks nobody to come.
_REVISIT_WORDS = re.compile(
    r"复诊|復診|复查|復查|拆线|拆線|返院|revisit|(?:定期|按时|按時|按期|[\d一二三四五六七八九十两兩]+个?個?(?:天|日|周|週|月)后?後?)(?:门诊|門診)?[随隨][诊診]",
    re.IGNORECASE,
)


@condition(
    "revisit_date", _("a revisit date in the instructions"), "encounter.revisit_on, encounter.discharge_instructions"
)
def revisit_date(facts: StayFacts, params: Mapping[str, Any]) -> Answer:
    """A revisit date, or instructions that ask the person to come back (复诊, 复查, 拆线)."""
    if facts.revisit_on:
        return Answer(True, facts.revisit_on.isoformat())
    if not facts.instructions.strip():
        return NOT_KNOWN
    found = _REVISIT_WORDS.search(facts.instructions)
    return Answer(True, found.group()) if found else NO


@condition(
    "short_stay_cured",
    _("short stay, cured"),
    "encounter.admitted_on, encounter.discharged_on, encounter.outcome, fact.cured",
)
def short_stay_cured(facts: StayFacts, params: Mapping[str, Any]) -> Answer:
    """At most so many nights, and cured: as ticked, else by the outcome of the stay."""
    if facts.nights is None:
        return NOT_KNOWN
    if facts.nights > params["nights"]:
        return NO
    cured = facts.answers.get("cured", facts.outcome == "cured" if facts.outcome else None)
    return Answer(cured, str(facts.nights) if cured else "")


@condition("outpatient_pick", _("chosen outpatient"), "encounter.kind")
def outpatient_pick(facts: StayFacts, params: Mapping[str, Any]) -> Answer:
    """The run was opened for a chosen outpatient visit."""
    return Answer(facts.kind == "outpatient", "outpatient" if facts.kind == "outpatient" else "")


@condition("abnormal_checkup", _("health check with abnormal items"), "checkup_finding.is_abnormal")
def abnormal_checkup(facts: StayFacts, params: Mapping[str, Any]) -> Answer:
    """A health check with an abnormal item."""
    if facts.kind != "checkup":
        return NO
    holds = facts.has_abnormal_finding
    return Answer(holds, "abnormal" if holds else "")


@condition("unit_key_person", _("key person of a contract unit"), "group_member.is_key_person")
def unit_key_person(facts: StayFacts, params: Mapping[str, Any]) -> Answer:
    """A key person of a unit whose contract is in force."""
    return Answer(True, "key person") if facts.is_unit_key_person else NO
