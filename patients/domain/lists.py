"""The list of people: what its address describes, its quick chips, and the neighbours of a person within it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from hospital_crm.tenancy import keyset
from hospital_crm.tenancy.counts import COUNT_CAP, capped_count, capped_counts
from hospital_crm.tenancy.prepared_rows import PreparedRows
from patients.domain.people_filters import (
    FILTERS,
    SORTS,
    closed_to,
    is_tag_of_many,
    sorts_for,
    values_of,
    words_of,
)
from patients.domain.segment_filter import is_segment_of_many
from patients.models import Patient
from patients.models.querysets import PatientQuerySet

CHIPS: dict[str, dict[str, str]] = {
    "": {},
    "A": {"care_tier": "A"},
    "B": {"care_tier": "B"},
    "C": {"care_tier": "C"},
    "stopped": {"contact_state": "stopped"},
    "deceased": {"contact_state": "deceased"},
}
CHIP_WORDS = {
    "": gettext_lazy("All"),
    "A": gettext_lazy("A priority"),
    "B": gettext_lazy("B routine"),
    "C": gettext_lazy("C general"),
    "stopped": gettext_lazy("Contact stopped"),
    "deceased": gettext_lazy("Deceased"),
}
OF_CARE = ("A", "B", "C")
# So few are counted for all chips in one pass; of more each count looks for its own up to the cap.
FEW = 4 * COUNT_CAP
PARAMETERS = ("tier", *(one.key for one in FILTERS), "sort")

SHOWN = (
    *(
        "public_id",
        "name",
        "sex",
        "birth_date",
        "mrn",
        "phone",
        "region",
        "division_code",
        "care_tier",
        "contact_state",
    ),
    *("last_visit_on", "sort_on", "last_diagnosis_text", "last_department__name", "py_full"),
    *("kind", "category", "source", "preferred_channel", "preferred_language", "created_at"),
)


LISTED = PreparedRows(lambda: Patient.objects.select_related("last_department").only(*SHOWN))


def chips_for(actor: Actor) -> list[str]:
    """The quick chips of this role: those by tier only for roles that see people's care."""
    return [chip for chip in CHIPS if chip not in OF_CARE or actor.can("patients.care")]


def closed_words(label: Any) -> str:
    """A filter that the role does not have, as it is read."""
    return _("%(filter)s: not for your role, so nobody is shown") % {"filter": label}


def _in_one_pass(people: QuerySet[Patient]) -> dict[str, int]:
    found = people.aggregate(
        **{f"n{place}": Count("pk", filter=Q(**condition)) for place, condition in enumerate(CHIPS.values())}
    )
    return {chip: found[f"n{place}"] for place, chip in enumerate(CHIPS)}


def _capped(counts: Mapping[str, int]) -> dict[str, int]:
    return {chip: min(n, COUNT_CAP) for chip, n in counts.items()}


@dataclass
class PeopleList:
    """A list as its address describes it. Filters hold together; erased records are in no list. `closed`: what the
    address filters by and the role may not, key → label; then nobody is in it.
    """

    actor: Actor
    chip: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    sort: str = ""
    closed: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def described(cls, actor: Actor, query: QueryDict) -> "PeopleList":
        """The list of an address. What cannot be read filters nothing; what is not for this role leaves nobody."""
        chip, offered = query.get("tier", ""), chips_for(actor)
        closed = {one.key: one.label for one in closed_to(actor, query)}
        return cls(
            actor=actor,
            chip=chip if chip in offered else "",
            values=values_of(actor, query),
            sort=query.get("sort", ""),
            closed={"tier": _("Tier"), **closed} if chip in CHIPS and chip not in offered else closed,
        )

    @cached_property
    def conditions(self) -> list[Q]:
        """What each filter asks of people."""
        asked = [one.condition(self.values[one.key]) for one in FILTERS if one.key in self.values]
        return [*asked, Q(pk__in=[])] if self.closed else asked

    def filtered(self) -> QuerySet[Patient]:
        """Everybody who passes the filters, whatever the chip."""
        return self.visible.filter(*self.conditions)

    @cached_property
    def visible(self) -> PatientQuerySet:
        """Everybody the actor may see."""
        return Patient.objects.visible_to(self.actor)

    @property
    def sorted_by(self) -> str:
        """The order that holds: the wished one where the role may have it."""
        offered = [sort.key for sort in sorts_for(self.actor)]
        return self.sort if self.sort in offered else offered[0]

    @property
    def order(self) -> keyset.Key:
        """What the list goes by."""
        return SORTS[self.sorted_by].order

    def rows(self) -> QuerySet[Patient]:
        """The people of the list."""
        condition = CHIPS.get(self.chip, {})
        rows = self.filtered().filter(**condition)
        return rows if "contact_state" in condition else rows.exclude(contact_state="erased")

    def words(self) -> list[str]:
        """What the list shows, in words: chip and filters."""
        chip = [str(CHIP_WORDS[self.chip])] if self.chip else []
        return [*chip, *words_of(self.values), *(closed_words(label) for label in self.closed.values())]

    def counts(self) -> Mapping[str, int]:
        """How many stand behind each chip, up to 1,001, in one query.

        Where one filter or several leave many people, each count ends at the cap; of the few that several filters
        leave, or that a role sees, one pass counts them all.
        Of a role that sees very many, but not all, only these are known to be more than the cap; the rest is not
        counted. Of a tag or a segment of very many, only all of them are counted.
        """
        if self.closed:
            return dict.fromkeys(CHIPS, 0)
        base, filters = self.filtered(), len(self.values)
        if self.visible.sees_many:
            return {} if filters else {"": COUNT_CAP}
        if is_tag_of_many(self.values.get("tag", [])) or is_segment_of_many(self.values.get("segment")):
            return {"": capped_count(base)}
        if self.actor.sees != "all":
            return _capped(_in_one_pass(base.order_by()))
        if filters > 1 and (found := _in_one_pass(base.order_by()[: FEW + 1]))[""] <= FEW:
            return _capped(found)
        lists = [base.filter(**condition) for condition in CHIPS.values()]
        return dict(zip(CHIPS, capped_counts(*lists), strict=True))

    def page(self, *, after: str = "", before: str = "", size: int = keyset.PAGE_SIZE) -> keyset.Page[Patient]:
        """One page."""
        rows = self._few() or self.rows()
        return keyset.page_of(rows, self.order, fetch=LISTED, after=after, before=before, size=size)

    def _few(self) -> QuerySet[Patient] | None:
        """Of few people an order that the filters' own indexes do not give is made of their ids; an index of the order
        would be read to its end to find them.
        """
        if self.order is keyset.BY_DAY or not (self.values or self.chip) or self.visible.sees_many:
            return None
        ids = list(self.rows().order_by().values_list("pk", flat=True)[:COUNT_CAP])
        return Patient.objects.filter(pk__any_of=ids) if 0 < len(ids) < COUNT_CAP else None

    def neighbour(self, patient: Patient, *, newer: bool) -> Patient | None:
        """The next person up or down the list."""
        return keyset.neighbour(self.rows(), self.order, patient, backwards=newer)
