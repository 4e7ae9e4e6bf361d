"""Who may see which people and stays (PRODUCT §1). Denied by default.

A role that knows people from stays or from work held sees a few hundred or a few ten thousand of a million. Few are
looked up by id; of many it is asked for each person in the order of the list whether there is such a stay, until a page
is full. Who was given people, by unit or station, may have been given the oldest records: those ids are gathered by the
database in one go.
"""

import datetime as dt
from typing import TYPE_CHECKING, Any

from dateutil.relativedelta import relativedelta
from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Subquery, Value
from django.db.models.lookups import IsNull

from accounts.calendar import today
from accounts.models import HospitalSettings
from hospital_crm.tenancy.together import ids_together
from patients import registry

if TYPE_CHECKING:
    from accounts.actors import Actor


MANY = 5000


GIVEN = ("units", "station")
# What somebody who sees by stays has of the same person again and again.
REPEATED = ("attended", "ward", "department")


class PatientQuerySet(models.QuerySet):
    """People."""

    def visible_to(self, actor: "Actor") -> "PatientQuerySet":
        """Those the active role may see: all of the hospital, or those met in stays, of the station and of held work,
        or nobody.

        A role that sees all orders knows most people of a hospital: whether there are many is told by its orders, so
        that nobody has to be found twice.
        """
        if actor.sees == "all":
            return self.out_of_bin()
        if actor.sees not in ("orders", "attended", "ward", "department", *GIVEN):
            return self.none()
        met = _assigned_to_stations(actor) if actor.sees == "station" else _met_in_stays(actor)
        sources = [rule(actor) for rule in registry.purposes] + ([met] if met is not None else [])
        known, large = set[int](), sources
        if not self._hints.get("one_by_one"):
            known, large = _looked_up(sources, distinct=actor.sees in REPEATED)
        by_id = actor.sees in GIVEN and not self._hints.get("one_by_one")
        visible = self.out_of_bin().filter(_among(known, large, by_id=by_id))
        visible._hints = {**self._hints, "many": bool(large)}
        return visible

    def out_of_bin(self) -> "PatientQuerySet":
        """Without records that lie in the bin: those exist for nobody."""
        return self.exclude(contact_state="binned")

    def one_by_one(self) -> "PatientQuerySet":
        """For looking up a single person: `visible_to` then asks about this one only, within the same query."""
        rows = self._chain()
        rows._hints = {**rows._hints, "one_by_one": True}
        return rows

    @property
    def sees_many(self) -> bool:
        """Whether `visible_to` found too many people to count them behind every chip."""
        return bool(self._hints.get("many"))

    def callable(self) -> "PatientQuerySet":
        """Those who may be called: neither stopped, nor deceased, nor erased, nor perhaps dead."""
        return self.filter(contact_state="open", death_in_doubt_since__isnull=True)

    def with_identity(self) -> "PatientQuerySet":
        """Each person with the encrypted identity number as `identity_sealed`, None where none is known."""
        numbers = apps.get_model("patients", "Identifier").objects.filter(
            patient=OuterRef("pk"), system="national_id", is_active=True
        )
        return self.annotate(identity_sealed=Subquery(numbers.order_by("id").values("value_encrypted")[:1]))

    def newest_first(self) -> "PatientQuerySet":
        """The order of every list: last visit, then the younger record."""
        return self.order_by("-sort_on", "-id")


def _looked_up(sources: list[models.QuerySet], *, distinct: bool) -> tuple[set[int], list[models.QuerySet]]:
    """The ids of the people in small sources, and the sources that are too large for that."""
    lists = [source.order_by().values_list(_column(source), flat=True) for source in sources]
    found = ids_together(*((rows.distinct() if distinct else rows)[: MANY + 1] for rows in lists))
    known = {person for ids in found if len(ids) <= MANY for person in ids}
    return known, [source for source, ids in zip(sources, found, strict=True) if len(ids) > MANY]


def _column(source: models.QuerySet) -> str:
    """The one column of a source: the ids of people."""
    (column,) = source.query.values_select
    return column


def _among(known: set[int], large: list[models.QuerySet], *, by_id: bool) -> Any:
    """These ids, or somebody with a row in one of the large sources: all gathered into one array where `by_id`, which
    an index answers alone; else asked for each person. A scalar subquery is never turned into a join.
    """
    if large and by_id:
        gathered = [ArraySubquery(source.order_by()) for source in large]
        return Q(pk__any_of=Joined(Value(sorted(known), output_field=_IDS), *gathered))
    condition = Q(pk__any_of=sorted(known))
    for source in large:
        column = _column(source)
        found = source.filter(**{column: OuterRef("pk")}).order_by().values(column)[:1]
        condition |= Q(IsNull(Subquery(found), False))
    return condition


_IDS = ArrayField(models.BigIntegerField())


class Joined(Func):
    """Several arrays of ids as one."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = _IDS


def held_on(day: dt.date) -> Q:
    """Rows with `valid_from` and `valid_until`, both included, that hold on that day; open ends hold."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    return begun & (Q(valid_until__isnull=True) | Q(valid_until__gte=day))


class OfPatientQuerySet(models.QuerySet):
    """Rows that belong to one person."""

    def visible_to(self, actor: "Actor") -> "OfPatientQuerySet":
        """Those of visible people."""
        return _of_visible_people(self, actor, "patient_id")


