"""The one catalogue of clinical facts that no feed brings: ticked by the attending or a nurse, read by the tier rules.

A fact is yes, no, or not known; what is not known fires no rule and is listed as such.
"""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _


class Fact(NamedTuple):
    """One question of the facts screen. `group` keeps related questions together."""

    key: str
    label: Any
    group: str


GROUPS: dict[str, Any] = {
    "stay": _("In this stay"),
    "left_with": _("Left the hospital with"),
    "course": _("Course and diagnosis"),
    "home": _("At home"),
}

FACTS: tuple[Fact, ...] = (
    Fact("icu", _("intensive care"), "stay"),
    Fact("critical", _("critical notice"), "stay"),
    Fact("new_technique", _("new technique"), "stay"),
    Fact("unplanned_readmission", _("unplanned readmission within 30 days"), "stay"),
    Fact("maternity", _("maternity or newborn"), "stay"),
    Fact("drain", _("drain"), "left_with"),
    Fact("stoma", _("stoma"), "left_with"),
    Fact("device", _("other device left in"), "left_with"),
    Fact("anticoagulant", _("anticoagulant"), "left_with"),
    Fact("new_insulin", _("new insulin"), "left_with"),
    Fact("long_term_medicine", _("chronic disease on long-term medicine"), "left_with"),
    Fact("malignancy_treatment", _("malignancy under treatment"), "course"),
    Fact("diagnosis_unclear", _("diagnosis unclear"), "course"),
    Fact("slow_recovery", _("slow recovery"), "course"),
    Fact("cured", _("cured"), "course"),
    Fact("lives_alone", _("lives alone"), "home"),
    Fact("two_chronic_diseases", _("two or more chronic diseases"), "home"),
)

KEYS: frozenset[str] = frozenset(fact.key for fact in FACTS)


def label(key: str) -> Any:
    """The words of a fact. KeyError for keys that are not in the catalogue."""
    return _LABELS[key]


_LABELS = {fact.key: fact.label for fact in FACTS}
