"""Units by region: the figures of each, and what lists may be filtered by."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, CharField, Count, F, Sum, When

from accounts.actors import Actor
from groups.models import GroupCustomer, GroupValue
from patients.domain import divisions

MOST_REGIONS = 2000


def _place(path: str = "") -> Case:
    """The code of the division where it is known, else the name of the region."""
    named = When(**{f"{path}division_code": ""}, then=F(f"{path}region"))
    return Case(named, default=F(f"{path}division_code"), output_field=CharField(db_collation="C"))


_PLACE = _place()


@dataclass(frozen=True, slots=True)
class Region:
    """The units of one county or district: how many in each state, their staff, and what they brought in the year.
    `key`: the code of its division, its name where the hospital's table does not tell which it is, '' for none.
    """

    key: str
    states: dict[str, int]
    staff: int
    value: Decimal

    @property
    def units(self) -> int:
        """All of them."""
        return sum(self.states.values())

    @property
    def name(self) -> str:
        """As it is read, with the prefecture and province where they are known."""
        return divisions.words_of(self.key)


def regions_of(actor: Actor, year: int) -> list[Region]:
    """Every region of the units the actor sees, those with the most units first."""
    units = GroupCustomer.objects.visible_to(actor).annotate(place=_PLACE)
    states: dict[str, dict[str, int]] = {}
    staff: dict[str, int] = {}
    for row in units.values("place", "status").annotate(n=Count("pk"), people=Sum("staff_count")).order_by():
        states.setdefault(row["place"], {})[row["status"]] = row["n"]
        staff[row["place"]] = staff.get(row["place"], 0) + (row["people"] or 0)
    brought = _brought(actor, year)
    found = [Region(place, by, staff[place], brought.get(place, Decimal())) for place, by in states.items()]
    return sorted(found, key=lambda one: (-one.units, one.key))


def _brought(actor: Actor, year: int) -> dict[str, Decimal]:
    """Billed figures count; a contract sum or an estimate only where a unit has nothing billed in the year."""
    rows = GroupValue.objects.filter(year=year, group__in=GroupCustomer.objects.visible_to(actor))
    rows = rows.annotate(place=_place("group__"))
    units: dict[int, dict[str, Any]] = {}
    for group, place, source, amount in rows.values_list("group_id", "place", "source", "amount"):
        units.setdefault(group, {"place": place})[source] = amount
    brought: dict[str, Decimal] = {}
    for said in units.values():
        place = said.pop("place")
        brought[place] = brought.get(place, Decimal()) + best_figure(said)
    return brought


# What is billed in the course of a year; a contract sum or an estimate is one of the whole year.
BILLED = ("checkup", "care")


def best_figure(by_source: Mapping[str, Decimal]) -> Decimal:
    """One figure of a year: what was billed, else the contract sum, else the estimate."""
    billed = [by_source[name] for name in BILLED if name in by_source]
    if billed:
        return sum(billed, Decimal())
    return by_source.get("contract", by_source.get("estimate", Decimal()))


def known_regions(actor: Actor) -> list[tuple[str, str]]:
    """What the units the actor sees may be filtered by, with its words: provinces, prefectures and counties by code,
    then names of which the hospital's table does not tell which they are.
    """
    places = GroupCustomer.objects.visible_to(actor).order_by().values_list("division_code", "region").distinct()
    found = list(places[:MOST_REGIONS])
    codes = divisions.prefixes({code for code, _name in found if code})
    names = sorted({name for code, name in found if name and not code})
    return [*((code, divisions.words_of(code)) for code in codes), *((name, name) for name in names)]
