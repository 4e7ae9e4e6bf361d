"""The published rules as one statement over many people: what each would be labelled, by which lines, looking at what.

The facts of all sources are gathered first, one row per person. A condition over a fact that is not known is NULL in
SQL and so does not hold; nothing else is needed for "not known does not fire".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from patients import label_facts
from patients.models import LabelRule, LabelRuleSet
from patients.models.label_words import BY_POINTS, VALUES

_OPERATORS = {">=": ">=", "<=": "<=", "=": "="}


@dataclass
class Statement:
    """`sql` selects patient_id, axis, value, lines, inputs, unknown; `params` beside `ids` and `day`."""

    sql: str = ""
    params: dict[str, Any] = field(default_factory=dict)


def statement_of(rules: LabelRuleSet) -> Statement:
    """The lines in use of a version. Facts that no app tells any more are not known."""
    lines = list(rules.rules.filter(is_active=True).order_by("rank"))
    codes = {f"c{place}": line.code for place, line in enumerate(lines)}
    made = Statement(params={"least": rules.least_points, **codes})
    known = label_facts.facts()
    used = sorted({one["fact"] for line in lines for one in line.conditions if one["fact"] in known})
    sources = [source for source in label_facts.sources() if any(fact.key in used for fact in source.facts)]
    fired = ", ".join(
        f"coalesce({_condition(line, known, made)}, false) as l{place}" for place, line in enumerate(lines)
    )
    joins = [f"left join ({source.sql}) s_{source.key} on s_{source.key}.patient_id = asked.id" for source in sources]
    axes = ", ".join(_axis(axis, lines, known) for axis in VALUES)
    made.sql = f"""
with facts as materialized (
    select asked.id, {", ".join(_fact(key, known[key]) for key in used)}
      from unnest(%(ids)s::bigint[]) as asked(id)
      {" ".join(joins)}
), judged as materialized (
    select facts.*, {fired} from facts
)
select judged.id as patient_id, said.axis, said.value, said.lines, said.inputs, said.unknown
  from judged cross join lateral (values {axes}) as said(axis, value, lines, inputs, unknown)
"""
    return made


def _fact(key: str, fact: label_facts.LabelFact) -> str:
    source = next(source for source in label_facts.sources() if fact in source.facts)
    column = f"s_{source.key}.{key}"
    return f"{column if fact.without is None else f'coalesce({column}, {int(fact.without)})'}::numeric as {key}"


def _condition(line: LabelRule, known: dict[str, label_facts.LabelFact], made: Statement) -> str:
    parts = []
    for one in line.conditions:
        if one["fact"] not in known:
            return "false"
        name = f"v{len(made.params)}"
        made.params[name] = one["value"]
        parts.append(f"{one['fact']} {_OPERATORS[one['op']]} %({name})s")
    return f"({' and '.join(parts)})" if parts else "false"


def _axis(axis: str, every: Sequence[LabelRule], known: dict[str, label_facts.LabelFact]) -> str:
    """One row of an axis: what is said, the lines behind it, what they looked at, what was not known."""
    lines = [(f"l{place}", line) for place, line in enumerate(every) if line.axis == axis]
    if axis in BY_POINTS:
        value, told = _by_points(axis, lines), {name: name for name, _line in lines}
    else:
        value, told = _first(lines), _of_first(lines)
    codes = ", ".join(f"case when {told[name]} then %(c{name[1:]})s end" for name, _line in lines)
    facts = sorted({one["fact"] for _name, line in lines for one in line.conditions if one["fact"] in known})
    inputs = ", ".join(f"'{key}', case when {_looked_at(key, lines, told)} then {key} end" for key in facts)
    unknown = ", ".join(f"case when {key} is null then '{key}' end" for key in facts)
    return (
        f"('{axis}', {value}, array_remove(array[{codes}]::text[], null),"
        f" jsonb_strip_nulls(jsonb_build_object({inputs})), array_remove(array[{unknown}]::text[], null))"
    )


def _looked_at(key: str, lines: Sequence[tuple[str, LabelRule]], told: dict[str, str]) -> str:
    """Whether a line that is told of looks at this fact."""
    found = [told[name] for name, line in lines if any(one["fact"] == key for one in line.conditions)]
    return f"({' or '.join(found)})"


def _first(lines: Sequence[tuple[str, LabelRule]]) -> str:
    cases = " ".join(f"when {name} then '{line.value}'" for name, line in lines)
    return f"case {cases} else '' end" if cases else "''"


def _of_first(lines: Sequence[tuple[str, LabelRule]]) -> dict[str, str]:
    """Lines of a stage are told of when they fired and no earlier line spoke for another stage."""
    told = {}
    for place, (name, line) in enumerate(lines):
        earlier = [other for other, one in lines[:place] if one.value != line.value]
        told[name] = f"({name} and not ({' or '.join(earlier)}))" if earlier else name
    return told


def _by_points(axis: str, lines: Sequence[tuple[str, LabelRule]]) -> str:
    """The group with the most points, if it has enough and no other has as many."""
    sums = {
        value: " + ".join(
            f"case when {name} then {line.points} else 0 end" for name, line in lines if line.value == value
        )
        or "0"
        for value in VALUES[axis].values
    }
    cases = " ".join(
        f"when {own} >= %(least)s and "
        + " and ".join(f"({own}) > ({sums[other]})" for other in sums if other != value)
        + f" then '{value}'"
        for value, own in sums.items()
    )
    return f"case {cases} else '' end"
