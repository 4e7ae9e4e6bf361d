"""Units and their members for programs: those the token may see, people masked and on record."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import NotVisible, get_visible_or_404
from accounts.api.problems import ProblemSerializer
from accounts.api.schema import described, page_shape
from accounts.api.views import SIZE, ApiView, PageQuery, paged
from accounts.calendar import today
from groups.domain.lists import BY_ID, UnitList
from groups.domain.merging import kept_for
from groups.models import GroupCustomer, GroupMember
from hospital_crm.tenancy.keyset import page_of
from patients.api import GONE, Merged
from patients.domain.masking import mask_name


class UnitSerializer(serializers.Serializer):
    """A unit: who it is, how it stands with the hospital, who looks after it."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    status = serializers.CharField()
    relation = serializers.CharField()
    business = serializers.CharField()
    region = serializers.CharField()
    division_code = serializers.CharField(help_text="GB/T 2260, of the county or district; '' where it is not known")
    address = serializers.CharField()
    phone = serializers.CharField()
    staff_count = serializers.IntegerField(allow_null=True)
    member_count = serializers.IntegerField(help_text="People on its roster at present")
    owner = serializers.CharField(source="owner.name", default="")


def _without_the_gone(units: Sequence[GroupCustomer]) -> Sequence[GroupCustomer]:
    """The units, their members counted without those who are told nowhere. These are few: they are looked for."""
    gone = GroupMember.objects.current().filter(group__in=[unit.pk for unit in units])
    gone = gone.filter(patient__contact_state__in=GONE).values_list("group_id").annotate(Count("id")).order_by()
    counts: dict[int, int] = dict(gone)
    for unit in units:
        unit.member_count -= counts.get(unit.pk, 0)
    return units


class UnitsQuery(PageQuery):
    """What the list of units is filtered by; filters hold together. `name`: its beginning, or that of its pinyin."""

    name = serializers.CharField(required=False, max_length=60, default="")
    status = serializers.ChoiceField(choices=GroupCustomer.Status.values, required=False, default="")
    region = serializers.CharField(required=False, max_length=40, default="")


class UnitsView(ApiView):
    """The units that the token may see."""

    requires = ("groups.view",)

    @described(
        "Units, the youngest record first", page_shape(UnitSerializer), name="units_list", tag="units", query=UnitsQuery
    )
    def get(self, request: Request) -> Response:
        """One page."""
        asked = self.read_query(UnitsQuery)
        units = UnitList(self.actor, today(), chip=asked["status"], name=asked["name"], region=asked["region"])
        page = units.page(after=asked["after"], size=SIZE)
        return paged(page, UnitSerializer(_without_the_gone(page.rows), many=True).data)


class MergedUnitProblemSerializer(ProblemSerializer):
    """The unit was united with another; `unit` is the one to go on with."""

    unit = serializers.UUIDField()


UNITED: dict[str, Any] = {"also": (404, 410), "problems": {410: MergedUnitProblemSerializer}}


class OfUnitView(ApiView):
    """One unit, and what hangs on it."""

    requires = ("groups.view",)

    def unit(self, public_id: UUID) -> GroupCustomer:
        """The unit, if the token may see it; of one that was united with another, that one is named."""
        rows = GroupCustomer.objects.select_related("owner")
        try:
            unit: GroupCustomer = get_visible_or_404(rows, self.actor, public_id=public_id)
        except NotVisible:
            kept = kept_for(public_id)
            if kept is None or not rows.visible_to(self.actor).filter(public_id=kept).exists():
                raise
            raise Merged(kept, "unit") from None
        return unit


class UnitView(OfUnitView):
    """One unit."""

    @described("One unit", UnitSerializer, tag="units", **UNITED)
    def get(self, request: Request, public_id: UUID) -> Response:
        """The unit."""
        return Response(UnitSerializer(_without_the_gone([self.unit(public_id)])[0]).data)


class MemberSerializer(serializers.Serializer):
    """Somebody who belongs to a unit."""

    person = serializers.UUIDField()
    name = serializers.CharField()
    is_key_person = serializers.BooleanField()
    department = serializers.CharField(help_text="At the unit")
    position = serializers.CharField()
    joined_on = serializers.DateField(allow_null=True)


class MembersView(OfUnitView):
    """The members of a unit at present."""

    @described("Members of a unit", page_shape(MemberSerializer), tag="units", query=PageQuery, **UNITED)
    def get(self, request: Request, public_id: UUID) -> Response:
        """One page."""
        unit = self.unit(public_id)
        after = self.read_query(PageQuery)["after"]
        rows = GroupMember.objects.current().filter(group=unit)
        rows = rows.exclude(patient__contact_state__in=GONE)
        page = page_of(rows, BY_ID, fetch=GroupMember.objects.select_related("patient"), after=after, size=SIZE)
        self.log("list", [member.patient_id for member in page.rows])
        return paged(page, [self._member(member) for member in page.rows])

    def _member(self, member: GroupMember) -> Any:
        name = member.patient.name if self.actor.sees_whole else mask_name(member.patient.name)
        return MemberSerializer(
            {
                "person": member.patient.public_id,
                "name": name,
                "is_key_person": member.is_key_person,
                "department": member.department,
                "position": member.position,
                "joined_on": member.joined_on,
            }
        ).data
