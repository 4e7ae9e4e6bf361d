"""What codes mean by the hospital's own tables: the name beside a code that came without words, the choices of a
filter.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hospital_crm.tenancy.scope import required_hospital
from patients.domain.staging import fetched
from patients.models import DiagnosisCode, Division

COUNTY = Division.Level.COUNTY
_MOST_NEIGHBOURS = 200


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """Code → name, of those that the table has; one query, none without codes."""
    wanted = {code for code in codes if code}
    return dict(DiagnosisCode.objects.filter(code__in=wanted).values_list("code", "name")) if wanted else {}


def fill_names(lines: Iterable[Any], *, code: str = "code", text: str = "text") -> None:
    """Lines of diagnoses that came with a code alone are shown with its name. Nothing is written."""
    bare = [line for line in lines if getattr(line, code) and not getattr(line, text)]
    names = names_of(getattr(line, code) for line in bare)
    for line in bare:
        setattr(line, text, names.get(getattr(line, code), ""))


@dataclass(frozen=True)
class GroupName:
    """What a group of diagnoses is called, with the initials by which a box finds it."""

    name: str
    initials: str = ""

    @property
    def words(self) -> str:
        """Both, for a box that searches in them."""
        return f"{self.name} {self.initials}".strip()


def group_names(groups: Iterable[str]) -> dict[str, GroupName]:
    """What groups of diagnoses (I10) are called: by the very code, else by the group that the first code of it says it
    belongs to; those nobody has a name for are left out. Two queries at most, none without groups.
    """
    wanted = {group for group in groups if group}
    if not wanted:
        return {}
    rows = DiagnosisCode.objects.filter(code__in=wanted).values_list("code", "name", "py_initials")
    found = {code: GroupName(name, initials) for code, name, initials in rows}
    if missing := sorted(wanted - found.keys()):
        told = fetched(_FIRST_OF_GROUP, {"hospital": required_hospital().pk, "groups": missing})
        found |= {group: GroupName(category) for group, category in told if category}
    return found


_FIRST_OF_GROUP = f"""
select g.code, first.category from unnest(%(groups)s) as g(code)
 cross join lateral (select category from {DiagnosisCode._meta.db_table} d
                      where d.hospital_id = %(hospital)s and d.code ^@ (g.code || '.') order by d.code limit 1) as first
"""


def neighbours(regions: Iterable[str]) -> list[str]:
    """The counties of the prefectures that these counties belong to: what a region may be chosen from."""
    near = Division.objects.filter(name__in=list(regions), level=COUNTY).exclude(parent_code="")
    parents = list(near.values_list("parent_code", flat=True).distinct()[:_MOST_NEIGHBOURS])
    found = Division.objects.filter(parent_code__in=parents, level=COUNTY).order_by("code")
    return list(dict.fromkeys(found.values_list("name", flat=True)[:_MOST_NEIGHBOURS]))
