"""Departments: as they are chosen from, and their table as a list tells it: code, name, the department above, other
names.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q

from accounts.domain.code_tables import TableOutcome, TableRow, correct, make
from accounts.models import Department


def choices_of(departments: Iterable[Department]) -> list[tuple[str, str]]:
    """Departments to choose from, as fields and filters offer them: those to be confirmed say so."""
    return [(str(one.pk), one.listed_name) for one in departments]


def bring_departments(rows: Sequence[TableRow], *, already: set[int]) -> TableOutcome:
    """Departments, found by their code, else by their name where the known one has no code yet. A name that another
    department bears is refused, because lists find departments by their names.
    """
    by_code, by_name = _known(rows)
    done, new = TableOutcome(), dict[str, TableRow]()
    for row in rows:
        name = row.values["name"]
        bearer, found = by_name.get(name), _found(row, by_code, by_name)
        if (found is not None and found.pk in already | done.named) or _is_twice(row, new):
            done.left_out[row.row] = "code_twice"
        elif name in new or (bearer is not None and bearer is not found):
            done.left_out[row.row] = "name_taken"
        elif found is None:
            new[name] = row
        else:
            correct(found, row, done)
    make(Department, new.values(), done)
    return done


def found_departments(rows: Sequence[TableRow]) -> dict[int, int]:
    """Row of the list → id of the department that it tells of, where there is one."""
    known = _known(rows)
    return {row.row: found.pk for row in rows if (found := _found(row, *known)) is not None}


def _known(rows: Sequence[TableRow]) -> tuple[dict[str, Department], dict[str, Department]]:
    """The departments that the rows may mean, by code and by name."""
    codes = [row.values["code"] for row in rows if row.values.get("code")]
    names = [row.values["name"] for row in rows]
    known = list(Department.objects.filter(Q(code__in=codes) | Q(name__in=names)))
    return {one.code: one for one in known if one.code}, {one.name: one for one in known}


def _found(row: TableRow, by_code: Mapping[str, Department], by_name: Mapping[str, Department]) -> Department | None:
    """By its code, else by its name where the known one has no code yet, or the row has none."""
    code, bearer = row.values.get("code", ""), by_name.get(row.values["name"])
    if code and (found := by_code.get(code)) is not None:
        return found
    return bearer if bearer is not None and not (code and bearer.code) else None


def _is_twice(row: TableRow, new: Mapping[str, TableRow]) -> bool:
    code = row.values.get("code", "")
    return bool(code) and any(other.values.get("code") == code for other in new.values())


def set_parents(parents: Mapping[str, str]) -> list[tuple[int, int | None, int]]:
    """The department above each, by codes; answers what changed: id, before, after. One that is not known, or would
    stand above itself, is passed over.
    """
    known = {one.code: one for one in Department.objects.filter(code__in=[*parents, *parents.values()])}
    changed = []
    for code, above in parents.items():
        child, parent = known.get(code), known.get(above)
        if child is None or parent is None or child.parent_id == parent.pk or _is_below(parent, child, known.values()):
            continue
        changed.append((child.pk, child.parent_id, parent.pk))
        child.parent_id = parent.pk
        child.save(update_fields=["parent"])
    return changed


def _is_below(parent: Department, child: Department, known: Iterable[Department]) -> bool:
    """Whether the one to stand above already hangs below, or is the same."""
    above, met = {one.pk: one.parent_id for one in known}, set[int]()
    place: int | None = parent.pk
    while place is not None and place not in met:
        if place == child.pk:
            return True
        met.add(place)
        place = above.get(place) or Department.objects.filter(pk=place).values_list("parent_id", flat=True).first()
    return False


def known_names() -> dict[str, int]:
    """What lists may call each department: its name before a code, a code before another name of it. Another name that
    two departments bear means neither.
    """
    rows = list(Department.objects.order_by("id").values_list("id", "name", "code", "aliases"))
    others: dict[str, set[int]] = {}
    for pk, _name, _code, aliases in rows:
        for alias in aliases:
            others.setdefault(alias, set()).add(pk)
    found = {alias: next(iter(bearers)) for alias, bearers in others.items() if len(bearers) == 1}
    found |= {code: pk for pk, _name, code, _aliases in rows if code}
    return found | {name: pk for pk, name, _code, _aliases in rows}
