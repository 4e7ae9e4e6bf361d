"""The list of units: what it is filtered by, its quick chips, its orders."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from accounts.models import StaffMember
from groups.models import Contract, GroupCustomer
from hospital_crm.tenancy import keyset
from hospital_crm.tenancy.counts import capped_counts
from hospital_crm.tenancy.prepared_rows import PreparedRows
from hospital_crm.typed import whole_number
from patients.domain import divisions

BY_ID = keyset.Key("id", int)
# Columns that the list may be ordered by, upwards; "-" before the name turns it round. Each has an index.
SORTS = {
    "name": keyset.Key("py_full", str, ascending=True),
    "region": keyset.Key("division_code", str, ascending=True, then="region"),
    "business": keyset.Key("business", str, ascending=True),
    "staff": keyset.Key("staff_order", int, ascending=True),
    "value": keyset.Key("value_order", int, ascending=True),
    "status": keyset.Key("status_order", int, ascending=True),
    "relation": keyset.Key("relation_order", int, ascending=True),
    "members": keyset.Key("member_count", int, ascending=True),
    "owner": keyset.Key("owner_order", str, ascending=True),
    "created": keyset.Key("id", int, ascending=True),
}
ENDING = dt.timedelta(days=90)
CHIPS = ("", *GroupCustomer.Status.values, "ending")
CHIP_WORDS = {
    "": gettext_lazy("All"),
    **dict(GroupCustomer.Status.choices),
    "ending": gettext_lazy("Contract ends in 90 days"),
}
NOWHERE = "-"
PARAMETERS = ("status", "q", "region", "relation", "value", "owner", "sort")


@dataclass
class UnitList:
    """A list as its address describes it. Filters hold together, several relationships or worths are alternatives;
    `owner` 0 asks for units nobody looks after. `region`:
    two, four or six digits are a division with all that lies in it, any other text is the name of a region, with "-"
    before it only where no division is known, and "-" alone those of no known region. `sort`: a column, "-" before it
    downwards.
    """

    actor: Actor
    day: dt.date
    chip: str = ""
    name: str = ""
    region: str = ""
    owner: int | None = None
    relation: tuple[str, ...] = ()
    value: tuple[str, ...] = ()
    sort: str = ""

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
            relation=_among(GroupCustomer.Relation.values, query.getlist("relation")),
            value=_among(GroupCustomer.Value.values, query.getlist("value")),
            sort=said["sort"] if said["sort"].removeprefix("-") in SORTS else "",
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
            _("Region"): self._region_words(),
            _("Relationship"): _alternatives(GroupCustomer.Relation.choices, self.relation),
            _("Worth"): _alternatives(GroupCustomer.Value.choices, self.value),
            _("Liaison"): self._owner_words(),
        }
        filters = [_("%(filter)s: %(value)s") % {"filter": key, "value": value} for key, value in told.items() if value]
        return [*([str(CHIP_WORDS[self.chip])] if self.chip else []), *filters]

    @property
    def order(self) -> keyset.Key:
        """What the list goes by: the wished column, else the youngest record first."""
        if not self.sort:
            return BY_ID
        return replace(SORTS[self.sort.removeprefix("-")], ascending=not self.sort.startswith("-"))

    def _region_words(self) -> str:
        if self.region == NOWHERE:
            return _("No known region")
        if self.region.startswith(NOWHERE):
            return _("%(region)s, division not known") % {"region": self.region.removeprefix(NOWHERE)}
        return divisions.words_of(self.region) if divisions.is_prefix(self.region) else self.region

    def _owner_words(self) -> str:
        if not self.owner:
            return "" if self.owner is None else _("Nobody in charge")
        return StaffMember.objects.filter(pk=self.owner).values_list("name", flat=True).first() or "—"

    @cached_property
    def filtered(self) -> QuerySet[GroupCustomer]:
        """Every unit that passes the filters, whatever the chip."""
        rows = GroupCustomer.objects.visible_to(self.actor)
        wanted = {"relation__in": self.relation, "value__in": self.value}
        rows = rows.filter(**{key: said for key, said in wanted.items() if said})
        if self.region:
            rows = rows.filter(_lying_in(self.region))
        if self.owner is not None:
            rows = rows.filter(owner_id=self.owner or None)
        return rows.filter(self._named()) if self.name.strip() else rows

    def rows(self, chip: str | None = None) -> QuerySet[GroupCustomer]:
        """The units of the list."""
        chip, rows = self.chip if chip is None else chip, self.filtered
        if chip == "ending":
            ending = Contract.objects.ending(self.day, self.day + ENDING).filter(group=OuterRef("pk"))
            return rows.filter(Exists(ending))
        return rows.filter(status=chip) if chip else rows

    def counts(self) -> Mapping[str, int]:
        """How many stand behind each chip, up to 1,001, in one query."""
        return dict(zip(CHIPS, capped_counts(*(self.rows(chip) for chip in CHIPS)), strict=True))

    def page(self, *, after: str = "", before: str = "", size: int = keyset.PAGE_SIZE) -> keyset.Page[GroupCustomer]:
        """One page."""
        return keyset.page_of(self.rows(), self.order, fetch=_LISTED, after=after, before=before, size=size)

    def neighbour(self, unit: GroupCustomer, *, newer: bool) -> GroupCustomer | None:
        """The unit above or below in the list."""
        return keyset.neighbour(self.rows(), self.order, unit, backwards=newer)

    def _named(self) -> Q:
        text = self.name.strip()
        letters = text.lower().replace(" ", "")
        return Q(name__prefix=text) | Q(py_full__prefix=letters) | Q(py_initials__prefix=letters)


def _among(known: Sequence[str], said: Sequence[str]) -> tuple[str, ...]:
    """What of the address is known, each once."""
    return tuple(one for one in dict.fromkeys(said) if one in known)


def _alternatives(choices: Sequence[tuple[str, Any]], chosen: Sequence[str]) -> str:
    return _(" or ").join(str(dict(choices)[one]) for one in chosen)


def _lying_in(region: str) -> Q:
    if region.startswith(NOWHERE):
        return Q(region=region.removeprefix(NOWHERE), division_code="")
    return divisions.lying_in([region])


_LISTED = PreparedRows(lambda: GroupCustomer.objects.select_related("owner"))
