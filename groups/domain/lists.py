"""The list of units: what it is filtered by, its quick chips, and its figures by region."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from accounts.models import StaffMember
from groups.models import Contract, GroupCustomer, GroupValue
from hospital_crm.tenancy import keyset
from hospital_crm.tenancy.counts import capped_counts
from hospital_crm.typed import whole_number

BY_ID = keyset.Key("id", int)
ENDING = dt.timedelta(days=90)
CHIPS = ("", *GroupCustomer.Status.values, "ending")
CHIP_WORDS = {
    "": gettext_lazy("All"),
    **dict(GroupCustomer.Status.choices),
    "ending": gettext_lazy("Contract ends in 90 days"),
}
NOWHERE = "-"
PARAMETERS = ("status", "q", "region", "relation", "value", "owner")


@dataclass
class UnitList:
    """A list as its address describes it. Filters hold together; `owner` 0 asks for units nobody looks after, `region`
    "-" for those of no known region.
    """

    actor: Actor
    day: dt.date
    chip: str = ""
    name: str = ""
    region: str = ""
    owner: int | None = None
    relation: str = ""
    value: str = ""

    @classmethod
    def described(cls, actor: Actor, query: QueryDict, day: dt.date) -> "UnitList":
        """The list of an address. What the address cannot mean for this role filters nothing."""
        said = {key: query.get(key, "").strip() for key in PARAMETERS}
        return cls(
            actor,
            day,
            chip=said["status"] if said["status"] in CHIPS else "",
            name=said["q"][:60],
            region=said["region"][:40],
            owner=whole_number(said["owner"]) if actor.sees == "all" else None,
            relation=said["relation"] if said["relation"] in GroupCustomer.Relation.values else "",
            value=said["value"] if said["value"] in GroupCustomer.Value.values else "",
        )

    @property
    def is_filtered(self) -> bool:
        """Whether anything is left out."""
        said = (self.chip, self.name, self.region, self.relation, self.value)
        return any(said) or self.owner is not None

    def words(self) -> list[str]:
        """What the list shows, in words: chip and filters."""
        told = {
            _("Name or pinyin"): self.name,
            _("Region"): _("No known region") if self.region == NOWHERE else self.region,
            _("Relationship"): dict(GroupCustomer.Relation.choices).get(self.relation),
            _("Worth"): dict(GroupCustomer.Value.choices).get(self.value),
            _("Liaison"): self._owner_words(),
        }
        filters = [_("%(filter)s: %(value)s") % {"filter": key, "value": value} for key, value in told.items() if value]
        return [*([str(CHIP_WORDS[self.chip])] if self.chip else []), *filters]

    def _owner_words(self) -> str:
        if not self.owner:
            return "" if self.owner is None else _("Nobody in charge")
        return StaffMember.objects.filter(pk=self.owner).values_list("name", flat=True).first() or "—"

    def filtered(self) -> QuerySet[GroupCustomer]:
        """Every unit that passes the filters, whatever the chip."""
        rows = GroupCustomer.objects.visible_to(self.actor)
        exact = {"relation": self.relation, "value": self.value}
        rows = rows.filter(**{key: said for key, said in exact.items() if said})
        if self.region:
            rows = rows.filter(region="" if self.region == NOWHERE else self.region)
        if self.owner is not None:
            rows = rows.filter(owner_id=self.owner or None)
        return rows.filter(self._named()) if self.name.strip() else rows

    def rows(self, chip: str | None = None) -> QuerySet[GroupCustomer]:
        """The units of the list."""
        chip, rows = self.chip if chip is None else chip, self.filtered()
        if chip == "ending":
            ending = Contract.objects.ending(self.day, self.day + ENDING).filter(group=OuterRef("pk"))
            return rows.filter(Exists(ending))
        return rows.filter(status=chip) if chip else rows

    def counts(self) -> Mapping[str, int]:
        """How many stand behind each chip, up to 1,001, in one query."""
        return dict(zip(CHIPS, capped_counts(*(self.rows(chip) for chip in CHIPS)), strict=True))

    def page(self, *, after: str = "", before: str = "", size: int = keyset.PAGE_SIZE) -> keyset.Page[GroupCustomer]:
        """One page, the youngest record first."""
        units = with_members(GroupCustomer.objects.all())
        return keyset.page_of(self.rows(), BY_ID, fetch=units, after=after, before=before, size=size)

    def _named(self) -> Q:
        text = self.name.strip()
        letters = text.lower().replace(" ", "")
        return Q(name__prefix=text) | Q(py_full__prefix=letters) | Q(py_initials__prefix=letters)


def with_members(units: QuerySet[GroupCustomer]) -> QuerySet[GroupCustomer]:
    """Units with their liaison and how many people belong to each at present."""
    belonging = Count("members", filter=Q(members__left_on__isnull=True))
    return units.select_related("owner").annotate(member_count=belonging)


@dataclass(frozen=True, slots=True)
class Region:
    """The units of one county or district: how many in each state, their staff, and what they brought in the year."""

    name: str
    states: dict[str, int]
    staff: int
    value: Decimal

    @property
    def units(self) -> int:
        """All of them."""
        return sum(self.states.values())


def regions_of(actor: Actor, year: int) -> list[Region]:
    """Every region of the units the actor sees, those with the most units first."""
    units = GroupCustomer.objects.visible_to(actor)
    states: dict[str, dict[str, int]] = {}
    staff: dict[str, int] = {}
    for row in units.values("region", "status").annotate(n=Count("pk"), people=Sum("staff_count")).order_by():
        states.setdefault(row["region"], {})[row["status"]] = row["n"]
        staff[row["region"]] = staff.get(row["region"], 0) + (row["people"] or 0)
    brought = _brought(actor, year)
    found = [Region(name, by, staff[name], brought.get(name, Decimal())) for name, by in states.items()]
    return sorted(found, key=lambda one: (-one.units, one.name))


def _brought(actor: Actor, year: int) -> dict[str, Decimal]:
    """Billed figures count; a contract sum or an estimate only where a unit has nothing billed in the year."""
    rows = GroupValue.objects.visible_to(actor).filter(year=year)
    units: dict[int, dict[str, Any]] = {}
    for group, region, source, amount in rows.values_list("group_id", "group__region", "source", "amount"):
        units.setdefault(group, {"region": region})[source] = amount
    brought: dict[str, Decimal] = {}
    for said in units.values():
        region = said.pop("region")
        brought[region] = brought.get(region, Decimal()) + best_figure(said)
    return brought


def best_figure(by_source: Mapping[str, Decimal]) -> Decimal:
    """One figure of a year: what was billed, else the contract sum, else the estimate."""
    billed = [by_source[name] for name in ("checkup", "care") if name in by_source]
    if billed:
        return sum(billed, Decimal())
    return by_source.get("contract", by_source.get("estimate", Decimal()))


def known_regions(actor: Actor) -> list[str]:
    """The regions that the units the actor sees lie in, for the filter."""
    rows = GroupCustomer.objects.visible_to(actor).exclude(region="")
    return list(rows.order_by("region").values_list("region", flat=True).distinct()[:400])
