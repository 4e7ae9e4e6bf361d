"""The people behind a number of the classification: by group and stage, specialty, disease and region together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from accounts.actors import Actor
from hospital_crm.tenancy import keyset
from hospital_crm.tenancy.counts import capped_count
from hospital_crm.typed import whole_number
from patients.domain import divisions
from patients.domain.lists import LISTED
from patients.domain.people_filters import closed_among
from patients.models import Patient
from patients.models.label_words import VALUES

NOT_KNOWN = "-"
PLACES = {"department": "last_department_id", "disease": "disease_group", "region": "region"}


@dataclass
class LabelledPeople:
    """A list as its address describes it: `chosen` holds axes and places by name, `-` for not known or none.

    Erased records are in no list. A place that the role may not filter by, as on the list of people, leaves nobody.
    """

    actor: Actor
    chosen: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def closed(self) -> dict[str, Any]:
        """Places that the address names and this role may not filter by, name → label."""
        return closed_among(self.actor, (name for name in PLACES if self.chosen.get(name)))

    def conditions(self) -> Q:
        """What everybody in the list has."""
        found: dict[str, Any] = {}
        for name, value in self.chosen.items():
            if name in VALUES and (value in VALUES[name].values or value == NOT_KNOWN):
                found[name] = "" if value == NOT_KNOWN else value
            elif name == "department" and value:
                found |= {"last_department_id__isnull": True} if value == NOT_KNOWN else _department(value)
            elif name == "disease" and value:
                found["disease_group"] = "" if value == NOT_KNOWN else value
        return Q(**found) & _region(self.chosen.get("region", ""))

    def rows(self) -> QuerySet[Patient]:
        """The people of the list."""
        visible = Patient.objects.visible_to(self.actor).exclude(contact_state="erased")
        return visible.filter(Q(pk__in=[])) if self.closed else visible.filter(self.conditions())

    def count(self) -> int:
        """How many, up to 1,001."""
        return capped_count(self.rows())

    def page(self, *, after: str = "", before: str = "") -> keyset.Page[Patient]:
        """One page, latest visit first."""
        return keyset.page_of(self.rows(), keyset.BY_DAY, fetch=LISTED, after=after, before=before)


def _region(value: str) -> Q:
    """Of a division all that lies in it; of a name only whom no code tells more of, as they are counted."""
    if divisions.is_prefix(value):
        return divisions.lying_in([value])
    return Q(region="" if value == NOT_KNOWN else value, division_code="") if value else Q()


def _department(value: Any) -> dict[str, Any]:
    return {"last_department_id": number} if (number := whole_number(value)) is not None else {}
