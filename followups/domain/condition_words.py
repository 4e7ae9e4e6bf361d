"""Tier rules in words: the source a condition reads, how it compares, and with what, in the reader's language.

`CLAUSES` says the same as the predicates of `conditions`, for people. A condition without words fails a test.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import get_language, gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from followups.models import TierRule
from patients import facts

SOURCES: dict[str, Any] = {
    "patient.birth_date": _("age at discharge"),
    "encounter.kind": _("kind of visit"),
    "encounter.surgery_level": _("grade of surgery"),
    "encounter.icu": _("intensive care"),
    "encounter.critical": _("critical notice"),
    "encounter.diagnosis_code": _("diagnosis code"),
    "encounter.discharge_instructions": _("discharge instructions"),
    "encounter.admitted_on": _("day of admission"),
    "encounter.discharged_on": _("day of discharge"),
    "encounter.revisit_on": _("revisit date"),
    "encounter.outcome": _("outcome"),
    "encounter (earlier stay)": _("earlier stay"),
    "diagnosis_code": _("diagnosis code"),
    "diagnosis_text": _("diagnosis"),
    "procedure": _("surgical procedure"),
    "medication": _("medicine at discharge"),
    "medication.is_long_term": _("long-term medicine"),
    "checkup_finding.is_abnormal": _("check-up finding"),
    "group_member.is_key_person": _("key person of a contract unit"),
    "tier_assignment.overridden_by": _("tier set by hand"),
    "fact": _("clinical facts"),
    "nights": _("nights in hospital"),
}

OPERATORS: dict[str, Any] = {
    "at_least": _("at least"),
    "at_most": _("at most"),
    "below": _("below"),
    "is": _("is"),
    "starts_with": _("begins with one of"),
    "names": _("contains one of"),
    "ticked": _("is ticked"),
    "is_or_ticked": _("is, or is ticked as,"),
    "known": _("is recorded"),
}

_VALUES: dict[str, Any] = {
    "procedure": _("procedure without a grade"),
    "outpatient": _("outpatient visit"),
    "abnormal": _("abnormal"),
    "key person": _("key person"),
    "cured": facts.label("cured"),
}


_GRADES = {1: _("grade I"), 2: _("grade II"), 3: _("grade III"), 4: _("grade IV")}


class Clause(NamedTuple):
    """One comparison. `param` names the parameter of the rule that holds the value; else `value` is fixed."""

    source: str
    operator: str
    param: str = ""
    value: Any = None


_ICU, _CRITICAL = Clause("encounter.icu", "ticked"), Clause("encounter.critical", "ticked")
_CODES = Clause("encounter.diagnosis_code", "starts_with", "groups")
_AGE = Clause("patient.birth_date", "at_least", "years")


def _tick(key: str) -> Clause:
    return Clause("fact", "ticked", value=[key])


# Of each condition: the clauses of which one is enough, or all of which must hold.
ANY, ALL = "any", "all"
CLAUSES: dict[str, tuple[str, tuple[Clause, ...]]] = {
    "surgery_level_at_least": (ANY, (Clause("encounter.surgery_level", "at_least", "level"),)),
    "intensive_or_critical": (ANY, (_ICU, _CRITICAL)),
    "malignancy": (ANY, (_tick("malignancy_treatment"), _CODES)),
    "left_with_device": (ANY, (Clause("fact", "ticked", "facts"), _CODES, Clause("medication", "names", "medicines"))),
    "unplanned_readmission": (ANY, (_tick("unplanned_readmission"),)),
    "diagnosis_unclear": (
        ANY,
        (_tick("diagnosis_unclear"), _CODES, Clause("diagnosis_text", "names", value=["待查", "查因", "待排", "?"])),
    ),
    "fact": (ANY, (Clause("fact", "ticked", "fact"),)),
    "age_at_least": (ANY, (_AGE,)),
    "alone_with_chronic_diseases": (
        ALL,
        (_AGE, _tick("lives_alone"), Clause("fact", "at_least", "count", value="chronic")),
    ),
    "ordered_by_staff": (ANY, (Clause("tier_assignment.overridden_by", "is", "tier"),)),
    "other_surgery": (
        ANY,
        (Clause("encounter.surgery_level", "below", "below"), Clause("procedure", "is", value="procedure")),
    ),
    "chronic_disease": (ANY, (_tick("long_term_medicine"), Clause("medication.is_long_term", "ticked"), _CODES)),
    "maternity": (ANY, (_tick("maternity"), _CODES)),
    "revisit_date": (
        ANY,
        (
            Clause("encounter.revisit_on", "known"),
            Clause("encounter.discharge_instructions", "names", value=["复诊", "复查", "拆线", "返院"]),
        ),
    ),
    "short_stay_cured": (
        ALL,
        (Clause("nights", "at_most", "nights"), Clause("encounter.outcome", "is_or_ticked", value="cured")),
    ),
    "outpatient_pick": (ANY, (Clause("encounter.kind", "is", value="outpatient"),)),
    "abnormal_checkup": (ANY, (Clause("checkup_finding.is_abnormal", "is", value="abnormal"),)),
    "unit_key_person": (ANY, (Clause("group_member.is_key_person", "ticked"),)),
}

_LISTED = 6


def rule_words(rule: TierRule) -> str:
    """What a rule asks, complete: 手术级别不低于三级."""
    how, clauses = CLAUSES[rule.condition]
    said = [_clause_words(clause, rule.params) for clause in clauses if not clause.param or clause.param in rule.params]
    return (gettext(" and ") if how == ALL else gettext("; or ")).join(said)


def source_words(field: str) -> str:
    """The sources a condition reads: 年龄、临床情况：独居."""
    return pgettext("list of sources", ", ").join(dict.fromkeys(_source(part) for part in field.split(", ")))


def value_words(value: str, field: str) -> str:
    """The input that decided, as people say it: 3 of a surgery is 三级, drain is 引流管, a code stays a code."""
    if value in facts.KEYS:
        return str(facts.label(value))
    if value in _VALUES:
        return str(_VALUES[value])
    if value.isdigit() and field.startswith("encounter.surgery_level"):
        return grade_words(int(value))
    if value.isdigit() and field.startswith("patient.birth_date"):
        return _years(int(value))
    return value


def grade_words(level: int) -> str:
    """三级 for grade III."""
    return str(_GRADES.get(level, level))


def _source(name: str) -> str:
    if name.startswith("fact."):
        return str(facts.label(name.removeprefix("fact.")))
    return str(SOURCES[name])


def _clause_words(clause: Clause, params: Mapping[str, Any]) -> str:
    value = params[clause.param] if clause.param else clause.value
    if clause.source == "fact" and clause.operator == "ticked":
        keys = [value] if isinstance(value, str) else value
        return _joined([_listed([str(facts.label(key)) for key in keys]), str(OPERATORS["ticked"])])
    if clause.value == "chronic":
        source, words = str(gettext("number of chronic diseases")), str(value)
    else:
        source, words = _source(clause.source), _value(clause.source, value)
    return _joined([source, str(OPERATORS[clause.operator]), words])


def _value(source: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return _listed(value)
    if source == "encounter.surgery_level":
        return grade_words(value)
    if source == "patient.birth_date":
        return _years(value)
    return str(_VALUES.get(value, value))


def _years(number: int) -> str:
    return ngettext("%(n)s year", "%(n)s years", number) % {"n": number}


def _listed(values: Sequence[str]) -> str:
    """The first few of a list, and how many more there are."""
    shown = pgettext("list of values", ", ").join(values[:_LISTED])
    more = len(values) - _LISTED
    return shown if more <= 0 else gettext("%(shown)s and %(n)s more") % {"shown": shown, "n": more}


def _joined(parts: list[str]) -> str:
    """Chinese has no blanks between words."""
    blank = "" if (get_language() or "").startswith("zh") else " "
    return blank.join(part for part in parts if part)
