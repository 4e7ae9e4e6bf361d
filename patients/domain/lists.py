"""The list of people: what it is filtered by, its quick chips, and the neighbours of a person within it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Q, QuerySet

from accounts.actors import Actor
from hospital_crm.tenancy import keyset
from hospital_crm.tenancy.counts import COUNT_CAP, capped_counts
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


OF_CARE = ("A", "B", "C")
BY_RECORD = keyset.Key("id", int)

SHOWN = (
    *("public_id", "name", "sex", "birth_date", "mrn", "phone", "region", "care_tier", "contact_state"),
    *("last_visit_on", "sort_on", "last_diagnosis_text", "last_department__name"),
)


def may_filter_by_disease(actor: Actor) -> bool:
    """Disease groups tell about illness: only for those who care or follow up."""
    return actor.can("patients.clinical") or actor.can("followups.work")


def chips_for(actor: Actor) -> list[str]:
    """The quick chips of this role: those by tier only for roles that see people's care."""
    return [chip for chip in CHIPS if chip not in OF_CARE or actor.can("patients.care")]


@dataclass
class PeopleList:
    """A list as its address describes it. Filters hold together; erased records are in no list.

    Whoever does not see people's care reads the youngest record first: the order of visits would tell of them.
    """

    actor: Actor
    chip: str = ""
    department: int | None = None
    disease: str = ""
    region: str = ""

    def filtered(self) -> QuerySet[Patient]:
        """Everybody who passes the filters, whatever the chip."""
        wanted = {"last_department_id": self.department, "disease_group": self.disease, "region": self.region}
        return self.visible.filter(**{key: value for key, value in wanted.items() if value})

    @cached_property
    def visible(self) -> PatientQuerySet:
        """Everybody the actor may see."""
        return Patient.objects.visible_to(self.actor)

    @property
    def order(self) -> keyset.Key:
        """What the list goes by."""
        return keyset.BY_DAY if self.actor.can("patients.care") else BY_RECORD

    def rows(self) -> QuerySet[Patient]:
        """The people of the list."""
        condition = CHIPS.get(self.chip, {})
        rows = self.filtered().filter(**condition)
        return rows if "contact_state" in condition else rows.exclude(contact_state="erased")

    def counts(self) -> Mapping[str, int]:
        """How many stand behind each chip, up to 1,001, in one query.

        One filter leaves many people, and each count ends at the cap; several filters, or a role that sees few
        people, leave
        few, and one pass counts them all.
        Of a role that sees very many, but not all, only these are known to be more than the cap; the rest is not
        counted.
        """
        base, filters = self.filtered(), sum(map(bool, (self.department, self.disease, self.region)))
        if self.visible.sees_many:
            return {} if filters else {"": COUNT_CAP}
        if filters > 1 or self.actor.sees != "all":
            found = base.order_by().aggregate(
                **{f"n{place}": Count("pk", filter=Q(**condition)) for place, condition in enumerate(CHIPS.values())}
            )
            return {chip: min(found[f"n{place}"], COUNT_CAP) for place, chip in enumerate(CHIPS)}
        lists = [base.filter(**condition) for condition in CHIPS.values()]
        return dict(zip(CHIPS, capped_counts(*lists), strict=True))

    def page(self, *, after: str = "", before: str = "", size: int = 50) -> keyset.Page[Patient]:
        """One page, latest visit first."""
        people = Patient.objects.select_related("last_department").only(*SHOWN)
        return keyset.page_of(self.rows(), self.order, fetch=people, after=after, before=before, size=size)

    def neighbour(self, patient: Patient, *, newer: bool) -> Patient | None:
        """The next person up or down the list."""
        return keyset.neighbour(self.rows(), self.order, patient, backwards=newer)
