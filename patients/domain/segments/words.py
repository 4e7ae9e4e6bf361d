"""A rule in words, line by line, and what changed between two versions."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from patients import segment_facts
from patients.domain.segments.rules import MODES, Group, Line, Rule
from patients.segment_facts import Inputs, Kind, SegmentFact

WITH_DECEASED = gettext_lazy("the deceased are included")


@dataclass(frozen=True)
class Said:
    """A part of a rule in words: a line, or a heading with parts below it."""

    text: str
    place: str = ""
    is_group: bool = False
    parts: list["Said"] = field(default_factory=list)


def said(part: Line | Group, place: str = "", words: "dict[str, dict[str, Any]] | None" = None) -> Said:
    """A rule as headings and lines. Offered values are read once for each fact."""
    words = {} if words is None else words
    if isinstance(part, Line):
        return Said(sentence(part, words), place)
    parts = [said(inner, f"{place}.{n}" if place else str(n), words) for n, inner in enumerate(part.parts)]
    return Said(str(MODES[part.mode]), place, is_group=True, parts=parts)


def sentence(line: Line, words: dict[str, dict[str, Any]] | None = None) -> str:
    """年龄至少65岁. A fact or operator that is not known any more is named by its key."""
    fact = segment_facts.facts.get(line.fact)
    operator = fact.operator(line.op) if fact else None
    if fact is None or operator is None:
        return _("not known: %(key)s") % {"key": f"{line.fact} {line.op}"}
    texts = _words_of(line, fact, {} if words is None else words)
    or_word = pgettext("between the alternatives of a line", " or ")
    values = {
        "fact": fact_words(fact, line.way),
        "measure": str(fact.measure),
        "values": or_word.join(texts) or "…",
        "a": texts[0] if texts else "…",
        "b": texts[-1] if texts else "…",
    }
    told = str(operator.sentence) % values
    return (
        _("in the last %(months)s months %(sentence)s") % {"months": line.months, "sentence": told}
        if line.months
        else told
    )


def fact_words(fact: SegmentFact, way: str) -> str:
    """The fact, and which of its ways is meant: 同意接收健康教育（短信）."""
    if not fact.ways:
        return str(fact.label)
    said = str(dict(fact.ways.choices()).get(way, way) or "…")
    return _("%(fact)s (%(way)s)") % {"fact": fact.label, "way": said}


def _words_of(line: Line, fact: SegmentFact, words: dict[str, dict[str, Any]]) -> list[str]:
    operator = fact.operator(line.op)
    if operator is None or operator.inputs is not Inputs.MANY or fact.kind is Kind.CODES or fact.choices is None:
        return list(line.values)
    if fact.key not in words:
        words[fact.key] = dict(fact.choices())
    return [str(words[fact.key].get(value, value)) for value in line.values]


@dataclass(frozen=True)
class Change:
    """A line of a rule that was added, taken away, or stays."""

    sign: str
    depth: int
    text: str

    @property
    def sign_words(self) -> str:
        """What happened to the line, for those who do not see the sign."""
        return {"+": _("added"), "-": _("taken away")}.get(self.sign, _("unchanged"))


def changes(before: Rule, after: Rule) -> list[Change]:
    """What became of each line from one version to the next."""
    old, new = _flat(before), _flat(after)
    made: list[Change] = []
    for tag, i, j, k, m in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            made += [Change("=", *entry) for entry in old[i:j]]
        else:
            made += [Change("-", *entry) for entry in old[i:j]]
            made += [Change("+", *entry) for entry in new[k:m]]
    return made


def _flat(rule: Rule) -> list[tuple[int, str]]:
    lines = list(_flattened(said(rule.root), 0))
    return [*lines, (0, str(WITH_DECEASED))] if rule.with_deceased else lines


def _flattened(part: Said, depth: int) -> Iterator[tuple[int, str]]:
    yield depth, part.text
    for inner in part.parts:
        yield from _flattened(inner, depth + 1)