class ContactPointQuerySet(OfPatientQuerySet):
    """Numbers and addresses."""

    def own(self, *, on: dt.date) -> "ContactPointQuerySet":
        """Those that are the person's own on that day: nobody else has lent them, by word or by record, and they hold.
        After a union the record of the owner may be the person's.
        """
        return self.not_lent().filter(held_on(on))

    def not_lent(self) -> "ContactPointQuerySet":
        """Those that nobody else has lent, whether or not they hold."""
        return self.filter(Q(owner=None) | Q(owner=F("patient")), owner_relation="")

    def usable(self) -> "ContactPointQuerySet":
        """Without dead numbers, and those at which somebody else answers."""
        return self.exclude(number_state__in=self.model.UNUSABLE)


class MembershipQuerySet(models.QuerySet):
    """VIP memberships."""

    def visible_to(self, actor: "Actor") -> "MembershipQuerySet":
        """Those of visible people for who grants them; for others those they are named contact or deputy of, until
        somebody else looks after the person.
        """
        return self.filter(_memberships_of(actor, ""))

    def still_of(self, staff_id: int) -> "MembershipQuerySet":
        """Without those after which the person came into other hands."""
        return self.filter(_not_passed_on(staff_id, ""))

    def running_on(self, day: dt.date) -> "MembershipQuerySet":
        """Those in force on that day, both ends included."""
        return self.exclude(state="void").filter(starts_on__lte=day, ends_on__gte=day)


class OfMembershipQuerySet(models.QuerySet):
    """Rows that belong to one membership."""

    def visible_to(self, actor: "Actor") -> "OfMembershipQuerySet":
        """Those of visible memberships."""
        return self.filter(_memberships_of(actor, "membership__"))


def _memberships_of(actor: "Actor", path: str) -> Q:
    if actor.can("patients.memberships") and actor.sees == "all":
        return Q()
    if not actor.can("patients.members"):
        return Q(pk__in=[])
    own = Q(**{f"{path}contact_id": actor.staff.pk}) | Q(**{f"{path}deputy_id": actor.staff.pk})
    return own & _not_passed_on(actor.staff.pk, path)


def _not_passed_on(staff_id: int, path: str) -> Q:
    """No later membership of the person that has begun names other people."""
    later = (
        apps.get_model("patients", "Membership")
        .objects.exclude(state="void")
        .filter(
            patient_id=OuterRef(f"{path}patient_id"), starts_on__gt=OuterRef(f"{path}starts_on"), starts_on__lte=today()
        )
    )
    is_there = Q(contact_id=staff_id) | Q(deputy_id__isnull=False, deputy_id=staff_id)
    return ~Q(Exists(later.filter(~is_there)))


class ViewingFlagQuerySet(models.QuerySet):
    """Flagged viewings."""

    def visible_to(self, actor: "Actor") -> "ViewingFlagQuerySet":
        """All of them for who reviews them and for the auditor, none for others."""
        return self if actor.can("security.viewings") or actor.can("audit.read") else self.none()


class EncounterQuerySet(models.QuerySet):
    """Stays and visits."""

    def visible_to(self, actor: "Actor") -> "EncounterQuerySet":
        """Those of visible people."""
        return _of_visible_people(self, actor, "patient_id")

    def valid(self) -> "EncounterQuerySet":
        """Those that were not cancelled."""
        return self.filter(is_cancelled=False)


class OfEncounterQuerySet(models.QuerySet):
    """Rows that belong to one stay."""

    def visible_to(self, actor: "Actor") -> "OfEncounterQuerySet":
        """Those of visible people."""
        return _of_visible_people(self, actor, "encounter__patient_id")


def _of_visible_people(rows: Any, actor: "Actor", path: str) -> Any:
    """Rows whose person the actor may see."""
    if actor.sees == "all":
        return rows
    patients = apps.get_model("patients", "Patient").objects.visible_to(actor)
    return rows.filter(**{f"{path}__in": patients.values("pk")})


def _met_in_stays(actor: "Actor") -> models.QuerySet | None:
    """Ids of the people this role knows from stays; None where stays give no right."""
    stays = apps.get_model("patients", "Encounter").objects.valid().values("patient_id")
    if actor.sees == "department":
        return stays.filter(department_id__in=list(actor.department_ids))
    if actor.sees not in ("attended", "ward"):
        return None
    recent = stays.filter(Q(discharged_on__gte=attended_since()) | Q(discharged_on__isnull=True))
    if actor.sees == "attended":
        return recent.filter(attending_id__in=[actor.staff.pk, *actor.covered_staff_ids(today())])
    return recent.filter(ward_id__in=list(actor.ward_ids))


def _assigned_to_stations(actor: "Actor") -> models.QuerySet:
    """Ids of the people assigned at present to a station the actor works at."""
    current = apps.get_model("patients", "StationAssignment").objects.current()
    return current.filter(station_id__in=list(actor.station_ids), station__is_active=True).values("patient_id")


def attended_since() -> dt.date:
    """The first day of the stays through which a physician still sees people; twelve months unless the hospital
    decides otherwise.
    """
    months = HospitalSettings.objects.values_list("attended_months", flat=True).first()
    return today() - relativedelta(months=12 if months is None else months)
